"""Subscription filter policies: what is sent, to whom, from which accounts, and by which role."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.organization.guardrails.settings import GuardrailChange, GuardrailsSettings
from baseline.capabilities.organization.guardrails.statements import exempt_of
from baseline.capabilities.registry import CAPABILITIES
from baseline.controls.guardrail import guardrails
from baseline.findings import Severity
from baseline.plan.build import build_plan
from baseline.plan.model import Stack
from tests.landscapes import make_landscape, properties, rendered

OUTSIDE = "999999999999"
MONITORING = CAPABILITIES["monitoring"]
ROLE, POLICY = "nw-monitoring-log-subscription-role", "nw-monitoring-log-subscription"


def landscape(*, standalone: bool = False, partition: str = "aws", **changes: Any) -> Landscape:
    wanted = {"account": "log_archive", "destination": "siem", **changes}
    settings = {"monitoring": {"log_subscription": wanted}}
    if partition == "aws":
        return make_landscape(settings=settings, standalone=standalone)
    regions = {"aws-cn": ("cn-north-1", "cn-northwest-1"), "aws-us-gov": ("us-gov-west-1", "us-gov-east-1")}[partition]
    return make_landscape(settings=settings, home_region=regions[0], regions=regions, partition=partition)


def policy(here: Landscape) -> dict[str, Any]:
    (found,) = properties(rendered("monitoring", here)[POLICY.removeprefix("nw-")], "AWS::Logs::AccountPolicy").values()
    return dict(found)


def document(here: Landscape) -> dict[str, str]:
    found: dict[str, str] = json.loads(policy(here)["PolicyDocument"]["Fn::Sub"])
    return found


def stacks(here: Landscape) -> dict[str, Stack]:
    return {stack.name: stack for stack in build_plan(here).stacks if stack.capability == "monitoring"}


def accounts(stack: Stack) -> set[str]:
    return {item.account for item in stack.deployments} | {ou for item in stack.deployments for ou in item.ous}


def test_new_events_of_every_log_group_are_sent_to_the_destination_of_their_region() -> None:
    found = policy(landscape())
    assert (found["PolicyType"], found["Scope"]) == ("SUBSCRIPTION_FILTER_POLICY", "ALL")
    assert "SelectionCriteria" not in found
    assert document(landscape()) == {
        "DestinationArn": "arn:${AWS::Partition}:logs:${AWS::Region}:${LogArchiveAccountId}:destination:siem",
        "RoleArn": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/nw-log-subscription",
        "FilterPattern": "",
    }


def test_log_groups_of_the_delivery_are_left_out_by_their_names() -> None:
    found = policy(landscape(exclude=["/aws/lambda/ships", "/app/web", "/app/web"]))
    assert found["SelectionCriteria"] == 'LogGroupName NOT IN ["/aws/lambda/ships", "/app/web"]'


def test_pattern_of_the_profile_names_no_parameter() -> None:
    found = document(landscape(pattern='{ $.a = "${AWS::AccountId}" }', distribution="Random"))
    assert found["FilterPattern"] == '{ $.a = "${!AWS::AccountId}" }'
    assert found["Distribution"] == "Random"


def test_role_is_assumed_by_cloudwatch_logs_for_its_own_account_only() -> None:
    template = rendered("monitoring", landscape())[ROLE.removeprefix("nw-")]
    (role,) = properties(template, "AWS::IAM::Role").values()
    assert document(landscape())["RoleArn"].endswith(f"role/{role['RoleName']}")
    assert role["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:logs:*:${AWS::AccountId}:*"}}
            },
        }
    ]
    (inline,) = role["Policies"]
    (statement,) = inline["PolicyDocument"]["Statement"]
    assert statement["Action"] == "logs:PutLogEvents"
    assert statement["Resource"] == {"Fn::Sub": "arn:${AWS::Partition}:logs:*:${AWS::AccountId}:log-group:*"}


def test_role_is_in_the_home_region_and_before_the_policies() -> None:
    found = stacks(landscape())
    assert (found[ROLE].regions, found[POLICY].regions) == (("eu-west-1",), ("eu-west-1", "eu-central-1"))
    assert ROLE in found[POLICY].depends_on
    limited = stacks(landscape(regions=["eu-central-1"]))
    assert (limited[ROLE].regions, limited[POLICY].regions) == (("eu-west-1",), ("eu-central-1",))


@pytest.mark.parametrize("to", [["root"], ["Security", "log_archive", "management"]], ids=str)
def test_account_with_the_destination_sends_nothing(to: list[str]) -> None:
    for stack in stacks(landscape(to=to)).values():
        assert {"management", "security"} <= accounts(stack)
        assert "log_archive" not in {item.account for item in stack.deployments}
    for stack in stacks(landscape(account="management", to=to)).values():
        assert "management" not in accounts(stack)


WEB = Account(key="web", name="web", email="web@northwind.example", id="444444444444", ou="Workloads")
DATA = Account(key="data", name="data", email="data@northwind.example", id="555555555555", ou="Workloads/Prod")


def wider(*, web: str, suspended: bool = True, **changes: Any) -> Landscape:
    """An organization with accounts in Workloads and Workloads/Prod; `web` is the unit of the destination's account."""
    here = landscape(account="web", **changes)
    units = ("Security", "Workloads", "Workloads/Dev", "Workloads/Prod", "Logs", "Suspended")
    return replace(
        here,
        accounts={**here.accounts, "web": replace(WEB, ou=web), "data": DATA},
        ous={unit: f"ou-ab12-{number}1111111" for number, unit in enumerate(units) if suspended or unit != "Suspended"},
        suspended=frozenset({"Suspended"} if suspended else ()),
    )


