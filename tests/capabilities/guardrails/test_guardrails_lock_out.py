"""Lock-outs are reported by statement and place; policies with proper exemptions pass."""

from collections.abc import Mapping
from typing import Any

import pytest

from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.guardrails import CAPABILITY
from baseline.capabilities.organization.guardrails.lock_out import LockOut, lock_outs
from baseline.capabilities.organization.guardrails.needs import calls, deliveries
from baseline.capabilities.organization.guardrails.places import BoundAccount, bound_accounts
from baseline.capabilities.organization.guardrails.policies import policies_of
from baseline.capabilities.settings import TIERS, Tier
from baseline.controls.guardrail import guardrails
from baseline.findings import Severity
from tests.landscapes import make_landscape

WEB = Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads")
OLD = Account(key="old", name="old", email="old@northwind.example", id="555555555555", ou="Suspended")
OUS = {"Security": "ou-ab12-11111111", "Workloads": "ou-ab12-22222222", "Sandbox": None, "Suspended": None}
QUIET = {name: {"enabled": False, "reason": "Not what is tested."} for name in guardrails()}
"""Every guardrail off: what is found is of the planted policy."""
STACKSETS, CONTROL_TOWER = "arn:aws:iam::*:role/stacksets-exec-*", "arn:aws:iam::*:role/AWSControlTowerExecution"
BREAK_GLASS, FUNCTION = "arn:aws:iam::*:role/nw-break-glass", "arn:aws:iam::*:role/nw-account-settings*"
RECORDER, PIPELINE = "arn:aws:iam::*:role/nw-config-recorder", "arn:aws:iam::*:role/nw-deployment-*"
ORGANIZATION = "o-a1b2c3d4e5"


def deny(action: str | list[str], **elements: Any) -> dict[str, Any]:
    return {"Sid": "Planted", "Effect": "Deny", "Action": action, "Resource": "*", **elements}


def but_for(*arns: str) -> dict[str, Any]:
    return {"Condition": {"ArnNotLike": {"aws:PrincipalArn": list(arns)}}}


def of_resources(action: str | list[str], **elements: Any) -> dict[str, Any]:
    return {**deny(action, **elements), "Principal": "*"}


def landscape(
    *statements: Mapping[str, Any],
    to: tuple[str, ...] = ("root",),
    rules: Any = QUIET,
    roles: Any = (),
    stage: str = "all",
    networks: Any = (),
    **changes: Any,
) -> Landscape:
    """An organization with one custom policy, which is an RCP if its statements name principals."""
    kind = "RESOURCE_CONTROL_POLICY" if any("Principal" in item for item in statements) else "SERVICE_CONTROL_POLICY"
    own = {"file": "own.json", "type": kind, "to": list(to)}
    return make_landscape(
        "standard",
        {
            "guardrails": {"rules": rules, "policies": [own], "stage": stage, "networks": list(networks)},
            "iam_roles": {"deployment_roles": list(roles)},
        },
        accounts={**make_landscape().accounts, "web": WEB, "old": OLD},
        ous=OUS,
        suspended=frozenset({"Suspended"}),
        documents={"own.json": {"Version": "2012-10-17", "Statement": list(statements)}},
        **changes,
    )


def account_of(landscape: Landscape, key: str) -> BoundAccount:
    (account,) = [item for item in bound_accounts(landscape, (key,)) if item.key == key]
    return account


def found(*statements: Mapping[str, Any], **changes: Any) -> tuple[LockOut, ...]:
    here = landscape(*statements, **changes)
    return tuple(lock_outs(here, policies_of(here)))


def locked_out(*statements: Mapping[str, Any], **changes: Any) -> list[tuple[str, str, str]]:
    """The locked-out caller by statement and place."""
    return [(item.need.who, item.verdict.statement, item.place) for item in found(*statements, **changes)]


UNENCRYPTED = {"Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}}
PERIMETER = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}}
FOREIGN_SOURCE = {"Condition": {"StringNotEquals": {"aws:SourceOrgID": ORGANIZATION}}}

