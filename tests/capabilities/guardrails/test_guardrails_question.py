"""Questions: derived condition keys, the policies that apply, and the responsible guardrail."""

from typing import Any

import pytest

from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.question import (
    Question,
    guardrails_behind,
    organization_policies,
    owner_of,
    principal_account,
    request_of,
)
from baseline.policy.decide import Verdict, decide
from tests.landscapes import make_landscape

WEB = Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads")
NEW = Account(key="new", name="new", email="new@northwind.example", id=None, ou="Workloads")
DEVELOPER = "arn:aws:iam::444444444444:role/Developer"
SESSION = "arn:aws:sts::444444444444:assumed-role/Developer/sam"
OUTSIDER = "arn:aws:iam::999999999999:role/Stranger"
LINKED = "arn:aws:iam::444444444444:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"


def landscape(**changes: Any) -> Landscape:
    return make_landscape("regulated", accounts={**make_landscape().accounts, "web": WEB, "new": NEW}, **changes)


def question(action: str = "s3:GetObject", account: str = "web", **values: Any) -> Question:
    return Question(account=account, action=action, **{"context": {}, **values})


def verdict(asked: Question, here: Landscape | None = None) -> Verdict:
    here = here or landscape()
    return decide(organization_policies(here, asked), request_of(here, asked))


# ── what the request carries ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_role_is_of_its_account_and_of_the_organization() -> None:
    found = request_of(landscape(), question(principal=DEVELOPER))
    assert (found.principal, found.principal_account, found.session) == (DEVELOPER, "444444444444", "")
    assert found.values("aws:PrincipalOrgID") == ("o-a1b2c3d4e5",)
    assert found.values("aws:PrincipalIsAWSService") == ("false",)


def test_the_role_of_a_session_is_unknown_without_its_path() -> None:
    found = request_of(landscape(), question(principal=SESSION))
    assert (found.principal, found.session) == ("", SESSION)
    assert found.values("aws:PrincipalArn") is None
    assert found.principal_account == "444444444444"


@pytest.mark.parametrize(("home", "folder"), [("eu-west-1", "eu-west-1/"), ("us-east-1", "")])
def test_a_session_of_identity_center_is_its_role_with_its_path(home: str, folder: str) -> None:
    name = "AWSReservedSSO_Administrator_0123456789abcdef"
    session = f"arn:aws:sts::444444444444:assumed-role/{name}/bob"
    found = request_of(landscape(home_region=home), question(principal=session))
    assert found.principal == f"arn:aws:iam::444444444444:role/aws-reserved/sso.amazonaws.com/{folder}{name}"


def test_a_session_of_identity_center_has_the_region_of_the_instance_in_its_path() -> None:
    session = "arn:aws:sts::444444444444:assumed-role/AWSReservedSSO_Administrator_0123456789abcdef/bob"
    here = landscape(settings={"identity_center": {"region": "eu-north-1"}})
    assert "/sso.amazonaws.com/eu-north-1/" in request_of(here, question(principal=session)).principal


@pytest.mark.parametrize(("region", "decision"), [("eu-north-1", "not denied"), (None, "denied")])
def test_the_region_of_identity_center_stays_open_for_its_directory(region: str | None, decision: str) -> None:
    here = landscape(settings={"identity_center": {"region": region}})
    asked = question("identitystore:ListUsers", principal=DEVELOPER, context={"aws:requestedregion": ("eu-north-1",)})
    assert verdict(asked, here).decision == decision


def test_keys_of_special_credentials_are_absent_unless_given() -> None:
    assert request_of(landscape(), question(principal=DEVELOPER)).values("ec2:RoleDelivery") == ()
    given = question(principal=DEVELOPER, context={"ec2:roledelivery": ("1.0",)})
    assert request_of(landscape(), given).values("ec2:RoleDelivery") == ("1.0",)


@pytest.mark.parametrize(("account", "number"), [("web", "444444444444"), ("new", "000000000000")])
def test_root_is_the_root_user_of_the_account(account: str, number: str) -> None:
    found = request_of(landscape(), question(account=account, principal="root"))
    assert found.principal == f"arn:aws:iam::{number}:root"
    assert found.is_root_user


