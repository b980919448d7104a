"""Problems of GuardDuty settings."""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from baseline.aws.guardduty import finding_fields, finding_fields_in, has_entity_lists, nearest_field, text_fields
from baseline.aws.partitions import Presence, presence
from baseline.aws.quotas import quota
from baseline.capabilities.detect.guardduty.list_problems import entry_problems, stored_list_problems
from baseline.capabilities.detect.guardduty.settings import FindingCriterion, GuardDutySettings, RuntimeAgent
from baseline.capabilities.findings_delivery import exporting_regions, exports_findings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.policy_type import GUARDDUTY_POLICY
from baseline.findings import KeyPath, Problem

_MOST = {"trusted_entities": 1, "threat_entities": 6, "trusted_ips": 1, "threat_ips": 6}
"""Maximum number of lists per Region (Amazon GuardDuty user guide, guardduty_upload-lists and Quotas)."""

_COMPARISONS = ("equals", "not_equals", "at_least", "at_most")


def unwatched_runtimes(settings: GuardDutySettings) -> Iterator[Problem]:
    """Runtimes without an agent, while runtime monitoring is on."""
    missing = [name for name in get_args(RuntimeAgent) if name not in settings.runtime_agents]
    if missing and "runtime_monitoring" in settings.features:
        yield Problem(
            path=("runtime_agents",),
            control="guardduty-features",
            message=f"runtime monitoring is on, but GuardDuty installs no agent for {', '.join(missing)}",
        )


def guardduty_problems(landscape: Landscape, settings: GuardDutySettings) -> Iterator[Problem]:
    """Settings that conflict with another value."""
    yield from _region_problems(landscape, settings)
    yield from _list_problems(settings)
    yield from stored_list_problems(landscape, settings)
    yield from _suppression_problems(settings)
    yield from _partition_problems(landscape, settings)
    yield from _malware_problems(landscape, settings)
    if settings.export_findings and not landscape.is_on("log_archive"):
        yield Problem(
            path=("export_findings",),
            message="log_archive is off: findings are exported to its bucket",
            fix="turn on the capability log_archive, or switch this off with a reason",
            fallback=(("capabilities", "log_archive"),),
        )


def _region_problems(landscape: Landscape, settings: GuardDutySettings) -> Iterator[Problem]:
    for region in settings.existing_detectors:
        if region not in landscape.regions:
            yield Problem(
                path=("existing_detectors", region),
                message=f"{region} is not governed",
                fix=f"write one of {', '.join(landscape.regions)}",
            )


def _list_problems(settings: GuardDutySettings) -> Iterator[Problem]:
    names = Counter(item.name for item in settings.lists)
    kinds = Counter[str](item.kind for item in settings.lists)
    for index, item in enumerate(settings.lists):
        if names[item.name] > 1:
            yield Problem(
                path=("lists", index, "name"),
                message=f"{item.name} is the name of two lists",
                fix="give each a unique name",
            )
        yield from entry_problems(item, ("lists", index))
    for kind, most in _MOST.items():
        if kinds[kind] > most:
            yield Problem(
                path=("lists",),
                message=f"{kinds[kind]} lists of kind {kind}: GuardDuty allows {most} per Region",
                fix="merge them",
            )


def _suppression_problems(settings: GuardDutySettings) -> Iterator[Problem]:
    count, most = len(settings.suppressions), quota("guardduty.filters")
    if count > most:
        yield Problem(
            path=("suppressions",), message=f"{count} rules: GuardDuty allows {most} per Region", fix="merge some"
        )
    names = Counter(item.name for item in settings.suppressions)
    for index, item in enumerate(settings.suppressions):
        if names[item.name] > 1:
            yield Problem(
                path=("suppressions", index, "name"),
                message=f"{item.name} is the name of two rules",
                fix="give each a unique name",
            )
        fields = Counter(criterion.field for criterion in item.criteria)
        if item.expires and fields["updatedAt"]:
            yield Problem(
                path=("suppressions", index, "expires"),
                message=f"{item.name} has a criterion on updatedAt, which expires also sets",
                fix="remove the criterion, or expires",
            )
        for number, criterion in enumerate(item.criteria):
            place = ("suppressions", index, "criteria", number)
            yield from _criterion_problems(criterion, place, repeated=fields[criterion.field] > 1)


