"""Built-in permission sets, each with least privilege for its job.

Source of the AWS managed policies: AWS managed policy reference guide, and IAM user guide, AWS managed policies for job
functions.
"""

from collections.abc import Mapping
from typing import Any

from baseline.capabilities.identity.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.identity.identity_center.settings import IdentityCenterSettings, PermissionSet
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
"""Actions that reveal content rather than configuration."""

_GIVES_ACCESS = (
    *("identitystore:Create*", "identitystore:Delete*", "identitystore:Update*", "sso-directory:*", "sso:Attach*"),
    *("sso:Create*", "sso:Delete*", "sso:Detach*", "sso:Provision*", "sso:Put*", "sso:Update*"),
)
"""Actions that give people access: in the delegated administrator's account, access to every member account."""


def _denial(sid: str, actions: tuple[str, ...]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Deny", "Action": list(actions), "Resource": "*"}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


_READY_MADE: Mapping[str, PermissionSet] = {
    "Administrator": PermissionSet(
        description="Full access, for the few people who run the platform.",
        session="1h",
        managed_policies=["AdministratorAccess"],
    ),
    "PowerUser": PermissionSet(
        description="All services except IAM users, roles and policies, access of other people, and the organization.",
        session="4h",
        managed_policies=["PowerUserAccess"],
        inline_policy=_policy(_denial("NoAccessOfOthers", _GIVES_ACCESS)),
    ),
    "Developer": PermissionSet(
        description="Builds and runs workloads, and creates roles for them within the boundary.",
        session="8h",
        managed_policies=["PowerUserAccess"],
        inline_policy=_policy(_denial("NoAccessOfOthers", _GIVES_ACCESS)),
    ),
    "SecurityAudit": PermissionSet(
        description="Reads configurations and findings, but no data.",
        session="8h",
        managed_policies=[
            *("SecurityAudit", "job-function/ViewOnlyAccess"),
            *("AmazonGuardDutyReadOnlyAccess", "AWSSecurityHubReadOnlyAccess"),
        ],
        inline_policy=_policy(
            _denial("NoContent", tuple(item for item in _READS_DATA if item != "cloudformation:GetTemplate"))
        ),
    ),
    "SecurityOperations": PermissionSet(
        description="Reads findings, and assumes the roles for audit, incident response and support in every account.",
        session="8h",
        managed_policies=["AWSSecurityHubReadOnlyAccess", "AmazonGuardDutyReadOnlyAccess"],
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
        description="Opens and follows AWS Support cases.", session="4h", managed_policies=["AWSSupportAccess"]
    ),
    "Network": PermissionSet(
        description="Networks: VPCs, routing, DNS, load balancers, VPN and Direct Connect.",
        session="8h",
        managed_policies=["job-function/NetworkAdministrator"],
    ),
    "DataScientist": PermissionSet(
        description="Notebooks, queries and data jobs; can neither create roles nor pass them.",
        session="8h",
        managed_policies=["AmazonAthenaFullAccess", "AWSGlueConsoleFullAccess", "AmazonSageMakerReadOnly"],
        inline_policy=_policy(
            _denial("NoRoles", ("iam:AttachRolePolicy", "iam:CreateRole", "iam:PassRole", "iam:PutRolePolicy"))
        ),
    ),
    "BreakGlass": PermissionSet(
        description="Full access for one hour, for emergencies only; not assigned in daily work.",
        session="1h",
        managed_policies=["AdministratorAccess"],
    ),
}


def permission_sets(landscape: Landscape, settings: IdentityCenterSettings) -> Mapping[str, PermissionSet]:
    """Name → permission set: the built-in sets that the profile lists or assigns, and the profile's own sets."""
    assigned = (item.permission_set for item in settings.assignments)
    names = dict.fromkeys((*settings.ready_made, *(name for name in assigned if name in _READY_MADE)))
    return {**{name: _for_roles(landscape, name) for name in names}, **settings.permission_sets}


def _for_roles(landscape: Landscape, name: str) -> PermissionSet:
    """The built-in set, with the statements that depend on the roles of `iam_roles`."""
    found = _READY_MADE[name]
    if not landscape.is_on("iam_roles"):
        return found
    settings = landscape.settings("iam_roles", IamRolesSettings)
    if name == "SecurityOperations" and (roles := _security_team_roles(landscape.prefix, settings)):
        return found.model_copy(update={"inline_policy": _policy(_assumes(roles))})
    if name == "Developer" and settings.permissions_boundary:
        boundary = f"{landscape.prefix}-permissions-boundary"
        statements = _delegated_roles(boundary, settings.delegated_roles)
        inline = _policy(_denial("NoAccessOfOthers", _GIVES_ACCESS), *statements)
        return found.model_copy(update={"boundary": boundary, "inline_policy": inline})
    return found


def _security_team_roles(prefix: str, settings: IamRolesSettings) -> list[str]:
    wanted = {
        "security-audit": settings.security_audit,
        "incident-response": settings.incident_response,
        "support": settings.support,
    }
    return [f"{prefix}-{name}" for name, enabled in wanted.items() if enabled]


def _assumes(roles: list[str]) -> dict[str, Any]:
    return {
        "Sid": "AssumeRolesOfTheSecurityTeam",
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": [Reference(f"arn:${{AWS::Partition}}:iam::*:role/{role}") for role in roles],
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
        "Condition": {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}},
    }


