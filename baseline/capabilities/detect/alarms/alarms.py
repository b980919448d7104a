"""The CIS alarms, root activity in every account, and the profile's own alarms."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import tomli
from pydantic import Field, StringConstraints

from baseline.aws.config_rules import is_rule_available
from baseline.capabilities.account_names import NAMES_STACK, adds_account_names
from baseline.capabilities.capability import (
    Capability,
    Regions,
    StackSpec,
    every_account,
    one_account,
)
from baseline.capabilities.detect.alarms.root_notices import named_root_notices
from baseline.capabilities.detect.config.config import manages_recorder, with_a_recorder
from baseline.capabilities.event_forwarding import dead_letter_queue, hub_region, queue_stacks
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference, portable_text
from baseline.capabilities.logs.cloudtrail.cloudtrail import log_group_name, trail_stacks
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.respond.notifications.settings import AlertSeverity
from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section
from baseline.findings import Problem
from baseline.frozen import frozen

AlarmId = Literal[
    "unauthorized-api-calls",
    "sign-in-without-mfa",
    "root-usage",
    "iam-policy-changes",
    "cloudtrail-changes",
    "console-authentication-failures",
    "key-disabled-or-deleted",
    "bucket-policy-changes",
    "config-changes",
    "security-group-changes",
    "network-acl-changes",
    "network-gateway-changes",
    "route-table-changes",
    "vpc-changes",
    "organizations-changes",
]

_ALL: list[AlarmId] = list(AlarmId.__args__)  # type: ignore[attr-defined]


class CustomAlarm(Section):
    """A custom alarm of the profile on the trail's events."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=64)] = Field(
        description="Lower case words with hyphens; part of the alarm's name.", examples=["secrets-deleted"]
    )
    description: Annotated[str, StringConstraints(min_length=1, max_length=500)] = Field(
        description="What the alarm means and what to do when it goes off."
    )
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=1024)] = Field(
        description="A CloudWatch Logs metric filter pattern.",
        examples=['{ ($.eventSource = "secretsmanager.amazonaws.com") && ($.eventName = "DeleteSecret") }'],
    )
    severity: AlertSeverity = Field(default="medium", description="Topic to notify.")
    threshold: int = Field(
        default=1, ge=1, le=1_000_000, description="Number of events in a period that triggers the alarm."
    )
    period_seconds: Literal[60, 300, 900, 3600] = Field(default=300, description="Length of a period.")


class AlarmsSettings(Settings):
    """Settings of `alarms`."""

    cis: list[AlarmId] = tiered(
        "The alarms of the CIS AWS Foundations Benchmark, chapter 5.", _ALL, stronger="superset", control="cis-alarms"
    )
    root_activity: bool = tiered(
        "Event rules in every account and governed Region for root sign-in, root password recovery and every change "
        "that a root user makes to itself, including its MFA devices and access keys.",
        True,
        stronger="true",
        control="root-activity-events",
    )
    root_mfa: Literal["none", "any", "hardware"] = tiered(
        "Config rules in every account that check whether the root user has MFA, or hardware MFA. They need a "
        "Config recorder "
        "(`config`) and are left out if the home Region lacks them (GovCloud, China and some newer Regions).",
        starter="none",
        standard="any",
        regulated="hardware",
        stronger="later",
        ladder=("none", "any", "hardware"),
        control="root-mfa-rule",
    )
    custom: list[CustomAlarm] = tiered("Your own alarms.", [])


@frozen
class Alarm:
    """One metric with its filters and its alarm.

    `cis` is the benchmark's number, or "" for a custom alarm; `also` is a second filter's pattern, or "".
    """

    logical_id: str
    name: str
    cis: str
    control: str
    title: str
    description: str
    severity: str
    pattern: str
    also: str
    threshold: int
    period_seconds: int


@frozen
class AlarmsContext:
    """Context of `alarms`."""

    prefix: str
    log_group_name: str
    alarms: tuple[Alarm, ...]
    root_usage: bool


