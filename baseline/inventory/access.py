"""The permissions that an inventory needs, derived from the list of its calls."""

from collections.abc import Iterable
from typing import Any

from baseline.cloud.inventory_calls import INVENTORY_CALLS, Scope

_MEMBERS = (Scope.ACCOUNT, Scope.REGION)


def caller_policy(role: str) -> dict[str, Any]:
    """The IAM policy of the identity that runs `baseline inventory`."""
    entry = {
        "Sid": "EnterAccounts",
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Resource": f"arn:*:iam::*:role/{role}",
    }
    return _document([_statement("Look", tuple(Scope)), entry])


def member_policy() -> dict[str, Any]:
    """The IAM policy of the role that an inventory assumes in each account."""
    return _document([_statement("Look", _MEMBERS)])


def role_template(role: str) -> dict[str, Any]:
    """A CloudFormation template with the role that an inventory assumes, for a StackSet."""
    purpose = "Lets the management account read security settings for `baseline inventory`. It can change nothing."
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Read-only role of baseline inventory.",
        "Parameters": {
            "TrustedAccount": _parameter("Account id that may assume the role.", "[0-9]{12}"),
            "OrganizationId": _parameter("Id of the organization.", "o-[a-z0-9]{10,32}"),
        },
        "Resources": {
            "InventoryRole": {
                "Type": "AWS::IAM::Role",
                "Metadata": {"Purpose": purpose},
                "Properties": {
                    "RoleName": role,
                    "Description": "Read-only role of baseline inventory.",
                    "AssumeRolePolicyDocument": _document([_TRUST]),
                    "Policies": [{"PolicyName": "inventory", "PolicyDocument": member_policy()}],
                },
            }
        },
        "Outputs": {"RoleArn": {"Description": "ARN of the role.", "Value": {"Fn::GetAtt": ["InventoryRole", "Arn"]}}},
    }


_TRUST = {
    "Effect": "Allow",
    "Principal": {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${TrustedAccount}:root"}},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}}},
}


def _statement(sid: str, scopes: Iterable[Scope]) -> dict[str, Any]:
    actions = {call.action for call in INVENTORY_CALLS if call.scope in scopes and call.action}
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": "*"}


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _parameter(description: str, pattern: str) -> dict[str, str]:
    return {"Type": "String", "Description": description, "AllowedPattern": f"^{pattern}$"}