def test_an_outsider_is_of_no_organization_that_is_known() -> None:
    found = request_of(landscape(), question(principal=OUTSIDER))
    assert found.principal_account == "999999999999"
    assert found.values("aws:PrincipalOrgID") is None


def test_a_service_is_a_service_and_of_no_account() -> None:
    found = request_of(landscape(), question(principal="config.amazonaws.com"))
    assert (found.is_service, found.service_principals) == (True, ("config.amazonaws.com",))
    assert (found.principal, found.principal_account) == ("", "")
    assert found.values("aws:PrincipalOrgID") == ()


def test_of_an_unknown_principal_nothing_is_known() -> None:
    found = request_of(landscape(), question())
    assert found.values("aws:PrincipalArn") is None
    assert not found.is_service


def test_what_is_given_goes_before_what_is_assumed() -> None:
    given = {"aws:securetransport": ("false",), "aws:principalorgid": ("o-0123456789",)}
    found = request_of(landscape(), question(principal=DEVELOPER, context=given))
    assert found.values("aws:SecureTransport") == ("false",)
    assert found.values("aws:PrincipalOrgID") == ("o-0123456789",)


@pytest.mark.parametrize(
    ("values", "owner", "number"),
    [
        ({}, "web", "444444444444"),
        ({"resource": "arn:aws:s3:::bucket/x"}, "web", "444444444444"),
        ({"resource": "arn:aws:sqs:eu-west-1:333333333333:q"}, "security", "333333333333"),
        ({"resource": "arn:aws:s3:::bucket/x", "resource_account": "log_archive"}, "log_archive", "222222222222"),
        ({"resource": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "web", "444444444444"),
    ],
)
def test_a_resource_is_of_the_account_that_its_arn_or_the_question_says(
    values: dict[str, str], owner: str, number: str
) -> None:
    asked = question(principal=DEVELOPER, **values)
    assert owner_of(landscape(), asked) == owner
    found = request_of(landscape(), asked)
    assert found.values("aws:ResourceAccount") == (number,)
    assert found.values("aws:ResourceOrgID") == ("o-a1b2c3d4e5",)


def test_a_resource_without_owner_is_of_no_organization_that_is_known() -> None:
    asked = question(principal=DEVELOPER, resource="arn:aws:sqs:eu-west-1:999999999999:q")
    assert owner_of(landscape(), asked) == ""
    assert request_of(landscape(), asked).values("aws:ResourceOrgID") is None


@pytest.mark.parametrize(
    ("principal", "account"),
    [
        ("", "web"),
        ("root", "web"),
        ("config.amazonaws.com", "web"),
        (DEVELOPER, "web"),
        (SESSION, "web"),
        (OUTSIDER, ""),
    ],
)
def test_the_account_of_the_principal(principal: str, account: str) -> None:
    assert principal_account(landscape(), question(principal=principal)) == account


# ── which policies have a say ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "levels", "reason"),
    [
        ({}, ["root", "Workloads", "web"], ""),
        ({"principal": DEVELOPER}, ["root", "Workloads", "web"], ""),
        ({"account": "security"}, ["root", "Security", "security"], ""),
        ({"account": "management"}, [], "management account"),
        ({"principal": "arn:aws:iam::111111111111:role/Admin"}, [], "management account"),
        ({"principal": "config.amazonaws.com"}, [], "do not apply to AWS services"),
        ({"principal": OUTSIDER}, [], "does not belong to this organization"),
    ],
)
def test_service_control_policies_are_those_of_the_principal(
    values: dict[str, str], levels: list[str], reason: str
) -> None:
    found = organization_policies(landscape(), question(**values))
    assert [level.name for level in found.service_control] == levels
    assert reason in found.service_control_reason
    assert bool(found.service_control_reason) == (not levels)