def _partition_problems(landscape: Landscape, settings: GuardDutySettings) -> Iterator[Problem]:
    """Entity lists and filter fields that the partition lacks; all Regions of a partition have the same ones."""
    region = landscape.home_region
    for index, item in enumerate(settings.lists):
        if item.kind.endswith("_entities") and not has_entity_lists(region):
            yield Problem(
                path=("lists", index, "kind"),
                message=f"GuardDuty has no entity lists in {landscape.partition}",
                fix=f"write kind: {item.kind.removesuffix('entities')}ips, and list only addresses",
            )
    for index, rule in enumerate(settings.suppressions):
        for number, criterion in enumerate(rule.criteria):
            if criterion.field in finding_fields() - finding_fields_in(region):
                nearest = nearest_field(criterion.field, region)
                yield Problem(
                    path=("suppressions", index, "criteria", number, "field"),
                    message=f"findings cannot be filtered by {criterion.field} in {landscape.partition}",
                    fix="use a field that GuardDuty's console offers" + (f", such as {nearest}" if nearest else ""),
                )


def unexported_findings(landscape: Landscape) -> Iterator[Problem]:
    """Report Regions whose findings cannot be exported to a log archive in an opt-in Region."""
    here = exporting_regions(landscape)
    left_out = [region for region in landscape.regions if region not in here]
    if exports_findings(landscape) and left_out:
        yield Problem(
            path=("export_findings",),
            message=f"GuardDuty cannot export findings of {', '.join(left_out)} to a bucket in the opt-in Region "
            f"{landscape.home_region}: GuardDuty keeps them for 90 days, and guardduty-export contributes to no "
            "requirement",
            fix="choose a home Region that is enabled by default, or accept this limitation",
        )


def missing_policy_type(landscape: Landscape) -> Iterator[Problem]:
    """Explain how GuardDuty is enabled in member accounts if the partition lacks GuardDuty policies."""
    known = presence(GUARDDUTY_POLICY, landscape.partition)
    if landscape.standalone or known is Presence.PRESENT:
        return
    command = "aws guardduty update-organization-configuration --auto-enable-organization-members ALL"
    by_hand = f"in the security account run in every Region: {command} --detector-id ID --region REGION"
    if known is Presence.ABSENT:
        message = f"{landscape.partition} has no GuardDuty policies: nothing enables GuardDuty in member accounts"
    else:
        message = (
            f"it is unknown whether {landscape.partition} has GuardDuty policies: the stack of the policy is "
            "deployed last"
        )
        by_hand = f"if AWS refuses the policy type, {by_hand}"
    yield Problem(path=("features",), message=message, fix=by_hand)


def _criterion_problems(criterion: FindingCriterion, place: KeyPath, *, repeated: bool) -> Iterator[Problem]:
    given = [name for name in _COMPARISONS if getattr(criterion, name) not in (None, [])]
    if not given or (len(given) > 1 and set(given) != {"at_least", "at_most"}):
        yield Problem(
            path=place,
            message=f"{criterion.field} has {' and '.join(given) or 'no comparison'}",
            fix="give one of equals and not_equals, or at_least, at_most or both",
        )
    if criterion.field not in finding_fields():
        nearest = nearest_field(criterion.field)
        yield Problem(
            path=(*place, "field"),
            message=f"findings cannot be filtered by {criterion.field}",
            fix=f"did you mean {nearest}?"
            if nearest
            else "look it up under Property filters in GuardDuty's user guide",
        )
    if criterion.field in text_fields() and {"at_least", "at_most"} & set(given):
        yield Problem(
            path=place,
            message=f"{criterion.field} is text, which cannot be compared with a number",
            fix="give equals or not_equals",
        )
    for name in ("equals", "not_equals"):
        count, most = len(getattr(criterion, name)), quota("guardduty.filter_values")
        if count > most:
            yield Problem(
                path=(*place, name), message=f"{count} values: a filter allows {most}", fix="create two rules"
            )
    if repeated:
        yield Problem(
            path=(*place, "field"),
            message=f"{criterion.field} appears twice in the rule",
            fix="put its values into one criterion",
        )


def _malware_problems(landscape: Landscape, settings: GuardDutySettings) -> Iterator[Problem]:
    buckets = Counter(item.bucket for item in settings.malware_protection)
    for index, item in enumerate(settings.malware_protection):
        place = ("malware_protection", index)
        if item.account not in landscape.accounts:
            yield Problem(
                path=(*place, "account"),
                message=f"there is no account {item.account}",
                fix=f"write one of {', '.join(landscape.accounts)}",
            )
        elif landscape.accounts[item.account].ou in landscape.suspended:
            yield Problem(
                path=(*place, "account"),
                message=f"{item.account} is in a suspended unit, which no stack targets",
                fix="remove it, or move the account",
            )
        if item.region not in landscape.regions:
            yield Problem(
                path=(*place, "region"),
                message=f"{item.region} is not governed",
                fix=f"write one of {', '.join(landscape.regions)}",
            )
        if buckets[item.bucket] > 1:
            yield Problem(
                path=(*place, "bucket"),
                message=f"{item.bucket} is named twice: a bucket can have only one plan",
                fix="put both into one entry",
            )
