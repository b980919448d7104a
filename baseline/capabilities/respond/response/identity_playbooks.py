"""Playbooks that remove permissions from users and roles."""

from collections.abc import Mapping

from baseline.capabilities.landscape import Reference
from baseline.capabilities.respond.response.kinds import Grant, PlaybookKind, guardduty_trigger
from baseline.capabilities.respond.response.settings import PlaybookName

IDENTITY_PLAYBOOKS: Mapping[PlaybookName, PlaybookKind] = {
    # Keys that begin with ASIA belong to sessions, which have no key to disable.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    "disable-access-keys": PlaybookKind(
        short="keys",
        title="disables the access keys of an IAM user",
        triggers=guardduty_trigger(
            {
                "resourceType": ["AccessKey"],
                "accessKeyDetails": {"userType": ["IAMUser"], "accessKeyId": [{"prefix": "AKIA"}]},
            },
            "accessKeyDetails.userName",
        ),
        grants=(
            Grant(
                sid="Users",
                actions=("iam:ListAccessKeys", "iam:ListUserTags", "iam:UpdateAccessKey"),
                resources=("arn:${AWS::Partition}:iam::${AWS::AccountId}:user/*",),
                conditions={},
            ),
        ),
        never=(
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:user/{prefix}-*",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:user/break-glass/*",
        ),
    ),
    # AWSDenyAll ends what sessions may do, old and new ones. A deny of older sessions alone needs a policy text of the
    # moment: who may write inline policies of roles may do anything, so no playbook may.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
    # https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html
    "quarantine-role": PlaybookKind(
        short="role",
        title="denies everything to an IAM role and its sessions",
        triggers=guardduty_trigger(
            {
                "resourceType": ["AccessKey"],
                "accessKeyDetails": {"userType": ["AssumedRole"], "userName": [{"exists": True}]},
            },
            "accessKeyDetails.userName",
        ),
        grants=(
            Grant(
                sid="Roles",
                actions=("iam:ListAttachedRolePolicies", "iam:ListRoleTags"),
                resources=("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*",),
                conditions={},
            ),
            Grant(
                sid="DenyAll",
                actions=("iam:AttachRolePolicy", "iam:DetachRolePolicy"),
                resources=("arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*",),
                conditions={
                    "ArnEquals": {"iam:PolicyARN": Reference("arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll")}
                },
            ),
        ),
        # Roles that deploy, and the last way in. Only AWS may change roles under its own paths.
        never=(
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/{prefix}-*",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/stacksets-exec-*",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/AWSControlTowerExecution",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/OrganizationAccountAccessRole",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-reserved/*",
            "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/*",
        ),
    ),
}
