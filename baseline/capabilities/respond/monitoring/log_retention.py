"""Account-level log policies: the retention of log groups with certain names, regardless of their owners' settings.

Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html, Retention policy.
CloudFormation's type AWS::Logs::AccountPolicy does not have this kind, so the settings function sets it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from baseline.capabilities.capability import ROOT, Regions, StackSpec, Target, target_places
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import CustomSettingsContext, function_stack
from baseline.capabilities.detect.network.settings import NetworkSettings, Source
from baseline.capabilities.function_permissions import RETENTION_FUNCTION
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.member_functions import sets_log_retention
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.capabilities.respond.monitoring.settings import LogRetention, MonitoringSettings
from baseline.capabilities.web_acl_logs import WEB_ACL_LOGS
from baseline.findings import Problem, Severity
from baseline.frozen import frozen
from baseline.text.choice import one_of

_MODES = {"new-only": "NEW_ONLY", "retroactive": "RETROACTIVE"}
_CONTROL = "log-retention"
_MOST_FIRST = 9
"""Stacks of longer periods that a stack waits for; AWS allows ten with that of the function."""
_CONTROL_TOWER = ("aws-controltower/", "/aws/lambda/aws-controltower-")
_RECORDED: Mapping[Source, str] = {"eks_audit": "/aws/eks/", "waf": WEB_ACL_LOGS}
"""Logs of `network.record` → the beginning of their log groups' names, if the service requires it.

Sources: Amazon EKS user guide, Send control plane logs to CloudWatch Logs; AWS WAF developer guide, Logging AWS WAF
web ACL traffic.
"""


@frozen
class LogRetentionContext(CustomSettingsContext):
    """Context of `log_retention`. `whole` is true if the policy is in every account."""

    whole: bool


def log_retention_stacks(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """The function in the accounts of all entries, and a stack for each entry, whose deletion removes the policy."""
    if not sets_log_retention(landscape):
        return
    made = {entry.name: _setting(landscape, entry) for entry in settings.log_retention}
    yield function_stack(
        landscape,
        name=RETENTION_FUNCTION,
        description="Function that sets the retention of log groups, for which CloudFormation has no resource type.",
        target=_target(place for entry in settings.log_retention for place in entry.to),
        # Also in Regions that entries leave out: they may have had a policy there.
        settings=tuple(replace(setting, regions=landscape.regions) for setting in made.values()),
        revert=True,
        depends_on=("kms-logs",) if landscape.standalone else ("kms-logs", "kms-logs-accounts"),
    )
    for entry in settings.log_retention:
        yield StackSpec(
            name=_stack(entry),
            template="respond/monitoring/log_retention",
            description=f"Retention of log groups: {entry.name} of the profile.",
            target=_target(entry.to),
            context=LogRetentionContext(
                prefix=landscape.prefix,
                function=RETENTION_FUNCTION,
                settings=(made[entry.name],),
                revert=True,
                whole=ROOT in entry.to and set(_regions(landscape, entry)) == set(landscape.regions),
            ),
            depends_on=(f"{RETENTION_FUNCTION}-function", *_first(landscape, entry, settings.log_retention)),
        )


def log_retention_problems(landscape: Landscape, settings: MonitoringSettings) -> Iterator[Problem]:
    """Problems of `log_retention`."""
    entries = settings.log_retention
    if entries and not landscape.is_on("kms"):
        yield Problem(
            path=("log_retention",),
            message="kms is off: the function that sets the retention needs a key for its log",
            fix="turn kms on, or remove log_retention",
            fallback=(("capabilities", "kms"),),
        )
    for index, entry in enumerate(entries):
        if entry.name in {item.name for item in entries[:index]}:
            yield Problem(
                path=("log_retention", index, "name"),
                message=f"{entry.name} is the name of two entries, and of one policy",
                fix="choose another name",
            )
        yield from _entry_problems(landscape, index, entry)
        yield from _own_groups(landscape, index, entry)
        yield from _shadows(landscape, index, entry, entries)
        yield from _uncovered(landscape, index, entry, entries)
    if entries and landscape.partition != "aws":
        yield Problem(
            path=("log_retention",),
            message=f"we could not read whether CloudWatch Logs has retention policies of accounts in "
            f"{landscape.partition}: where it has none, the stacks of the entries fail",
            fix="deploy to one account first, and leave Regions out with regions",
            severity=Severity.INFO,
        )


def retroactive_entries(settings: MonitoringSettings) -> Iterator[Problem]:
    """Entries by which existing log groups lose events; the entry's reason accepts them."""
    for index, entry in enumerate(settings.log_retention):
        if entry.mode == "retroactive" and entry.days != "never":
            yield Problem(
                path=("log_retention", index, "mode"),
                control=_CONTROL,
                message=f"{entry.name} is retroactive: existing log groups that begin with "
                f"{' or '.join(entry.prefixes)} lose events that are older than {entry.days} days, one day after "
                "the deployment",
            )


def _target(places: Iterator[str] | list[str]) -> Target:
    return Target(accounts=(), regions=Regions.HOME, places=target_places(places))


def _setting(landscape: Landscape, entry: LogRetention) -> CustomSetting:
    return CustomSetting(
        logical_id="LogRetention",
        setting="log-retention",
        purpose="Sets how long log groups of these names keep events, whatever their owners set.",
        arguments={
            "PolicyName": f"{landscape.prefix}-log-retention-{entry.name}",
            "RetentionInDays": "NEVER_EXPIRE" if entry.days == "never" else entry.days,
            "EnforcementMode": _MODES[entry.mode],
            "Prefixes": list(dict.fromkeys(entry.prefixes)),
        },
        regions=_regions(landscape, entry),
        control="" if entry.days == "never" else _CONTROL,  # which deletes nothing
    )


