"""Validation of Amazon Inspector settings, also against what AWS supports."""

from collections import Counter
from collections.abc import Iterator, Mapping

from baseline.aws.availability import regions_with
from baseline.aws.partitions import Presence, presence
from baseline.aws.quotas import quota
from baseline.capabilities.detect.inspector.settings import InspectorSettings, ScanPolicy
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import active
from baseline.findings import KeyPath, Problem, Severity

POLICY_TYPE = "INSPECTOR_POLICY"
_SAME_POLICY = "inspector-everywhere"
"""The guardrail that is an Inspector policy at the root."""

_ASKING = ("policies", "cis_scans", "suppressions", "image_rescans", "scan_mode")
"""Settings that deploy something."""

_MOST_COMPARISONS = 10
"""Maximum values for each field of a filter (CloudFormation's schema of `AWS::InspectorV2::Filter`)."""
_MOST_TAG_VALUES = 5
"""Maximum values for each tag of a CIS scan (CloudFormation's schema of `AWS::InspectorV2::CisScanConfiguration`)."""

CONTROLS: Mapping[str, str] = {
    "ec2": "inspector-ec2",
    "ecr": "inspector-ecr",
    "lambda": "inspector-lambda",
    "lambda_code": "inspector-lambda-code",
    "code_repositories": "inspector-code-repositories",
}
"""Scan → the control that it implements if the whole organization has the scan."""


def inspector_problems(landscape: Landscape, settings: InspectorSettings) -> Iterator[Problem]:
    """Settings that conflict with another value."""
    for key, policy in settings.policies.items():
        yield from _scan_problems(("policies", key), policy)
    yield from _contradictions(settings)
    yield from _crowded_places(settings)
    yield from _second_policy(landscape, settings)
    yield from _cis_problems(settings)
    yield from _suppression_problems(settings)
    yield from _configuration_problems(landscape, settings)
    if settings.policies and not landscape.is_on("security_hub"):
        yield Problem(
            path=("policies",),
            message="security_hub is off: no topic is notified of Amazon Inspector findings",
            fix="turn security_hub on, or read the findings in the console of Amazon Inspector",
            fallback=(("capabilities", "security_hub"),),
            severity=Severity.WARNING,
        )


def _configuration_problems(landscape: Landscape, settings: InspectorSettings) -> Iterator[Problem]:
    """A missing key for the log of the function that sets the configuration."""
    for name in ("image_rescans", "scan_mode"):
        if getattr(settings, name) and not landscape.is_on("kms"):
            yield Problem(
                path=(name,),
                message="kms is off: the function that applies settings of Amazon Inspector needs a key for its log",
                fix="turn kms on, or remove it",
                fallback=(("capabilities", "kms"),),
            )


def asks_for_something(settings: InspectorSettings) -> bool:
    """Return whether there is anything to deploy."""
    return any(getattr(settings, name) for name in _ASKING)


def has_inspector(landscape: Landscape) -> bool:
    """Return False for a partition that is known to lack Amazon Inspector."""
    return presence(POLICY_TYPE, landscape.partition) is not Presence.ABSENT


def regions_with_inspector(landscape: Landscape) -> tuple[str, ...]:
    """The governed Regions in which CloudFormation supports Amazon Inspector, or may support it."""
    return regions_with(landscape.regions, "AWS::InspectorV2::Filter")


def _scan_problems(path: KeyPath, policy: ScanPolicy) -> Iterator[Problem]:
    if not policy.enable and not policy.disable:
        yield Problem(path=path, message="the policy names no scan", fix="write enable, disable or both")
    for scan in dict.fromkeys(policy.enable):
        if scan in policy.disable:
            yield Problem(
                path=(*path, "disable"),
                message=f"{scan} is both enabled and disabled",
                fix="remove it from one of the lists",
            )
    if "lambda_code" in policy.enable and "lambda" not in policy.enable:
        yield Problem(
            path=(*path, "enable"),
            message="lambda_code is enabled without lambda: Amazon Inspector scans the code of functions only where it "
            "scans their packages",
            fix="add lambda",
        )
    if "lambda_code" in policy.disable and "lambda" not in (*policy.enable, *policy.disable):
        yield Problem(
            path=(*path, "disable"),
            message="lambda_code is disabled without lambda: in the policy it is a part of lambda, which must be "
            "enabled or disabled as well",
            fix="add lambda to enable or to disable",
        )


def _contradictions(settings: InspectorSettings) -> Iterator[Problem]:
    """Scans with two policies in one place: AWS Organizations does not document which of the merged values it keeps."""
    first: dict[tuple[str, str], str] = {}
    for key, policy in settings.policies.items():
        for place in dict.fromkeys(policy.to):
            for scan in dict.fromkeys((*policy.enable, *policy.disable)):
                other = first.setdefault((place, scan), key)
                if other != key:
                    yield Problem(
                        path=("policies", key, "to"),
                        message=f"{place} has two policies for {scan}, {other} and {key}",
                        fix="name the scan in one of them",
                    )