@pytest.mark.parametrize(
    ("values", "levels", "reason"),
    [
        ({}, ["root", "Workloads", "web"], ""),
        ({"principal": OUTSIDER}, ["root", "Workloads", "web"], ""),
        ({"principal": "config.amazonaws.com"}, ["root", "Workloads", "web"], ""),
        ({"resource": "arn:aws:sqs:eu-west-1:333333333333:q"}, ["root", "Security", "security"], ""),
        ({"resource_account": "management"}, [], "management account"),
        ({"resource": "arn:aws:sqs:eu-west-1:999999999999:q"}, [], "does not belong to this organization"),
        ({"action": "ec2:RunInstances"}, [], "resource control policies do not apply to"),
        ({"action": "kms:RetireGrant"}, [], "resource control policies do not apply to"),
        ({"action": "KMS:Decrypt"}, ["root", "Workloads", "web"], ""),
    ],
)
def test_resource_control_policies_are_those_of_the_resource(
    values: dict[str, str], levels: list[str], reason: str
) -> None:
    found = organization_policies(landscape(), question(**values))
    assert [level.name for level in found.resource_control] == levels
    assert reason in found.resource_control_reason
    assert bool(found.resource_control_reason) == (not levels)


# ── what they say ────────────────────────────────────────────────────────────────────────────────────────────────────


LEAVE = "organizations:LeaveOrganization"


@pytest.mark.parametrize("principal", [DEVELOPER, SESSION, "root", "arn:aws:iam::444444444444:user/sam"])
def test_members_are_bound(principal: str) -> None:
    found = verdict(question(LEAVE, principal=principal))
    assert (found.decision, found.kind, found.level) == ("denied", "service control", "root")


@pytest.mark.parametrize(
    "values",
    [{"account": "management"}, {"principal": LINKED}, {"principal": OUTSIDER}, {"principal": "x.amazonaws.com"}],
)
def test_others_are_not(values: dict[str, str]) -> None:
    assert verdict(question(LEAVE, **values)).decision == "not denied"


def test_why_nothing_binds_is_reported() -> None:
    found = verdict(question(LEAVE, account="management"))
    assert any("service control policies do not apply to the management account" in item for item in found.reasons)


def test_old_tls_is_refused_for_all_callers() -> None:
    for principal in (DEVELOPER, OUTSIDER):
        asked = question(principal=principal, context={"aws:securetransport": ("false",)})
        assert verdict(asked).kind == "resource control"


def test_where_the_resource_is_not_ours_its_policies_are_not_asked() -> None:
    insecure = {"aws:securetransport": ("false",)}
    asked = question("sqs:SendMessage", resource="arn:aws:sqs:eu-west-1:999999999999:q", context=insecure)
    assert verdict(asked).kind != "resource control"


# ── which guardrail it is ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_guardrail_behind_a_merged_statement_is_the_one_about_the_action() -> None:
    found = verdict(question("guardduty:DeleteDetector", principal=DEVELOPER))
    assert guardrails_behind(landscape(), found, "guardduty:DeleteDetector") == ("guardduty",)


def test_a_guardrail_about_all_but_named_actions_is_about_the_action() -> None:
    region = {"aws:requestedregion": ("sa-east-1",)}
    found = verdict(question("lambda:CreateFunction", principal=DEVELOPER, context=region))
    assert guardrails_behind(landscape(), found, "lambda:CreateFunction") == ("regions",)


def test_behind_what_denies_nothing_is_none() -> None:
    assert guardrails_behind(landscape(), Verdict(decision="not denied"), "s3:GetObject") == ()


def test_behind_a_policy_of_the_profile_s_own_is_none() -> None:
    statement = {"Sid": "Own", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}
    here = make_landscape(
        "standard",
        {"guardrails": {"policies": [{"file": "own.json", "type": "SERVICE_CONTROL_POLICY"}]}},
        accounts={**make_landscape().accounts, "web": WEB},
        documents={"own.json": {"Version": "2012-10-17", "Statement": [statement]}},
    )
    found = verdict(question(principal=DEVELOPER), here)
    assert (found.policy, found.statement) == ("nw-own", "Own")
    assert guardrails_behind(here, found, "s3:GetObject") == ()