def _stack(entry: LogRetention) -> str:
    return f"{RETENTION_FUNCTION}-policy-{entry.name}"


def _regions(landscape: Landscape, entry: LogRetention) -> tuple[str, ...]:
    return tuple(region for region in landscape.regions if not entry.regions or region in entry.regions)


def _first(landscape: Landscape, entry: LogRetention, entries: list[LogRetention]) -> tuple[str, ...]:
    """Stacks of longer periods, without which a retroactive entry deletes events that they keep."""
    longer = [
        other
        for other in sorted(entries, key=_days, reverse=True)
        if entry.mode == "retroactive" and _days(other) > _days(entry) and _share(landscape, entry, other)
        if any(one.startswith(two) or two.startswith(one) for one in entry.prefixes for two in other.prefixes)
    ]
    return tuple(map(_stack, longer[:_MOST_FIRST]))


def _share(landscape: Landscape, one: LogRetention, other: LogRetention) -> bool:
    """Whether an account and Region may have both policies."""
    first, second = ([set(path_of(landscape, place)) for place in entry.to] for entry in (one, other))
    places = any(above <= below or below <= above for above in first for below in second)
    return places and not set(_regions(landscape, one)).isdisjoint(_regions(landscape, other))


def _entry_problems(landscape: Landscape, index: int, entry: LogRetention) -> Iterator[Problem]:
    for number, region in enumerate(entry.regions):
        if region not in landscape.regions:
            yield Problem(
                path=("log_retention", index, "regions", number),
                message=f"{region} is not governed",
                fix=f"write {one_of(landscape.regions)}",
            )
    if entry.reason and (entry.mode == "new-only" or entry.days == "never"):
        yield Problem(
            id="profile-reason-unused",
            path=("log_retention", index, "reason"),
            message="reason has no effect: the entry deletes no events of existing log groups",
        )


def _own_groups(landscape: Landscape, index: int, entry: LogRetention) -> Iterator[Problem]:
    """Prefixes that match log groups of the baseline: a policy would replace the retention that the profile sets."""
    for number, prefix in enumerate(entry.prefixes):
        for beginning, whose in _kept(landscape).items():
            if prefix.startswith(beginning) or beginning.startswith(prefix):
                yield Problem(
                    path=("log_retention", index, "prefixes", number),
                    message=f"{prefix} also matches {whose} ({beginning}…): a policy replaces their retention, "
                    "and older events are deleted",
                    fix="write a prefix that only other log groups have",
                )
                break


def _kept(landscape: Landscape) -> Mapping[str, str]:
    """Name prefix of log groups that the baseline creates or has created → their owner."""
    recorded = landscape.settings("network", NetworkSettings).record if landscape.is_on("network") else []
    return {
        f"/{landscape.prefix}/": "the baseline's log groups of the trail and of its functions",
        f"/aws/vendedlogs/states/{landscape.prefix}-": "the baseline's log groups of state machines",
        f"{WEB_ACL_LOGS}{landscape.prefix}-": "the baseline's log groups of web ACLs",
        **{beginning: "log groups of network.record" for name, beginning in _RECORDED.items() if name in recorded},
        **(dict.fromkeys(_CONTROL_TOWER, "log groups of AWS Control Tower") if landscape.control_tower else {}),
    }


def _shadows(landscape: Landscape, index: int, entry: LogRetention, entries: list[LogRetention]) -> Iterator[Problem]:
    """Entries without effect: if several policies match a log group, only the longest period applies."""
    for number, prefix in enumerate(entry.prefixes):
        for other in entries:
            regions = set(_regions(landscape, entry)) <= set(_regions(landscape, other))
            covers = regions and (ROOT in other.to or set(entry.to) <= set(other.to))
            reaches = other.mode == "retroactive" or entry.mode == "new-only"
            begins = any(prefix.startswith(item) for item in other.prefixes)
            if covers and reaches and begins and _days(other) > _days(entry):
                yield Problem(
                    path=("log_retention", index, "prefixes", number),
                    message=f"{entry.name} has no effect on {prefix}: {other.name} keeps these events for longer, and "
                    "the longest period applies",
                    fix=f"remove the prefix, or narrow the prefixes of {other.name}",
                    severity=Severity.WARNING,
                )
                break


def _uncovered(landscape: Landscape, index: int, entry: LogRetention, entries: list[LogRetention]) -> Iterator[Problem]:
    """Longer periods for new log groups only: they do not keep events that a shorter, retroactive entry deletes."""
    for number, prefix in enumerate(entry.prefixes if entry.mode == "new-only" else ()):
        for other in entries:
            deletes = other.mode == "retroactive" and _days(other) < _days(entry) and _share(landscape, entry, other)
            if deletes and any(prefix.startswith(item) for item in other.prefixes):
                yield Problem(
                    path=("log_retention", index, "prefixes", number),
                    message=f"{entry.name} is only for log groups that are created later: {other.name} is retroactive, "
                    f"and deletes events of {prefix} that are older than {other.days} days where log groups exist",
                    fix=f"write mode: retroactive for {entry.name}, or narrow the prefixes of {other.name}",
                )
                break


def _days(entry: LogRetention) -> float:
    return float("inf") if entry.days == "never" else entry.days
