"""Ready-made permission sets, each with no more than its job asks for.

Source of the AWS managed policies: AWS managed policy reference guide, and IAM user guide, AWS managed policies for job
functions.
"""

from collections.abc import Mapping
from typing import Any

from baseline.capabilities.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.identity_center.settings import IdentityCenterSettings, PermissionSet
from baseline.capabilities.landscape import Landscape, Reference

_READS_DATA = (
    *("appconfig:GetConfiguration", "appconfig:GetLatestConfiguration", "athena:GetQueryResults"),
    *("athena:GetQueryResultsStream", "cassandra:Select", "cloudformation:GetTemplate"),
    *("cloudtrail:GetQueryResults", "codeartifact:ReadFromRepository", "codecommit:GetBlob", "codecommit:GetFile"),
    *("codecommit:GetFolder", "codecommit:GitPull", "dax:BatchGetItem", "dax:GetItem", "dax:Query", "dax:Scan"),
    *("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:GetRecords", "dynamodb:PartiQLSelect"),
    *("dynamodb:Query", "dynamodb:Scan", "ec2:GetConsoleOutput", "ec2:GetConsoleScreenshot", "ec2:GetPasswordData"),
    *("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "es:ESHttpGet", "es:ESHttpHead", "glacier:GetJobOutput"),
    *("healthlake:ReadResource", "iot:GetThingShadow", "iotanalytics:GetDatasetContent", "kinesis:GetRecords"),
    *("kinesisvideo:GetClip", "kinesisvideo:GetMedia", "kms:Decrypt", "lambda:GetFunction"),
    *("lambda:GetLayerVersion", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogRecord"),
    *("logs:GetQueryResults", "logs:StartLiveTail", "logs:StartQuery", "omics:GetReadSet"),
    *("rds:DownloadCompleteDBLogFile", "rds:DownloadDBLogFilePortion", "s3-object-lambda:GetObject"),
    *("s3-outposts:GetObject", "s3:GetObject", "s3:GetObjectTorrent", "s3:GetObjectVersion"),
    *("s3:GetObjectVersionForReplication", "s3:GetObjectVersionTorrent", "s3tables:GetTableData"),
    *("s3vectors:GetVectors", "s3vectors:ListVectors", "s3vectors:QueryVectors", "sdb:Select"),
    *("secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue", "ses:GetArchiveMessage"),
    *("ses:GetArchiveMessageContent", "sqs:ReceiveMessage", "ssm:GetCommandInvocation", "ssm:GetParameter"),
    *("ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath", "states:DescribeExecution"),
    *("states:GetExecutionHistory", "transcribe:GetTranscriptionJob", "workdocs:GetDocument"),
)
"""What reveals content rather than configuration."""

_GIVES_ACCESS = (
    *("identitystore:Create*", "identitystore:Delete*", "identitystore:Update*", "sso-directory:*", "sso:Attach*"),
    *("sso:Create*", "sso:Delete*", "sso:Detach*", "sso:Provision*", "sso:Put*", "sso:Update*"),
)
"""What makes access of people. In the delegated administrator's account it would reach every member account."""


def _denial(sid: str, actions: tuple[str, ...]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Deny", "Action": list(actions), "Resource": "*"}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


_READY_MADE: Mapping[str, PermissionSet] = {
    "Administrator": PermissionSet(
        description="Everything, for the few who run the platform.",
        session="1h",
        managed_policies=["AdministratorAccess"],
    ),
    "PowerUser": PermissionSet(
        description="Every service, without users, roles, policies, access of others and the organization.",
        session="4h",
        managed_policies=["PowerUserAccess"],
        inline_policy=_policy(_denial("NoAccessOfOthers", _GIVES_ACCESS)),
    ),
    "Developer": PermissionSet(
        description="Builds and runs workloads, and makes roles for them within the boundary.",
        session="8h",
        managed_policies=["PowerUserAccess"],
        inline_policy=_policy(_denial("NoAccessOfOthers", _GIVES_ACCESS)),
    ),
    "SecurityAudit": PermissionSet(
        description="Reads how everything is configured and what was found, and no data.",
        session="8h",
        managed_policies=[
            *("SecurityAudit", "job-function/ViewOnlyAccess"),
            *("AmazonGuardDutyReadOnlyAccess", "AWSSecurityHubReadOnlyAccess"),
        ],
        inline_policy=_policy(
            _denial("NoContent", tuple(item for item in _READS_DATA if item != "cloudformation:GetTemplate"))
        ),
    ),
    "ReadOnly": PermissionSet(
        description="Reads everything but content: no objects, items, messages, logs, secrets or parameters.",
        session="8h",
        managed_policies=["ReadOnlyAccess"],
        inline_policy=_policy(_denial("NoContent", _READS_DATA)),
    ),
    "Billing": PermissionSet(
        description="Bills, budgets, cost reports and payment methods.",
        session="4h",
        managed_policies=["job-function/Billing"],
    ),
    "Support": PermissionSet(
        description="Opens and follows cases of AWS Support.", session="4h", managed_policies=["AWSSupportAccess"]
    ),
    "Network": PermissionSet(
        description="Networks: VPCs, routing, DNS, load balancers, VPN and Direct Connect.",
        session="8h",
        managed_policies=["job-function/NetworkAdministrator"],
    ),
    "DataScientist": PermissionSet(
        description="Notebooks, queries and data jobs; roles are handed to it, not made by it.",
        session="8h",
        managed_policies=["AmazonAthenaFullAccess", "AWSGlueConsoleFullAccess", "AmazonSageMakerReadOnly"],
        inline_policy=_policy(
            _denial("NoRoles", ("iam:AttachRolePolicy", "iam:CreateRole", "iam:PassRole", "iam:PutRolePolicy"))
        ),
    ),
    "BreakGlass": PermissionSet(
        description="Everything, for an hour, when nothing else works; assigned to nobody in daily life.",
        session="1h",
        managed_policies=["AdministratorAccess"],
    ),
}


def permission_sets(landscape: Landscape, settings: IdentityCenterSettings) -> Mapping[str, PermissionSet]:
    """Name → permission set: the ready-made ones that are wanted, and the profile's own over them."""
    ready: dict[str, PermissionSet] = {
        name: _within_boundary(landscape, name, _READY_MADE[name]) for name in settings.ready_made
    }
    return {**ready, **settings.permission_sets}


def _within_boundary(landscape: Landscape, name: str, found: PermissionSet) -> PermissionSet:
    """Developers make roles only where the boundary that keeps those small is in every account."""
    has_boundary = (
        landscape.is_on("iam_roles") and landscape.settings("iam_roles", IamRolesSettings).permissions_boundary
    )
    if name != "Developer" or not has_boundary:
        return found
    boundary = f"{landscape.prefix}-permissions-boundary"
    roles = landscape.settings("iam_roles", IamRolesSettings).delegated_roles
    inline = _policy(_denial("NoAccessOfOthers", _GIVES_ACCESS), *_delegated_roles(boundary, roles))
    return found.model_copy(update={"boundary": boundary, "inline_policy": inline})


def _delegated_roles(boundary: str, roles: list[str]) -> tuple[dict[str, Any], ...]:
    arns = [Reference(f"arn:${{AWS::Partition}}:iam::*:role/{role}") for role in roles]
    return (
        {
            "Sid": "RolesWithinTheBoundary",
            "Effect": "Allow",
            "Action": [
                *("iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy"),
                *("iam:DetachRolePolicy", "iam:PutRolePolicy"),
            ],
            "Resource": arns,
            "Condition": {
                "ArnLike": {"iam:PermissionsBoundary": Reference(f"arn:${{AWS::Partition}}:iam::*:policy/{boundary}")}
            },
        },
        {
            "Sid": "UseThem",
            "Effect": "Allow",
            "Action": [
                *("iam:DeleteRole", "iam:GetRole", "iam:GetRolePolicy", "iam:PassRole", "iam:TagRole"),
                *("iam:UntagRole", "iam:UpdateRoleDescription"),
            ],
            "Resource": arns,
        },
    )
