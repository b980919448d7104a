"""Security Hub controls that do not evaluate every account although their standard is enabled."""

from collections.abc import Iterator, Sequence

from baseline.controls.framework import frameworks
from baseline.policy.document import text_of
from baseline.validate.subject import Resource, Subject

_FSBP = "fsbp"
_STANDARD = "aws-foundational-security-best-practices/"
_ELSEWHERE = {"S3.20": "cis-aws-foundations-benchmark/"}
"""Controls that mappings use and FSBP does not contain → the standard that contains them."""


def unjudged_controls(subjects: Sequence[Subject]) -> frozenset[str]:
    """Ids of controls that a policy disables for some accounts, or whose findings are all suppressed.

    Args:
        subjects: All templates.
    """
    return frozenset(
        control
        for subject in subjects
        for resource in subject.of_type("AWS::SecurityHub::ConfigurationPolicy", "AWS::SecurityHub::AutomationRule")
        for control in (_suppressed(resource) if resource.type.endswith("Rule") else _switched_off(resource))
    )


def _switched_off(policy: Resource) -> Iterator[str]:
    """Controls that a policy disables; empty if it turns Security Hub off: the standard itself is then partial."""
    hub = policy.properties["ConfigurationPolicy"]["SecurityHub"]
    if hub.get("ServiceEnabled") is False:
        return
    yield from map(text_of, hub.get("SecurityControlsConfiguration", {}).get("DisabledSecurityControlIdentifiers", ()))
    standards = tuple(map(text_of, hub.get("EnabledStandardIdentifiers", ())))
    if not any(_STANDARD in item for item in standards):
        yield from frameworks()[_FSBP].requirements
    for control, standard in _ELSEWHERE.items():
        if not any(standard in item for item in standards):
            yield control


def _suppressed(rule: Resource) -> Iterator[str]:
    """The controls of a rule without any other criterion, such as resource or account."""
    criteria = rule.properties["Criteria"]
    if criteria.keys() == {"ComplianceSecurityControlId"}:
        yield from (text_of(item["Value"]) for item in criteria["ComplianceSecurityControlId"])