BY_NOBODY = {"Bool": {"aws:PrincipalIsAWSService": "false"}}

LOCKING: dict[str, tuple[dict[str, Any], str]] = {
    "everything": (deny("*"), "StackSets"),
    "everything, but for all other deployers": (
        deny("*", **but_for(CONTROL_TOWER, BREAK_GLASS, FUNCTION, RECORDER)),
        "StackSets",
    ),
    "CloudFormation": (deny("cloudformation:UpdateStack"), "StackSets"),
    "every Region but the governed, without global services": (
        deny("*", Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}),
        "break-glass",
    ),
    "everything, but for StackSets": (
        deny("*", **but_for(STACKSETS, BREAK_GLASS, FUNCTION, RECORDER)),
        "AWS Control Tower",
    ),
    "everything, but for the deployers": (
        deny("*", **but_for(STACKSETS, CONTROL_TOWER, FUNCTION, RECORDER)),
        "break-glass",
    ),
    "roles, but for the deployers": (deny("iam:*", **but_for(STACKSETS, CONTROL_TOWER)), "break-glass"),
    "uploads": (deny("s3:PutObject"), "the recorder of AWS Config"),
    "uploads without a header that the recorder does not send": (
        deny("s3:PutObject", **UNENCRYPTED),
        "the recorder of AWS Config",
    ),
    "uploads to every bucket": (of_resources("s3:*"), "the recorder of AWS Config"),
    "deliveries without a header that they do not send": (
        of_resources("s3:PutObject", **UNENCRYPTED),
        "the recorder of AWS Config",
    ),
    "every version of TLS that there is": (
        of_resources("s3:*", Condition={"NumericLessThan": {"s3:TlsVersion": "1.4"}}),
        "the recorder of AWS Config",
    ),
    "whoever is not of the organization, services too": (
        of_resources("s3:*", Condition=PERIMETER),
        "cloudtrail.amazonaws.com",
    ),
    "keys, for whoever is no role": (
        of_resources("kms:*", Condition={"Null": {"aws:PrincipalArn": "true"}}),
        "cloudtrail.amazonaws.com",
    ),
    "keys, for services without a source": (
        of_resources("kms:GenerateDataKey", **FOREIGN_SOURCE),
        "events.amazonaws.com",
    ),
    "keys, for CloudWatch Logs": (
        of_resources("kms:*", Condition={"StringLike": {"aws:PrincipalServiceName": "logs.*"}}),
        "logs.eu-west-1.amazonaws.com",
    ),
    "grants of keys": (of_resources("kms:CreateGrant"), "launches with encrypted volumes"),
    "events of other accounts": (of_resources("events:PutEvents"), "the forwarding of root activity"),
    "roles, for the security team": (deny("sts:AssumeRole"), "the security team, as security-audit"),
    "roles, for others than AWS": (
        of_resources("sts:AssumeRole", Condition=BY_NOBODY),
        "the security team, as security-audit",
    ),
    "keys, for EventBridge": (
        of_resources("kms:*", Condition={"StringEquals": {"aws:PrincipalServiceName": "events.amazonaws.com"}}),
        "events.amazonaws.com",
    ),
    "objects, for access logs": (
        of_resources("s3:*", Condition={"StringEquals": {"aws:PrincipalServiceName": "logging.s3.amazonaws.com"}}),
        "logging.s3.amazonaws.com",
    ),
    "the roles of services": (of_resources("sts:AssumeRole"), "config.amazonaws.com"),
    "sign-in": (of_resources("sts:AssumeRoleWithSAML"), "people, through IAM Identity Center"),
    "sign-in of whoever is not of the organization": (
        of_resources("sts:AssumeRoleWithSAML", Condition=PERIMETER),
        "people, through IAM Identity Center",
    ),
}


@pytest.mark.parametrize("name", LOCKING)
def test_who_is_locked_out_is_named_with_statement_and_place(name: str) -> None:
    statement, who = LOCKING[name]
    (item,) = found(statement)
    assert (item.need.who, item.verdict.statement) == (who, "Planted")
    assert (item.verdict.policy, item.verdict.level, item.verdict.decision) == ("nw-own", "root", "denied")
    assert item.verdict.path == ("Statement", 0)


