"""Realistic policies in complete profiles: which ones stop a deployment, and which ones do not.

Each case once gave a wrong result in an external review; policies with different targets share a profile.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from baseline.errors import ProfileError
from baseline.findings import Severity
from baseline.pipeline import Options, prove
from baseline.validate.validate import ValidateOptions

HEAD = """\
version: 1
organization:
  {name: Field, prefix: ft, id: o-f1e1dte5t0, root_id: r-ft01, home_region: eu-west-1, regions: [eu-west-1, us-east-1],
   alerts: [secops@field.example]}
accounts:
  management: {id: "111111111111", email: aws@field.example}
  log_archive: {id: "222222222222", email: logs@field.example, ou: Security}
  security: {id: "333333333333", email: security@field.example, ou: Security}
  web: {id: "444444444444", email: web@field.example, ou: Workloads/Prod}
organizational_units: [Security, Workloads/Prod, Suspended]
tier: standard
"""
PIPELINE = {
    "iam_roles": {
        "deployment_roles": [
            {
                "name": "platform",
                "provider": "github",
                "repository": "field/platform",
                "environment": "production",
                "accounts": ["web"],
                "managed_policies": ["PowerUserAccess"],
            }
        ]
    }
}
SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
GITHUB = "token.actions.githubusercontent.com:sub"
UNIT = "o-f1e1dte5t0/r-ft01/ou-ft01-11111111/*"
Case = tuple[str, str, dict[str, Any], set[str]]
"""Name, unit, elements of a denial, and the ids of its errors."""

AT_THE_ROOT: list[Case] = [
    (
        "public access block of the log buckets",
        "root",
        {
            "Action": "s3:PutBucketPublicAccessBlock",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Cloud"}},
        },
        {"BL123"},
    ),
    ("object lock of the log buckets", "root", {"Action": "s3:PutBucketObjectLockConfiguration"}, {"BL123"}),
    (
        "resources of other organizations",
        "root",
        {"Action": "*", "Condition": {"StringNotEqualsIfExists": {"aws:ResourceOrgID": "o-f1e1dte5t0"}}},
        set(),
    ),
]
AT_WORKLOADS: list[Case] = [
    ("detectors where there are none", "Workloads", {"Action": ["guardduty:UpdateDetector"]}, set()),
    ("versioning where no bucket is deployed", "Workloads", {"Action": "s3:PutBucketVersioning"}, set()),
    (
        "the ARN of a session",
        "Workloads",
        {
            "Action": "iam:CreateUser",
            "Condition": {"StringNotLike": {"aws:PrincipalArn": "arn:aws:sts::*:assumed-role/Admin/*"}},
        },
        {"policy-condition", "BL122"},
    ),
    (
        "a wildcard under StringNotEquals",
        "Workloads",
        {"Action": "iam:DeleteUser", "Condition": {"StringNotEquals": {"aws:PrincipalArn": "arn:aws:iam::*:role/Ops"}}},
        {"policy-condition", "BL122"},
    ),
    (
        "an operator for many values",
        "Workloads",
        {"Action": "ec2:StartInstances", "Condition": {"ForAnyValue:StringNotLike": {"ec2:InstanceType": ["t3.*"]}}},
        set(),
    ),
    (
        "a conditional Allow",
        "Workloads",
        {"Effect": "Allow", "Action": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        set(),
    ),
    (
        "a resource that is no ARN",
        "Workloads",
        {"Action": "s3:DeleteObject", "Resource": "x/*"},
        {"policy-resource", "BL122"},
    ),
    (
        "MFA of calls with keys",
        "Workloads",
        {"Action": "ec2:TerminateInstances", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
        set(),
    ),
    ("a service that is newer than the data", "Workloads", {"Action": "brandnewservice:*"}, set()),
    (
        "a forgotten placeholder",
        "Workloads/Prod",
        {
            "Action": "iam:DeleteGroup",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::${Account}:role/Admin"}},
        },
        {"policy-variable", "BL122"},
    ),
]
OF_RESOURCES: list[Case] = [
    (
        "tokens of another owner",
        "Workloads",
        {
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringNotLikeIfExists": {GITHUB: ["repo:other/*"]}, "Null": {GITHUB: "false"}},
        },
        {"policy-lock-out"},
    ),
    (
        "a unit that keeps its resources to itself",
        "Workloads",
        {
            "Action": ["s3:*", "sqs:*"],
            "Condition": {
                "ForAllValues:StringLike": {"aws:ResourceOrgPaths": [UNIT]},
                "ForAllValues:StringNotLikeIfExists": {"aws:PrincipalOrgPaths": [UNIT]},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
        },
        set(),
    ),
    (
        "the organization's number at Google",
        "Workloads/Prod",
        {
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "NumericNotEqualsIfExists": {"accounts.google.com:google/organization_number": "123456789012"},
                "Null": {"accounts.google.com:google/organization_number": "false"},
            },
        },
        set(),
    ),
    (
        "the organization by its parameter",
        "root",
        {
            "Action": ["s3:*", "kms:*"],
            "Condition": {
                "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "${OrganizationId}"},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
        },
        set(),
    ),
]


def errors(directory: Path, kind: str, cases: list[Case], capabilities: Mapping[str, Any]) -> dict[str, set[str]]:
    """Name of a case → ids of the errors about its policy."""
    policies = []
    for number, (_, unit, elements, _expected) in enumerate(cases):
        principal = {"Principal": "*"} if kind == RCP else {}
        statement = {"Sid": f"Case{number}", "Effect": "Deny", "Resource": "*", **principal, **elements}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        (directory / f"case-{number}.json").write_text(text, encoding="utf-8")
        policies.append({"file": f"case-{number}.json", "type": kind, "to": [unit]})
    settings = {**capabilities, "guardrails": {**capabilities.get("guardrails", {}), "policies": policies}}
    path = directory / "profile.yaml"
    path.write_text(f"{HEAD}capabilities: {json.dumps(settings)}\n", encoding="utf-8")
    found: dict[str, set[str]] = {name: set() for name, *_ in cases}
    for item in findings(path):
        if item.severity is Severity.ERROR:
            places = f"{item.location.file} {item.message}"
            number = next(n for n in range(len(cases)) if f"case-{n}." in places or f"ft-case-{n} " in places)
            found[cases[number][0]].add(item.id)
    return found


def accepted(cases: list[Case]) -> list[Case]:
    """The valid policies, separately: an error in a file ends a run before the checks of templates."""
    return [case for case in cases if not case[3]]


def refused(cases: list[Case]) -> list[Case]:
    return [case for case in cases if case[3]]


def findings(path: Path) -> tuple[Any, ...]:
    try:
        return prove(path, Options(validation=ValidateOptions(lint=False))).findings
    except ProfileError as error:
        return error.problems


@pytest.mark.parametrize(
    ("kind", "cases", "capabilities"),
    [
        (SCP, AT_THE_ROOT, {}),
        (SCP, accepted(AT_WORKLOADS), {}),
        (SCP, refused(AT_WORKLOADS), {}),
        (RCP, accepted(OF_RESOURCES), PIPELINE),
        (RCP, refused(OF_RESOURCES), PIPELINE),
    ],
    ids=["root", "workloads accepted", "workloads refused", "resources accepted", "resources refused"],
)
def test_a_policy_stops_what_it_breaks_and_nothing_else(
    kind: str, cases: list[Case], capabilities: dict[str, Any], tmp_path: Path
) -> None:
    found = errors(tmp_path, kind, cases, capabilities)
    for name, _, _, expected in cases:
        assert bool(found[name]) == bool(expected), name
        assert found[name] <= expected, name


def test_a_lock_out_at_the_stage_audit_does_not_stop_a_deployment(tmp_path: Path) -> None:
    audit = {"guardrails": {"stage": "audit", "reason": "Trying first."}}
    cases: list[Case] = [("detectors", "root", {"Action": ["guardduty:UpdateDetector"]}, set())]
    assert errors(tmp_path, SCP, cases, audit) == {"detectors": set()}


@pytest.mark.parametrize(("alias", "expected"), [("alias/archive", set()), ("alias/ft-archive", {"BL131"})])
def test_permission_sets_name_keys_of_others_but_none_that_the_baseline_lacks(
    alias: str, expected: set[str], tmp_path: Path
) -> None:
    statement = {"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": f"arn:aws:kms:eu-west-1:*:{alias}"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    sets = {"permission_sets": {"Archive": {"description": "Reads the archive.", "inline_policy": document}}}
    path = tmp_path / "profile.yaml"
    path.write_text(f"{HEAD}capabilities: {json.dumps({'identity_center': sets})}\n", encoding="utf-8")
    assert {item.id for item in findings(path) if item.severity is Severity.ERROR} == expected


def test_a_mistake_in_an_own_policy_is_reported_once(tmp_path: Path) -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "false"}}
    statement = {"Sid": "Own", "Effect": "Deny", "Action": "newservice:Do", "Resource": "*", "Condition": condition}
    (tmp_path / "own.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    own = {"policies": [{"file": "own.json", "type": SCP, "to": ["Workloads"]}]}
    path = tmp_path / "profile.yaml"
    path.write_text(f"{HEAD}capabilities: {json.dumps({'guardrails': own})}\n", encoding="utf-8")
    warnings = [item for item in findings(path) if item.severity is Severity.WARNING]
    assert [item.id for item in warnings if "own.json" in item.location.file] == ["policy-action", "policy-condition"]
    assert [item for item in warnings if "own" in item.location.file and "own.json" not in item.location.file] == []


@pytest.mark.parametrize(("limit", "expected"), [(20_000, set()), (10_240, {"policy-size"})])
def test_a_quota_of_the_profile_holds_in_file_and_template(limit: int, expected: set[str], tmp_path: Path) -> None:
    names = [f"arn:aws:s3:::bucket-with-a-long-name-{number:04}" for number in range(280)]
    statement = {"Sid": "Own", "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": names}
    (tmp_path / "own.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    own = {"policies": [{"file": "own.json", "type": SCP, "to": ["Workloads"]}], "limits": {"scp_characters": limit}}
    path = tmp_path / "profile.yaml"
    path.write_text(f"{HEAD}capabilities: {json.dumps({'guardrails': own})}\n", encoding="utf-8")
    assert {item.id for item in findings(path) if item.severity is Severity.ERROR} == expected