def noted(here: Landscape) -> str:
    """The units that the finding names."""
    found = [problem for problem in MONITORING.problems(here) if problem.severity is Severity.INFO]
    assert all(problem.path == ("log_subscription", "to") for problem in found)
    return ", ".join(item.message.partition(" directly in ")[2].partition(" that the ")[0] for item in found)


@pytest.mark.parametrize(
    ("web", "changes", "units"),
    [
        ("Workloads", {}, "Workloads"),
        ("Workloads/Prod", {}, "Workloads, Workloads/Prod"),
        ("Workloads/Prod", {"to": ["Workloads/Prod", "Security"]}, "Workloads/Prod"),
        ("Workloads/Dev", {}, "Workloads"),
        ("Workloads", {"suspended": False}, "the root, Workloads"),
        ("Workloads", {"to": ["Security", "data"]}, ""),
        ("Logs", {}, ""),
    ],
    ids=str,
)
def test_finding_names_the_units_around_the_account_with_the_destination(
    web: str, changes: dict[str, Any], units: str
) -> None:
    here = wider(web=web, **changes)
    assert noted(here) == units
    found = stacks(here)
    targeted = {ou for item in found[POLICY].deployments if not item.account for ou in item.ous}
    assert targeted.isdisjoint(units.replace("the root", "/").split(", "))
    whole = not units and "to" not in changes
    for name, words in ((ROLE, "in every account but its own"), (POLICY, "in every account but that of the")):
        assert (words in read_text(here, name)) is whole


def read_text(here: Landscape, name: str) -> str:
    return rendered("monitoring", here)[name.removeprefix("nw-")].template.text


@pytest.mark.parametrize(
    ("to", "is_refused"),
    [(["Logs"], True), (["Logs", "web"], True), (["Logs", "data"], False), (["Workloads"], False), (["root"], False)],
    ids=str,
)
def test_places_without_another_account_are_refused(to: list[str], is_refused: bool) -> None:
    alone = wider(web="Logs", to=to)
    closed = frozenset({"Suspended", "Logs/Suspended"})
    for here in (alone, replace(alone, ous={**alone.ous, "Logs/Suspended": None}, suspended=closed)):
        assert ["no account is left" in problem.message for problem in MONITORING.problems(here)] == [True] * is_refused
        assert any(stack.deployments for stack in stacks(here).values()) is not is_refused


def test_only_accounts_of_the_places_send() -> None:
    for stack in stacks(landscape(to=["Workloads"])).values():
        assert accounts(stack) - {""} == {"Workloads"}


def test_destination_outside_the_organization_is_named_by_its_account() -> None:
    assert f":{OUTSIDE}:destination:siem" in document(landscape(account=OUTSIDE))["DestinationArn"]
    assert {"management", "/"} <= accounts(stacks(landscape(account=OUTSIDE))[POLICY])


@pytest.mark.parametrize("guardrail", ["quarantine", "expected-networks", "allowed-services"])
def test_guardrails_that_deny_every_call_leave_the_role_alone(guardrail: str) -> None:
    role = "arn:aws:iam::*:role/nw-log-subscription"
    (chosen,) = (item for item in guardrails().values() if item.id == guardrail)
    for here, is_exempt in ((landscape(), True), (make_landscape(), False)):
        settings = here.settings("guardrails", GuardrailsSettings)
        assert (role in exempt_of(here, settings, chosen, GuardrailChange())) is is_exempt


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_every_partition_has_it(partition: str) -> None:
    here = landscape(partition=partition)
    assert not MONITORING.unsupported(here)
    assert stacks(here)[POLICY].regions == here.regions


def test_standalone_account_sends_to_another_account() -> None:
    here = landscape(standalone=True, account=OUTSIDE)
    assert not MONITORING.problems(here)
    assert {item.account for item in stacks(here)[POLICY].deployments} == {"management"}


def test_nothing_is_deployed_unless_asked_for() -> None:
    quiet = make_landscape(settings={"monitoring": {}})
    assert not MONITORING.is_asked(quiet.settings("monitoring", MONITORING.settings))
    assert MONITORING.is_asked(landscape().settings("monitoring", MONITORING.settings))
    assert not stacks(quiet)


@pytest.mark.parametrize(
    ("changes", "path", "said"),
    [
        ({"account": "vendor"}, ("account",), "vendor is neither an account of the profile nor the id of an account"),
        ({"account": "222222222222"}, ("account",), "222222222222 is the account log_archive of the profile"),
        ({"account": "log_archive", "standalone": True}, ("account",), "a standalone account has no other"),
        ({"to": ["log_archive"]}, ("to",), "log_archive has the destination and cannot send to itself"),
        ({"regions": ["eu-west-1", "us-west-2"]}, ("regions", 1), "us-west-2 is not governed"),
        ({"exclude": [f"/{'a' * 500}{number}" for number in range(50)]}, ("exclude",), "and AWS allows 25000"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_problem_is_reported_at_its_key(changes: dict[str, Any], path: tuple[str | int, ...], said: str) -> None:
    (problem,) = (it for it in MONITORING.problems(landscape(**changes)) if it.severity is not Severity.INFO)
    assert problem.path == ("log_subscription", *path)
    assert said in problem.message


@pytest.mark.parametrize(
    "change",
    [{"destination": "arn:aws:x"}, {"destination": ""}, {"to": []}, {"exclude": ["a b"]}, {"pattern": "a" * 1025},
     {"distribution": "Even"}],
    ids=str,
)  # fmt: skip
def test_values_that_aws_would_refuse_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        landscape(**change)
