"""BL103: a service principal without a condition on the source account (confused deputy)."""

from collections.abc import Iterator, Mapping

from baseline.findings import Problem, Severity
from baseline.policy.document import Statement
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_SOURCE_KEYS = frozenset(
    {
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:principalorgid",
        "kms:calleraccount",
        "kms:viaservice",
        "sts:externalid",
    }
)

NO_SOURCE_KEYS: Mapping[tuple[str, str], str] = {
    ("events.amazonaws.com", "AWS::KMS::Key"): "EventBridge sends no source keys to KMS for encrypted topics "
    "(https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html)",
    (
        "events.amazonaws.com",
        "AWS::SNS::TopicPolicy",
    ): "EventBridge sends no source keys to SNS; with a condition every "
    "event is dropped (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html)",
    (
        "events.amazonaws.com",
        "AWS::SQS::QueuePolicy",
    ): "EventBridge sends the rule's ARN, whose account can be any account "
    "of the organization; no page says that it sends the organization's id "
    "(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html)",
    (
        "cloudtrail.amazonaws.com",
        "AWS::IAM::Role",
    ): "the documented trust of the CloudWatch Logs role has no condition, and CloudTrail accepts roles of the "
    "trail's own account only "
    "(https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
    "cloudtrail-required-policy-for-cloudwatch-logs.html)",
    (
        "chatbot.amazonaws.com",
        "AWS::IAM::Role",
    ): "no source keys are documented; a channel's role is bound by iam:PassRole",
    (
        "malware-protection-plan.guardduty.amazonaws.com",
        "AWS::IAM::Role",
    ): "the documented trust has no condition; a plan's role is bound by iam:PassRole (https://docs.aws.amazon.com/"
    "guardduty/latest/ug/malware-protection-s3-iam-policy-prerequisite.html)",
    (
        "malware-protection.guardduty.amazonaws.com",
        "AWS::IAM::Role",
    ): "the documented trust of the scanner role has no condition; the role is bound by iam:PassRole "
    "(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html)",
    (
        "drt.shield.amazonaws.com",
        "AWS::IAM::Role",
    ): "the documented trust of the Shield Response Team has no condition; the role is bound by iam:PassRole "
    "(https://docs.aws.amazon.com/waf/latest/developerguide/ddos-srt-access.html)",
    ("ec2.amazonaws.com", "AWS::IAM::Role"): "instance profiles are bound to the account; EC2 sends no source keys",
    ("ec2.${AWS::URLSuffix}", "AWS::IAM::Role"): "the same, with the domain of the partition",
    ("hooks.cloudformation.amazonaws.com", "AWS::IAM::Role"): "the documented trust has no condition; a hook's role is "
    "bound by iam:PassRole (https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/"
    "guard-hooks-prepare-to-create-hook.html)",
    (
        "s3.amazonaws.com",
        "AWS::IAM::Role",
    ): "the documented trust of replication has no condition; the role is bound by "
    "iam:PassRole (https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html)",
    ("lambda.amazonaws.com", "AWS::IAM::Role"): "iam:PassRole limits the use of a function's role",
}
"""(service, resource type) → why a source condition cannot be asked for."""


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for policy in subject.policies:
        for statement in policy.statements:
            if statement.effect != "Allow" or _limited(statement):
                continue
            for principal in statement.services:
                if (principal, policy.resource.type) not in NO_SOURCE_KEYS:
                    yield Problem(
                        path=(*policy.path, *statement.path),
                        message=f"{principal} is allowed for every account in AWS: no condition says whose resource "
                        "it may act for",
                    )


def _limited(statement: Statement) -> bool:
    return any(
        condition.restricts
        and (condition.key.lower() in _SOURCE_KEYS or condition.key.lower().startswith("kms:encryptioncontext"))
        for condition in statement.conditions
    )


CHECK = Check(
    id="BL103",
    title="service principal without source condition",
    severity=Severity.ERROR,
    explanation="A service that acts for many customers is a deputy: without a condition on the source's account, "
    "organization or ARN, anyone can make it act on this resource. Services that send no source keys are listed in "
    "the check, each with its reason.",
    fix="add a condition on aws:SourceArn, aws:SourceAccount or aws:SourceOrgID",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    find=_find,
)