@frozen
class HubContext:
    """Context of `alarms_hub`. `named`: whether messages contain account names."""

    prefix: str
    standalone: bool
    named: bool
    root_activity: bool
    root_mfa: bool
    queue: Reference | None


@frozen
class RootActivityContext:
    """Context of `alarms_root_activity`."""

    prefix: str
    hub_region: str
    hub_account: Reference
    queue: Reference | None


@frozen
class RootMfaContext:
    """Context of `alarms_root_mfa`."""

    prefix: str
    hub_region: str
    hub_account: Reference
    hardware: bool
    queue: Reference | None


@cache
def _benchmark() -> Mapping[str, Mapping[str, str]]:
    data: dict[str, dict[str, str]] = tomli.loads(Path(__file__).with_name("alarms.toml").read_text(encoding="utf-8"))
    return data


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _cis_alarm(name: str, data: Mapping[str, str]) -> Alarm:
    return Alarm(
        logical_id=_pascal(name),
        name=name,
        cis=data["cis"],
        control=f"alarm-{name}",
        title=data["title"],
        description=f"{data['title'][0].upper()}{data['title'][1:]} (CIS AWS Foundations 7.0: {data['cis']}). "
        "Find the caller in the trail; if this was not planned, investigate.",
        severity=data["severity"],
        pattern=data["pattern"],
        also=data.get("also", ""),
        threshold=1,
        period_seconds=300,
    )


def _custom_alarm(alarm: CustomAlarm) -> Alarm:
    return Alarm(
        logical_id=f"Custom{_pascal(alarm.name)}",
        name=f"custom-{alarm.name}",
        cis="",
        control="",
        title="an event that the profile describes",
        description=portable_text(alarm.description),
        severity=alarm.severity,
        pattern=portable_text(alarm.pattern),
        also="",
        threshold=alarm.threshold,
        period_seconds=alarm.period_seconds,
    )


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("alarms", AlarmsSettings)
    specs = []
    if settings.cis or settings.custom:
        specs.append(_trail_alarms(landscape, settings))
    if settings.root_activity or _has_root_mfa(landscape, settings):
        names = (("root-activity", settings.root_activity), ("root-mfa", _has_root_mfa(landscape, settings)))
        notices = tuple(named_root_notices(landscape, [name for name, is_on in names if is_on]))
        specs += [_hub(landscape, settings, after=tuple(item.name for item in notices)), *notices]
    if settings.root_activity:
        specs.append(_root_activity(landscape))
    if _has_root_mfa(landscape, settings):
        specs.append(_root_mfa(landscape, settings))
    return tuple(specs)


def _trail_alarms(landscape: Landscape, settings: AlarmsSettings) -> StackSpec:
    benchmark = _benchmark()
    return StackSpec(
        name="alarms",
        template="detect/alarms/alarms",
        description="Metric filters and alarms on the trail: the CIS alarms and the profile's own.",
        target=one_account("management"),
        context=AlarmsContext(
            prefix=landscape.prefix,
            log_group_name=log_group_name(landscape),
            alarms=(
                *(_cis_alarm(name, data) for name, data in benchmark.items() if name in settings.cis),
                *(_custom_alarm(alarm) for alarm in settings.custom),
            ),
            root_usage="root-usage" in settings.cis,
        ),
        depends_on=(*trail_stacks(landscape), "notifications"),
    )


def _has_root_mfa(landscape: Landscape, settings: AlarmsSettings) -> bool:
    """Whether the Config rules are enabled, and available in their Region."""
    rules = ("ROOT_ACCOUNT_MFA_ENABLED", "ROOT_ACCOUNT_HARDWARE_MFA_ENABLED")
    return settings.root_mfa != "none" and all(is_rule_available(rule, landscape.home_region) for rule in rules)


