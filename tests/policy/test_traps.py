"""Statements with a surprising effect, and resources that match nothing."""

from typing import Any

import pytest

from baseline.findings import Severity
from baseline.policy.check import policy_mistakes
from baseline.policy.checks.global_services import global_service_mistakes
from baseline.policy.globs import overlap

INSIDE = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


def found(kind: str = "SERVICE_CONTROL_POLICY", **elements: Any) -> list[tuple[str, str, Severity]]:
    """(id, place as a dotted path, severity) of each problem in a Deny."""
    statement = {"Sid": "Own", "Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*", **elements}
    if kind == "RESOURCE_CONTROL_POLICY":
        statement["Principal"] = "*"
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return [
        (item.id, ".".join(map(str, item.path[2:])), item.severity or Severity.ERROR)
        for item in policy_mistakes(kind, document)
    ]


def but_for(*arns: str, operator: str = "ArnNotLike") -> dict[str, Any]:
    return {operator: {"aws:PrincipalArn": list(arns)}}


TRAPS: dict[str, tuple[dict[str, Any], Severity]] = {
    "a session in aws:PrincipalArn": (
        {"Condition": but_for("arn:aws:sts::*:assumed-role/AWSReservedSSO_Admin*/*", operator="StringNotLike")},
        Severity.ERROR,
    ),
    "a role of Identity Center without its path": (
        {"Condition": but_for("arn:aws:iam::*:role/AWSReservedSSO_Admin*")},
        Severity.ERROR,
    ),
    "a wildcard under StringNotEquals": (
        {"Condition": but_for("arn:aws:iam::*:role/Admin", operator="StringNotEquals")},
        Severity.ERROR,
    ),
    "the type of instances on every resource of a launch": (
        {"Action": "ec2:RunInstances", "Condition": {"StringNotLike": {"ec2:InstanceType": ["t3.*"]}}},
        Severity.WARNING,
    ),
    "the metadata service on every resource of a launch": (
        {"Action": "ec2:*", "Condition": {"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}}},
        Severity.WARNING,
    ),
    "a conditional Allow": (
        {"Effect": "Allow", "Action": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        Severity.WARNING,
    ),
    "MFA of calls that carry no such key": (
        {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
        Severity.WARNING,
    ),
    "addresses, for services too": (
        {"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
        Severity.WARNING,
    ),
    "a private range": (
        {"Condition": {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Bool": {"aws:ViaAWSService": "false"}}},
        Severity.ERROR,
    ),
    "an asterisk in place of any tag": (
        {"Condition": {"StringEquals": {"aws:ResourceTag/Tier": "*"}}},
        Severity.WARNING,
    ),
    "a Region in place of a VPC": ({"Condition": {"StringEquals": {"aws:SourceVpc": "eu-west-1"}}}, Severity.ERROR),
    "an endpoint in place of a VPC": (
        {"Condition": {"StringNotEquals": {"aws:SourceVpc": "vpce-0123456789abcdef0"}}},
        Severity.ERROR,
    ),
    "a path of units by their names": (
        {"Condition": {"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/Workloads/*"}}},
        Severity.ERROR,
    ),
    "a path of another form of organization id": (
        {"Condition": {"ForAllValues:StringNotLike": {"aws:ResourceOrgPaths": "o-orgid/*"}}},
        Severity.ERROR,
    ),
    "an account that is none in a principal's ARN": (
        {"Condition": but_for("arn:aws:iam::null:role/X")},
        Severity.ERROR,
    ),
    "a role of Identity Center beside another role": (
        {
            "Condition": but_for(
                "arn:aws:iam::*:role/AWSReservedSSO_Admin*",
                "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Audit*",
            )
        },
        Severity.ERROR,
    ),
    "a role of Identity Center, once right and once without its path": (
        {
            "Condition": but_for(
                "arn:aws:iam::*:role/AWSReservedSSO_Admin*",
                "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_*",
            )
        },
        Severity.WARNING,
    ),
    "a role, and its session": (
        {"Condition": but_for("arn:aws:iam::*:role/ops/Admin", "arn:aws:sts::*:assumed-role/Admin/*")},
        Severity.WARNING,
    ),
    "a wildcard in the key of a tag": ({"Condition": {"Null": {"aws:RequestTag/*": "true"}}}, Severity.ERROR),
    "a path of units without its slash": (
        {
            "Condition": {
                "ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111*"}
            }
        },
        Severity.ERROR,
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_known_trap_is_found(name: str) -> None:
    elements, severity = TRAPS[name]
    assert [level for _, _, level in found(**elements)] == [severity]


@pytest.mark.parametrize(
    "elements",
    [
        {"Condition": but_for("arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_Admin*")},
        {"Condition": but_for("arn:aws:iam::*:role/Admin", operator="ArnNotEquals")},
        {
            "Action": "ec2:RunInstances",
            "Resource": "arn:aws:ec2:*:*:instance/*",
            "Condition": {"StringNotLike": {"ec2:InstanceType": ["t3.*"]}},
        },
        {"Action": "ec2:StartInstances", "Condition": {"StringNotLike": {"ec2:InstanceType": ["t3.*"]}}},
        {"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
        {"Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "Bool": {"aws:ViaAWSService": "false"}}},
        {"Condition": {"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/*"}}},
        {"Action": "lambda:AddPermission", "Condition": {"StringEquals": {"lambda:Principal": "*"}}},
        {"Condition": {"StringLike": {"aws:PrincipalTag/Team": "*"}}},
        {"Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}}},
        {"Condition": {"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*"}}},
        {"Condition": but_for("arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::1234*:role/X")},
    ],
)
def test_its_right_form_passes(elements: dict[str, Any]) -> None:
    assert found(**elements) == []


def test_service_principals_are_bound_by_resource_control_policies_only() -> None:
    of_others = {"Null": {"s3:x-amz-server-side-encryption": "true"}, **but_for("arn:aws:iam::*:role/*")}
    upload: dict[str, Any] = {"Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/*", "Condition": of_others}
    assert found(**upload) == []
    assert [name for name, _, _ in found("RESOURCE_CONTROL_POLICY", **upload)] == ["policy-delivery"]


def test_a_region_denial_that_forgets_domains_is_found() -> None:
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    left_out = ["iam:*", "organizations:*", "route53:*", "cloudfront:*", "support:*", "sts:*"]
    statement = {"Sid": "Own", "Effect": "Deny", "NotAction": left_out, "Resource": "*", "Condition": elsewhere}

    def ids() -> list[str]:
        document = {"Version": "2012-10-17", "Statement": [statement]}
        return [item.id for item in policy_mistakes("SERVICE_CONTROL_POLICY", document)]

    assert ids() == ["policy-global-services"]
    document = {"Version": "2012-10-17", "Statement": [statement]}
    for kind in ("RESOURCE_CONTROL_POLICY", "TAG_POLICY"):
        assert list(global_service_mistakes(kind, document)) == []
    left_out.append("route53domains:*")
    assert ids() == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:DeleteObject", "data/*"),
        ("s3:DeleteObject", "arn:aws:s3::data/*"),
        ("iam:DeleteRole", "arn:aws:iam:::role/Protected"),
        ("iam:DeleteRole", "arn:aws:iam::ACCOUNT_ID:role/Protected"),
        ("s3:DeleteBucket", "arn:aws:dynamodb:*:*:table/x"),
        ("s3:DeleteObject", "arn:aws:s3:::data"),
        ("s3:DeleteBucket", "arn:aws:no-such-service:::data"),
        ("kms:CreateKey", "arn:aws:kms:*:*:key/*"),
        ("ec2:TerminateInstances", "arn:aws:ec2:*:*:volume/*"),
    ],
)
def test_a_resource_that_names_nothing_is_an_error(action: str, resource: str) -> None:
    assert found(Action=action, Resource=[resource]) == [("policy-resource", "Resource.0", Severity.ERROR)]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:*", ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]),
        ("s3:DeleteObject", "arn:aws:s3:::data*"),
        ("iam:DeleteRole", "arn:*:iam::*:role/${aws:PrincipalTag/Team}-*"),
        ("iam:DeleteRole", "arn:aws:iam::123456789012:role/x"),
        ("ec2:RunInstances", "arn:aws:ec2:*::image/ami-*"),
        ("kms:ScheduleKeyDeletion", "arn:aws:kms:*:*:key/*"),
        ("logs:DeleteLogGroup", "arn:aws:logs:*:*:log-group:/aws/*"),
        ("execute-api:Invoke", "arn:aws:execute-api:*:*:*"),
        ("*", "arn:aws:s3:::data"),
        ("sns:Publish", "arn:aws:sns:eu-*:*:alerts-??"),
    ],
)
def test_a_resource_of_the_action_passes(action: str, resource: str | list[str]) -> None:
    assert found(Action=action, Resource=resource) == []


@pytest.mark.parametrize(
    ("elements", "severity"),
    [
        ({"NotAction": "awsbillingconsole:*", "Action": []}, Severity.WARNING),
        ({"Action": "brandnewservice:*"}, Severity.WARNING),
        ({"Action": "account:PutChallengeQuestions"}, Severity.WARNING),
        ({"Action": "aws-marketplace:CreatePrivateMarketplace"}, Severity.WARNING),
        ({"Action": "aws-marketplace:DescribePrivateMarketplaceStatus"}, Severity.WARNING),
        ({"Action": "macie:AcceptInvitation"}, Severity.WARNING),
        ({"Action": "s3:GetObjectt"}, Severity.ERROR),
        ({"Action": "s3:getobjectt"}, Severity.ERROR),
        ({"Action": "guardduty:DeleteDetecter"}, Severity.ERROR),
        ({"Action": "ec2:RunInstance"}, Severity.ERROR),
        ({"Effect": "Allow", "Action": "brandnewservice:*"}, Severity.ERROR),
    ],
)
def test_an_unknown_action_warns_where_it_denies_less_only(elements: dict[str, Any], severity: Severity) -> None:
    assert severity in [level for name, _, level in found(**elements) if name == "policy-action"]


def test_the_advice_about_set_operators_keeps_the_meaning() -> None:
    condition = {"ForAnyValue:StringNotLike": {"aws:PrincipalTag/Team": "x*"}}
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "A", "Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*", "Condition": condition},
        ],
    }
    (mistake,) = policy_mistakes("SERVICE_CONTROL_POLICY", document)
    assert "ForAnyValue never matches without it" in mistake.message
    assert mistake.fix == 'write StringNotLike beside "Null": {"aws:PrincipalTag/Team": "false"}'


def test_the_organization_number_of_google_is_a_key() -> None:
    key = "accounts.google.com:google/organization_number"
    condition = {"NumericNotEqualsIfExists": {key: "1"}, "Null": {key: "false"}}
    assert found("RESOURCE_CONTROL_POLICY", Action="sts:AssumeRoleWithWebIdentity", Condition=condition) == []


def test_a_security_hub_policy_may_be_about_features_only() -> None:
    lists = {"enable_in_regions": {"@@append": ["eu-west-1"]}, "disable_in_regions": {"@@append": []}}
    features = {"features": {"network_scanning": lists}}
    assert policy_mistakes("SECURITYHUB_POLICY", {"securityhub": features}) == ()
    assert policy_mistakes("SECURITYHUB_POLICY", {"securityhub": {**lists, **features}}) == ()
    assert policy_mistakes("SECURITYHUB_POLICY", {"securityhub": {"features": {}}}) != ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a*c", "ab?", True),
        ("a*", "*b", True),
        ("ab", "a", False),
        ("*x*", "y?z", True),
        ("a?", "a", False),
        ("", "*", True),
    ],
)
def test_patterns_overlap_where_one_text_fits_both(one: str, other: str, *, expected: bool) -> None:
    assert overlap(one, other) is expected
    assert overlap(other, one) is expected
