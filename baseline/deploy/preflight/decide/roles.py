"""Decision about service-linked roles that services need in the management account."""

from collections.abc import Iterator, Mapping

from baseline.deploy.template import Resource
from baseline.findings import Problem, Severity
from baseline.frozen import frozen

ROLES: Mapping[str, str] = {
    "access-analyzer.amazonaws.com": "AWSServiceRoleForAccessAnalyzer",
    "cloudtrail.amazonaws.com": "AWSServiceRoleForCloudTrail",
    "guardduty.amazonaws.com": "AWSServiceRoleForAmazonGuardDuty",
}
"""Service → the role's name, as the services' own pages on service-linked roles have it."""

_REFUSING = frozenset({"access-analyzer.amazonaws.com"})
"""Services that refuse without the role. CloudTrail usually creates its own, and GuardDuty leaves the account out
(docs.aws.amazon.com/guardduty/latest/ug/guardduty-organization-policies-considerations.html)."""


@frozen
class NeededRole:
    """A service whose role the plan needs and does not create."""

    service: str
    exists: bool


def service_linked(fact: NeededRole) -> Iterator[Problem]:
    """Check that service-linked roles that services need in the management account exist, or the plan creates them."""
    if not fact.exists:
        yield Problem(
            message=f"the management account has no role {ROLES[fact.service]}, which {fact.service} requires",
            fix=f"create it: aws iam create-service-linked-role --aws-service-name {fact.service}",
            severity=None if fact.service in _REFUSING else Severity.WARNING,
        )


def services_with_roles(item: Resource) -> Iterator[str]:
    """The services that need their role for a resource."""
    properties = item.body.get("Properties") or {}
    if item.type == "AWS::AccessAnalyzer::Analyzer" and str(properties.get("Type", "")).startswith("ORGANIZATION"):
        yield "access-analyzer.amazonaws.com"
    if item.type == "AWS::CloudTrail::Trail" and properties.get("IsOrganizationTrail") is True:
        yield "cloudtrail.amazonaws.com"
    if item.type == "AWS::Organizations::Policy" and properties.get("Type") == "GUARDDUTY_POLICY":
        yield "guardduty.amazonaws.com"
