"""Level by level: the first denial, undecided statements, and principals without applicable policies."""

from typing import Any

from baseline.policy.decide import AttachedPolicy, Level, Policies, Verdict, decide
from baseline.policy.document import read_statements
from baseline.policy.request import Request


def level(name: str, *statements: dict[str, Any]) -> Level:
    read = read_statements({"Statement": list(statements)})
    return Level(name=name, policies=(AttachedPolicy(name=f"of-{name}", statements=read),))


def organization(levels: tuple[Level, ...], request: Request) -> Verdict:
    return decide(Policies(service_control=levels), request)


def deny(sid: str, action: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    found = {"Sid": sid, "Effect": "Deny", "Action": action, "Resource": "*"}
    return {**found, "Condition": condition} if condition else found


IN_REGION = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}


def test_the_statement_that_denies_is_named_with_its_policy_and_level() -> None:
    levels = (level("root", deny("A", "s3:*")), level("Prod", deny("B", "ec2:*")))
    found = organization(levels, Request(action="ec2:RunInstances"))
    assert (found.decision, found.level, found.policy, found.statement) == ("denied", "Prod", "of-Prod", "B")
    assert organization(levels, Request(action="sqs:SendMessage")).decision == "not denied"


def test_a_denial_outweighs_what_is_not_known() -> None:
    levels = (level("root", deny("A", "ec2:*", IN_REGION)), level("Prod", deny("B", "ec2:*")))
    assert organization(levels, Request(action="ec2:RunInstances")).statement == "B"


def test_what_hangs_on_a_key_is_unknown_and_names_it() -> None:
    levels = (level("root", deny("A", "ec2:*", IN_REGION)),)
    found = organization(levels, Request(action="ec2:RunInstances"))
    assert (found.decision, found.missing) == ("unknown", ("aws:RequestedRegion",))
    known = Request(action="ec2:RunInstances", context={"aws:requestedregion": ("eu-west-1",)})
    assert organization(levels, known).decision == "not denied"


def test_an_allow_denies_nothing() -> None:
    levels = (level("root", {"Effect": "Allow", "Action": "*", "Resource": "*"}),)
    assert organization(levels, Request(action="s3:GetObject")).decision == "not denied"


def test_service_linked_roles_and_services_are_bound_by_none() -> None:
    levels = (level("root", deny("A", "*")),)
    assert organization(levels, Request(action="s3:GetObject")).decision == "denied"
    linked = "arn:aws:iam::444444444444:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
    by_role = Request(action="s3:GetObject", context={"aws:principalarn": (linked,)})
    assert organization(levels, by_role).decision == "not denied"
    by_service = Request(action="s3:GetObject", context={"aws:principalservicename": ("config.amazonaws.com",)})
    assert organization(levels, by_service).decision == "not denied"


def test_why_nothing_was_checked_is_reported() -> None:
    policies = Policies(service_control_reason="the management account is bound by none")
    assert decide(policies, Request(action="s3:GetObject")).reasons == ("the management account is bound by none",)


def test_no_policy_can_deny_the_call_that_asks_who_one_is() -> None:
    levels = (level("root", deny("A", "*")),)
    asked = Request(action="STS:GetCallerIdentity")
    found = organization(levels, asked)
    assert (found.decision, len(found.reasons)) == ("allowed", 1)
    assert decide(Policies(service_control=levels, identity=()), asked).decision == "allowed"
    assert organization(levels, Request(action="sts:GetSessionToken")).decision == "denied"