ANY_DEPLOYER = but_for(STACKSETS, CONTROL_TOWER, BREAK_GLASS, FUNCTION, RECORDER, PIPELINE)
AWS_ITSELF = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}


@pytest.mark.parametrize(
    "statement",
    [
        deny("organizations:LeaveOrganization"),
        deny("iam:CreateUser"),
        deny("*", Condition={"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::444444444444:root"}}),
        deny("ec2:*", Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}}),
        deny("s3:PutObject", Resource="arn:aws:s3:::nw-web/*"),
        of_resources("s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
        of_resources("s3:*", Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        of_resources(["s3:*", "kms:*"], Condition={**PERIMETER, **AWS_ITSELF}),
        of_resources("s3:DeleteObject"),
        of_resources("sqs:*"),
    ],
)
def test_what_locks_nobody_out_passes(statement: dict[str, Any]) -> None:
    assert locked_out(statement) == []


def test_people_come_from_an_address_that_only_the_profile_can_know() -> None:
    elsewhere = {"NotIpAddressIfExists": {"aws:SourceIp": "203.0.113.0/24"}}
    people = {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::*:user/*", "arn:aws:iam::*:role/*break-glass"]}}
    statement = deny("*", Condition={**elsewhere, **people})
    assert locked_out(statement) == []
    assert [who for who, *_ in locked_out(statement, networks=["198.51.100.0/24"])] == ["break-glass"]
    assert locked_out(statement, networks=["203.0.113.0/25"]) == []


def test_everything_can_be_denied_to_all_but_the_deployers() -> None:
    assert locked_out(deny("*", **ANY_DEPLOYER), to=("Workloads",)) == []


def test_each_statement_is_named_once() -> None:
    second = {**deny("iam:*"), "Sid": "Second"}
    assert {item[1] for item in locked_out(deny("cloudformation:*"), second)} == {"Planted", "Second"}


def test_a_policy_of_one_unit_is_proved_there() -> None:
    ((_, _, place),) = locked_out(deny("*"), to=("Workloads",))
    assert place == "Workloads"
    (item,) = found(deny("*"), to=("Workloads",))
    assert item.verdict.level == "Workloads"


def test_a_policy_of_one_account_is_proved_there() -> None:
    (item,) = found(deny("*"), to=("web",))
    assert (item.place, item.verdict.level) == ("web", "web")


def test_a_policy_of_two_units_is_proved_in_both() -> None:
    assert {item[2] for item in locked_out(deny("*"), to=("Workloads", "Sandbox"))} == {"Workloads", "Sandbox"}


def test_nothing_must_go_on_in_suspended_units() -> None:
    assert locked_out(deny("*"), to=("Suspended",)) == []
    assert locked_out(deny("*"), to=("old",)) == []


def test_service_linked_roles_are_never_locked_out() -> None:
    account = account_of(landscape(deny("*")), "web")
    assert "service-linked roles" in {need.who for need in calls(landscape(deny("*")), account)}
    assert "service-linked roles" in {need.who for need in deliveries(landscape(deny("*")), account)}
    everybody = deny("*", **but_for(STACKSETS, CONTROL_TOWER, BREAK_GLASS, FUNCTION, RECORDER))
    assert locked_out(everybody, to=("Workloads",)) == []


ROLE = {"name": "platform", "provider": "github", "repository": "northwind/platform", "branch": "main"}


def test_the_pipelines_of_the_profile_can_deploy_where_they_are() -> None:
    roles = [{**ROLE, "accounts": ["web", "management", "old"]}]
    without = deny("cloudformation:*", **but_for(STACKSETS, CONTROL_TOWER))
    assert locked_out(without, roles=roles) == [("the deployment role platform", "Planted", "web")]
    assert locked_out(without) == []
    assert locked_out(without, roles=roles, to=("Security",)) == []
    assert locked_out(deny("*", **ANY_DEPLOYER), roles=roles, to=("Workloads",)) == []


def tokens_of(*subjects: str) -> dict[str, Any]:
    """A Deny for GitHub tokens with other subjects."""
    key = "token.actions.githubusercontent.com:sub"
    return of_resources(
        "sts:AssumeRoleWithWebIdentity",
        Condition={"StringNotLikeIfExists": {key: list(subjects)}, "Null": {key: "false"}},
    )


def test_pipelines_are_asked_with_their_own_tokens() -> None:
    roles = [{**ROLE, "accounts": ["web"]}]
    who = "the pipeline of the deployment role platform"
    assert locked_out(tokens_of("repo:otherorg/*"), roles=roles) == [(who, "Planted", "web")]
    assert locked_out(tokens_of("repo:northwind/*"), roles=roles) == []
    assert locked_out(of_resources("sts:AssumeRoleWithWebIdentity")) == []


INSIDE = f"{ORGANIZATION}/r-ab12/ou-ab12-22222222/*"


@pytest.mark.parametrize(
    "statement",
    [
        deny("*", Condition={"StringNotEqualsIfExists": {"aws:ResourceOrgID": ORGANIZATION}}),
        of_resources(
            "s3:*",
            Condition={
                "ForAllValues:StringLike": {"aws:ResourceOrgPaths": [INSIDE]},
                "ForAllValues:StringNotLikeIfExists": {"aws:PrincipalOrgPaths": [INSIDE]},
                **AWS_ITSELF,
            },
        ),
        of_resources(
            "sts:AssumeRole",
            Condition={
                "StringNotEqualsIfExists": {"aws:PrincipalAccount": ["222222222222", "333333333333", "444444444444"]},
                **AWS_ITSELF,
            },
        ),
    ],
    ids=["resource perimeter", "a unit keeps to itself", "the accounts of the organization"],
)
def test_requests_carry_the_organization_of_caller_and_resource(statement: dict[str, Any]) -> None:
    assert locked_out(statement, to=("Workloads",)) == []


def test_a_unit_that_keeps_the_log_archive_to_itself_is_found() -> None:
    paths = {"ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": [f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/*"]}}
    found_ = locked_out(of_resources("s3:PutObject", Condition={**paths, **AWS_ITSELF}), to=("Security",))
    assert found_ == [("the recorder of AWS Config", "Planted", "log_archive")]


def test_a_policy_that_is_not_attached_yet_is_a_warning() -> None:
    here = landscape(deny("*"), stage="audit")
    (problem,) = [item for item in CAPABILITY.problems(here) if item.id == "policy-lock-out"]
    assert problem.severity is Severity.WARNING
    assert problem.message.endswith("once it is attached there")


def test_control_tower_may_not_be_there_and_is_a_warning() -> None:
    everybody = deny("cloudformation:*", **but_for(STACKSETS, PIPELINE))
    (problem,) = [item for item in CAPABILITY.problems(landscape(everybody)) if item.id == "policy-lock-out"]
    assert "locks out AWS Control Tower" in problem.message
    assert problem.severity is Severity.WARNING


def test_the_problem_is_at_the_statement_in_the_file() -> None:
    problems = CAPABILITY.problems(landscape({**deny("iam:CreateUser"), "Sid": "Fine"}, deny("cloudformation:*")))
    (problem,) = [item for item in problems if item.id == "policy-lock-out"]
    assert (".".join(map(str, problem.path)), problem.file, problem.place) == (
        "policies.0.file",
        "own.json",
        ("Statement", 1),
    )
    assert "Planted of nw-own locks out StackSets: it denies cloudformation:CreateStack in root" in problem.message


@pytest.mark.parametrize("tier", TIERS)
def test_no_tier_locks_anybody_out(tier: Tier) -> None:
    roles = {"deployment_roles": [{**ROLE, "accounts": ["security"]}]}
    here = make_landscape(tier, {"iam_roles": roles})
    assert list(lock_outs(here, policies_of(here))) == []