def _hub(landscape: Landscape, settings: AlarmsSettings, after: tuple[str, ...]) -> StackSpec:
    """The bus and its rules, after the rules that notify with names: before, events with names reach no one."""
    where = one_account(landscape.role("security"), Regions.ALERT)
    return StackSpec(
        name="alarms-hub",
        template="detect/alarms/hub",
        description="Event bus of the security team: receives root activity from every account and notifies.",
        target=where,
        context=HubContext(
            prefix=landscape.prefix,
            standalone=landscape.standalone,
            named=adds_account_names(landscape),
            root_activity=settings.root_activity,
            root_mfa=_has_root_mfa(landscape, settings),
            queue=dead_letter_queue(landscape, THIS_ACCOUNT),
        ),
        parameters=organization_only(landscape, "OrganizationId"),
        depends_on=(
            "notifications",
            *queue_stacks(landscape, where),
            *((NAMES_STACK,) if adds_account_names(landscape) else ()),
            *after,
        ),
    )


def _root_activity(landscape: Landscape) -> StackSpec:
    where, account = every_account(Regions.GOVERNED_AND_SIGN_IN), landscape.account_reference("security")
    return StackSpec(
        name="alarms-root-activity",
        template="detect/alarms/root_activity",
        description="Event rules for root activity, forwarded to the security team's event bus.",
        target=where,
        context=RootActivityContext(
            prefix=landscape.prefix,
            hub_region=hub_region(landscape),
            hub_account=account,
            queue=dead_letter_queue(landscape, account),
        ),
        parameters=organization_only(landscape, "SecurityAccountId"),
        depends_on=("alarms-hub", *queue_stacks(landscape, where)),
    )


def _root_mfa(landscape: Landscape, settings: AlarmsSettings) -> StackSpec:
    recorder, account = manages_recorder(landscape), landscape.account_reference("security")
    return StackSpec(
        name="alarms-root-mfa",
        template="detect/alarms/root_mfa",
        description="Config rules for the root user's MFA, with their results forwarded to the security team.",
        target=with_a_recorder(landscape, every_account(Regions.HOME)),
        context=RootMfaContext(
            prefix=landscape.prefix,
            hub_region=hub_region(landscape),
            hub_account=account,
            hardware=settings.root_mfa == "hardware",
            queue=dead_letter_queue(landscape, account),
        ),
        parameters=organization_only(landscape, "SecurityAccountId"),
        depends_on=("alarms-hub", *(("config-recorder",) if recorder else ())),
        prerequisites=()
        if recorder
        else ("A Config recorder runs in the home Region of every account that this stack reaches.",),
    )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("alarms", AlarmsSettings)
    first: dict[str, int] = {}
    problems = []
    for index, alarm in enumerate(settings.custom):
        earlier = first.setdefault(_pascal(alarm.name), index)
        if earlier != index:
            problems.append(
                Problem(
                    path=("custom", index, "name"),
                    message=f"custom alarm {alarm.name!r} would have the same logical id as "
                    f"{settings.custom[earlier].name!r}",
                    fix="give it a unique name",
                )
            )
    return tuple(problems)


def _unsupported(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("alarms", AlarmsSettings)
    if settings.root_mfa == "none" or _has_root_mfa(landscape, settings):
        return ()
    return (
        Problem(
            path=("root_mfa",),
            message=f"AWS Config has no rules for root MFA in {landscape.home_region}: they are left out",
            fix="check the root users' MFA manually, or manage their credentials centrally",
        ),
    )


CAPABILITY = Capability(
    name="alarms",
    title="Alarms",
    summary="CIS metric filters and alarms, root activity events from every account, root MFA rules, your own alarms.",
    same_everywhere="The filters read the log group of the organization trail, which has the events of every account.",
    settings=AlarmsSettings,
    stacks=_stacks,
    requires=("cloudtrail", "notifications"),
    problems=_problems,
    unsupported=_unsupported,
)
