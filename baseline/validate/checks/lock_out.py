"""BL123: a service control policy that locks out whom the baseline needs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.aws.iam_actions import matching_actions
from baseline.findings import Severity
from baseline.policy.document import Statement, read_statements, text_of
from baseline.policy.evaluate import applies
from baseline.policy.request import Request
from baseline.validate.checks.check import Check, Hit
from baseline.validate.subject import Resource, Subject

_ROLE = "AWS::IAM::Role"
_EXECUTION = "stacksets-exec-0123456789abcdef0123456789abcdef"
_NEEDS = {
    "AWS::IAM::Role": ("iam:CreateRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"),
    "AWS::IAM::ManagedPolicy": ("iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy"),
    "AWS::Config::ConfigurationRecorder": ("config:PutConfigurationRecorder", "config:StartConfigurationRecorder"),
    "AWS::Config::DeliveryChannel": ("config:PutDeliveryChannel",),
    "AWS::Config::ConformancePack": ("config:PutConformancePack",),
    "AWS::Config::ConfigurationAggregator": ("config:PutConfigurationAggregator",),
    "AWS::Events::Rule": ("events:PutRule", "events:PutTargets"),
    "AWS::SNS::Topic": ("sns:SetTopicAttributes",),
    "AWS::S3::Bucket": ("s3:CreateBucket", "s3:PutEncryptionConfiguration", "s3:PutBucketVersioning"),
    "AWS::S3::BucketPolicy": ("s3:PutBucketPolicy",),
    "AWS::KMS::Key": ("kms:CreateKey", "kms:PutKeyPolicy"),
    "AWS::Lambda::Function": ("lambda:CreateFunction", "lambda:UpdateFunctionCode"),
    "AWS::Logs::LogGroup": ("logs:CreateLogGroup", "logs:PutRetentionPolicy"),
    "AWS::GuardDuty::Detector": ("guardduty:CreateDetector", "guardduty:UpdateDetector"),
    "AWS::SecurityHub::AutomationRule": ("securityhub:CreateAutomationRule",),
    "AWS::AccessAnalyzer::Analyzer": ("access-analyzer:CreateAnalyzer", "access-analyzer:UpdateAnalyzer"),
}
"""Resource type → actions of whoever deploys it (the handlers' permissions in CloudFormation's resource schemas)."""
_FUNCTION = re.compile(r"\$\{(?P<name>[^}]*)\}")


def _find(subject: Subject, every: tuple[Subject, ...]) -> Iterator[Hit]:
    policies = [item for item in subject.resources if _is_ours(item)]
    needs = tuple(_needs(every)) if policies else ()
    for resource in policies:
        for statement in read_statements(resource.properties["Content"]):
            locked = _locked_out(statement, needs)
            if locked and not _is_meant(statement, resource):
                yield Hit(path=(*resource.path, "Properties", "Content", *statement.path), message=locked)


def _is_ours(resource: Resource) -> bool:
    properties = resource.properties
    if resource.type != "AWS::Organizations::Policy" or not isinstance(properties.get("Content"), Mapping):
        return False
    return text_of(properties.get("Type")) == "SERVICE_CONTROL_POLICY"


def _locked_out(statement: Statement, needs: tuple[tuple[str, Request], ...]) -> str:
    if statement.effect != "Deny":
        return ""
    for who, request in needs:
        if applies(statement, request):
            return f"{statement.sid or 'a statement'} denies {request.action} on {request.resource} to {who}"
    return ""


def _is_meant(statement: Statement, resource: Resource) -> bool:
    """Whether it closes the accounts of some unit for good: everything is denied, to everybody, below the root."""
    targets = resource.properties.get("TargetIds", [])
    root = any("Root" in text_of(target) for target in targets)
    return statement.actions == ("*",) and not statement.conditions and not root


def _needs(every: tuple[Subject, ...]) -> Iterator[tuple[str, Request]]:
    """(who, request): what the deployers do to deploy the plan, and what its own roles are for.

    What runs in the management account alone is left out: service control policies do not hold there.
    """
    for subject in every:
        if {item.account for item in subject.template.stack.deployments} == {"management"}:
            continue
        for resource in subject.resources:
            yield from _deployment(resource)
            if resource.type == _ROLE and "RoleName" in resource.properties:
                yield from _purpose(resource)


def _deployment(resource: Resource) -> Iterator[tuple[str, Request]]:
    named = {_ROLE: ("RoleName", "role"), "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", "policy")}.get(resource.type)
    target = "*"
    if named:
        target = f"arn:aws:iam::444444444444:{named[1]}/{_concrete(text_of(resource.properties.get(named[0])))}"
    for action in _NEEDS.get(resource.type, ()):
        yield "StackSets", _request(action, target, _EXECUTION)


def _purpose(resource: Resource) -> Iterator[tuple[str, Request]]:
    name = _concrete(text_of(resource.properties["RoleName"]))
    for policy in resource.properties.get("Policies", ()):
        for statement in read_statements(_document(policy)):
            if statement.effect == "Allow":
                for pattern in statement.actions:
                    for action in sorted(matching_actions(pattern) or ()):
                        for target in statement.resources:
                            yield f"the role {name}", _request(action, _concrete(target), name)


def _document(policy: Any) -> Mapping[str, Any]:  # noqa: ANN401 - template data
    document = policy.get("PolicyDocument") if isinstance(policy, Mapping) else None
    return document if isinstance(document, Mapping) else {}


def _request(action: str, resource: str, role: str) -> Request:
    principal = f"arn:aws:iam::444444444444:role/{role}"
    return Request(
        action=action,
        resource=resource,
        context={"aws:principalarn": (principal,), "aws:assumedroot": ()},
    )


def _concrete(text: str) -> str:
    """A text with something in place of what CloudFormation fills in."""
    return _FUNCTION.sub(lambda match: "aws" if match["name"] == "AWS::Partition" else "444444444444", text)


CHECK = Check(
    id="BL123",
    title="service control policy that locks out whom the baseline needs",
    severity=Severity.ERROR,
    explanation="A policy binds the roles that deploy the baseline and those that it deploys like everybody else: a "
    "recorder that may not deliver, or a StackSet that may not update, fails in every account at once.",
    fix="exempt the role by ArnNotLike on aws:PrincipalArn, or narrow the statement",
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
    find=_find,
)