def _crowded_places(settings: InspectorSettings) -> Iterator[Problem]:
    most = quota("organizations.other_policies_per_target")
    counts = Counter(place for policy in settings.policies.values() for place in dict.fromkeys(policy.to))
    for place, count in counts.items():
        if count > most:
            yield Problem(
                path=("policies",),
                message=f"{place} has {count} Inspector policies: AWS Organizations attaches at most {most} to a place",
                fix="merge some: a policy can name any number of scans",
            )


def _cis_problems(settings: InspectorSettings) -> Iterator[Problem]:
    for key, scan in settings.cis_scans.items():
        if scan.schedule == "monthly" and len(set(scan.days)) > 1:
            yield Problem(
                path=("cis_scans", key, "days"),
                message=f"a monthly scan runs on one day only: {', '.join(scan.days)}",
                fix="name one day, or make the schedule weekly",
            )
        for tag, values in scan.tags.items():
            if not 1 <= len(values) <= _MOST_TAG_VALUES:
                yield Problem(
                    path=("cis_scans", key, "tags", tag),
                    message=f"{len(values)} values of the tag {tag}: Amazon Inspector accepts 1 to {_MOST_TAG_VALUES}",
                    fix="remove some of them, or create two scans",
                )


def _suppression_problems(settings: InspectorSettings) -> Iterator[Problem]:
    names = Counter(item.name for item in settings.suppressions)
    for index, item in enumerate(settings.suppressions):
        if names[item.name] > 1:
            yield Problem(
                path=("suppressions", index, "name"),
                message=f"{item.name} is the name of two suppressions",
                fix="give each a unique name",
            )
        fields = Counter(criterion.field for criterion in item.criteria)
        for number, criterion in enumerate(item.criteria):
            path = ("suppressions", index, "criteria", number)
            count = len(criterion.equals) + len(criterion.prefix) + len(criterion.not_equals)
            if fields[criterion.field] > 1:
                yield Problem(
                    path=(*path, "field"),
                    message=f"{criterion.field} is in two criteria of {item.name}",
                    fix="put its values into one criterion",
                )
            if not 1 <= count <= _MOST_COMPARISONS:
                yield Problem(
                    path=path,
                    message=f"{criterion.field} is compared with {count} values: a filter accepts 1 to "
                    f"{_MOST_COMPARISONS}",
                    fix="set equals, prefix or not_equals, and split many values between several suppressions",
                )


def _second_policy(landscape: Landscape, settings: InspectorSettings) -> Iterator[Problem]:
    if landscape.standalone or not landscape.is_on("guardrails"):
        return
    if settings.policies and any(guardrail.id == _SAME_POLICY for guardrail, _ in active(landscape)):
        yield Problem(
            path=("policies",),
            message=f"the guardrail {_SAME_POLICY} is on: it is an Inspector policy for the same scans",
            fix=f"remove guardrails.rules.{_SAME_POLICY}, and name root in `to` of a policy here",
            fallback=(("capabilities", "guardrails"),),
        )


def unscanned(settings: InspectorSettings) -> Iterator[Problem]:
    """Places where a policy turns a scan off."""
    for key, policy in settings.policies.items():
        for scan in dict.fromkeys(policy.disable):
            yield Problem(
                path=("policies", key, "disable"),
                control=CONTROLS[scan],
                message=f"{scan} is not scanned in {', '.join(policy.to)}",
            )


def unsupported_here(landscape: Landscape, settings: InspectorSettings) -> Iterator[Problem]:
    """Requested features that the partition, a Region or an account without an organization lacks."""
    asked = [name for name in _ASKING if getattr(settings, name)]
    if not asked:
        return
    if not has_inspector(landscape):
        for name in asked:
            yield Problem(
                path=(name,),
                message=f"{landscape.partition} has no Amazon Inspector: {name} is left out",
                fix="remove it for this profile, and scan with another product",
            )
        return
    if landscape.standalone and settings.policies:
        yield Problem(
            path=("policies",),
            message="an account without an organization has no policies: they are skipped",
            fix="turn the scans on manually, as the capability's page explains, and remove the policies",
        )
    here = regions_with_inspector(landscape)
    missing = [name for name in landscape.regions if name not in here]
    if missing:
        yield Problem(
            path=(asked[0],),
            message=f"Amazon Inspector does not exist in {', '.join(missing)}: nothing is scanned there",
            fix="scan there with another product",
        )