def _delegated_roles(boundary: str, names: list[str]) -> tuple[dict[str, Any], ...]:
    """Calls of Terraform and CloudFormation for roles, policies and instance profiles with delegated names.

    Sources: handler permissions in CloudFormation's resource schemas; service authorization reference of IAM.
    """
    roles = _arns("role", names)
    bound = Reference(f"arn:${{AWS::Partition}}:iam::*:policy/{boundary}")
    return (
        {
            "Sid": "RolesWithinTheBoundary",
            "Effect": "Allow",
            "Action": [
                *("iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy"),
                *("iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"),
            ],
            "Resource": roles,
            "Condition": {"ArnLike": {"iam:PermissionsBoundary": bound}},
        },
        {
            "Sid": "UseThem",
            "Effect": "Allow",
            "Action": [
                *("iam:DeleteRole", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"),
                *("iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:ListRoleTags", "iam:PassRole"),
                *("iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole"),
                "iam:UpdateRoleDescription",
            ],
            "Resource": roles,
        },
        {
            "Sid": "PoliciesAndInstanceProfiles",
            "Effect": "Allow",
            "Action": [
                *("iam:AddRoleToInstanceProfile", "iam:CreateInstanceProfile", "iam:CreatePolicy"),
                *("iam:CreatePolicyVersion", "iam:DeleteInstanceProfile", "iam:DeletePolicy"),
                *("iam:DeletePolicyVersion", "iam:GetInstanceProfile", "iam:ListInstanceProfileTags"),
                *("iam:RemoveRoleFromInstanceProfile", "iam:SetDefaultPolicyVersion", "iam:TagInstanceProfile"),
                *("iam:TagPolicy", "iam:UntagInstanceProfile", "iam:UntagPolicy"),
            ],
            "Resource": [*_arns("policy", names), *_arns("instance-profile", names)],
        },
        {
            "Sid": "ReadPolicies",
            "Effect": "Allow",
            "Action": [
                *("iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListEntitiesForPolicy", "iam:ListInstanceProfiles"),
                *("iam:ListPolicies", "iam:ListPolicyTags", "iam:ListPolicyVersions"),
            ],
            "Resource": "*",
        },
    )


def _arns(kind: str, names: list[str]) -> list[Reference]:
    return [Reference(f"arn:${{AWS::Partition}}:iam::*:{kind}/{name}") for name in names]
