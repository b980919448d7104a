"""Check of service-linked roles that services need in the management account."""

from collections.abc import Iterator, Mapping

from baseline.cloud.account import role_arn
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.template import Resource, resources_of
from baseline.findings import Problem, Severity

ROLES: Mapping[str, str] = {
    "access-analyzer.amazonaws.com": "AWSServiceRoleForAccessAnalyzer",
    "cloudtrail.amazonaws.com": "AWSServiceRoleForCloudTrail",
    "guardduty.amazonaws.com": "AWSServiceRoleForAmazonGuardDuty",
}
"""Service → the role's name, as the services' own pages on service-linked roles have it."""

_REFUSING = frozenset({"access-analyzer.amazonaws.com"})
"""Services that refuse without the role. CloudTrail makes its own as a rule, and GuardDuty leaves the account out
(docs.aws.amazon.com/guardduty/latest/ug/guardduty-organization-policies-considerations.html)."""

SETTING = "service-linked-role"


def service_linked(survey: Survey) -> Iterator[Problem]:
    """The service-linked roles that services need in the management account exist, or the plan creates them."""
    if not survey.is_governed:
        return
    needed = {
        service
        for stack in survey.stacks
        for item in resources_of(survey.context.written.texts[stack.name])
        for service in _needs(item)
    }
    made = {str(arguments.get("AWSServiceName")) for arguments in _made(survey)}
    for service in sorted(needed - made):
        if not role_arn(survey.context.session, ROLES[service]):
            yield Problem(
                message=f"the management account has no role {ROLES[service]}, which {service} asks for",
                fix=f"create it: aws iam create-service-linked-role --aws-service-name {service}",
                severity=None if service in _REFUSING else Severity.WARNING,
            )


def _needs(item: Resource) -> Iterator[str]:
    properties = item.body.get("Properties") or {}
    if item.type == "AWS::AccessAnalyzer::Analyzer" and str(properties.get("Type", "")).startswith("ORGANIZATION"):
        yield "access-analyzer.amazonaws.com"
    if item.type == "AWS::CloudTrail::Trail" and properties.get("IsOrganizationTrail") is True:
        yield "cloudtrail.amazonaws.com"
    if item.type == "AWS::Organizations::Policy" and properties.get("Type") == "GUARDDUTY_POLICY":
        yield "guardduty.amazonaws.com"


def _made(survey: Survey) -> Iterator[Mapping[str, object]]:
    for text in survey.context.written.texts.values():
        for item in resources_of(text):
            properties = item.body.get("Properties") or {}
            if item.type == "Custom::Setting" and properties.get("Setting") == SETTING:
                yield properties.get("Arguments") or {}
