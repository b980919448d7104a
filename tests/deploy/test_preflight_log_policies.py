"""Account policies of CloudWatch Logs before a deployment: those that exist, by type, and their destinations."""

import json
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from baseline.cloud.account import log_destination_exists
from baseline.cloud.session import Session, SessionOptions
from baseline.deploy.preflight.decide.log_destinations import destinations as judge_destination
from baseline.deploy.preflight.decide.names import member_resources as judge_members
from baseline.deploy.preflight.decide.names import singletons as judge
from baseline.deploy.preflight.read import log_destinations, names
from baseline.deploy.preflight.read.names import NewInstance
from baseline.deploy.preflight.survey import PlannedResource, filled
from baseline.deploy.template import Resource, resources_of

OWN, MEMBER, OUTSIDE, REGION = "111111111111", "222222222222", "999999999999", "eu-west-1"


def _policy(account: str, type_: str = "SUBSCRIPTION_FILTER_POLICY") -> dict[str, Any]:
    text = json.dumps({"DestinationArn": f"arn:aws:logs:${{AWS::Region}}:{account}:destination:siem"})
    return {
        "Type": "AWS::Logs::AccountPolicy",
        "Properties": {"PolicyType": type_, "PolicyDocument": {"Fn::Sub": text}},
    }


TEXT = json.dumps(
    {
        "Resources": {
            "Own": _policy(OWN),
            "Known": _policy("${Account}"),
            "Later": _policy("${Unknown}"),
            "Outside": _policy(OUTSIDE),
            "Masks": _policy(MEMBER, "DATA_PROTECTION_POLICY"),
        }
    }
)


class Planned:
    """What a survey says of a stack in the management account and of one StackSet.

    They have the same template, except for the destination in the management account, which its own stack leaves out.
    """

    identity = SimpleNamespace(account=OWN)
    accounts = (SimpleNamespace(id=MEMBER),)

    def __init__(self, member_role: str) -> None:
        session = SimpleNamespace(member=lambda role: role)
        self.context = SimpleNamespace(session=session, plan=SimpleNamespace(partition="aws"))
        self.member_role = member_role

    def _items(self) -> list[Resource]:
        return [filled(item, self.known()) for item in resources_of(TEXT)]

    def resources(self, _: str) -> list[PlannedResource]:
        items = [item for item in self._items() if item.logical_id != "Own"]
        return [PlannedResource(stack="nw-stack", region=REGION, item=item) for item in items]

    def known(self, *_: str) -> dict[str, str]:
        return {"Account": MEMBER, "AWS::Region": REGION}


@pytest.mark.parametrize(("role", "accounts"), [("", [OWN]), ("Reader", [OWN, MEMBER])])
def test_destination_is_looked_for_where_the_caller_may(
    monkeypatch: pytest.MonkeyPatch, role: str, accounts: list[str]
) -> None:
    asked = []

    def look(session: Any, region: str, name: str) -> bool:
        asked.append((session, region, name))
        return False

    task: Any = SimpleNamespace(text=TEXT, name="nw-set", stack="nw-set")
    instances = [NewInstance(task=task, account="333333333333", region=REGION)]
    monkeypatch.setattr(log_destinations, "new_instances", lambda *_: instances)
    monkeypatch.setattr(log_destinations, "log_destination_exists", look)
    survey: Any = Planned(role)
    found = list(log_destinations.destinations(survey))
    assert [(it.account, it.region, it.name, it.exists) for it in found] == [
        (account, REGION, "siem", False) for account in accounts
    ]
    assert [session for session, *_ in asked[1:]] == [f"arn:aws:iam::{MEMBER}:role/Reader"] * (len(accounts) - 1)


@pytest.mark.parametrize("role", ["", "Reader"])
def test_account_with_the_destination_may_not_get_the_policy(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    task: Any = SimpleNamespace(text=TEXT, name="nw-set", stack="nw-set")
    instances = [NewInstance(task=task, account=account, region=REGION) for account in (OUTSIDE, "333333333333")]
    monkeypatch.setattr(log_destinations, "new_instances", lambda *_: instances)
    monkeypatch.setattr(log_destinations, "log_destination_exists", lambda *_: True)
    survey: Any = Planned(role)
    (problem,) = [it for fact in log_destinations.destinations(survey) for it in judge_destination(fact)]
    assert problem.message.startswith(f"nw-set would send log events of {OUTSIDE} in {REGION} to a destination in the")


@pytest.mark.parametrize(("names", "exists"), [(["siem", "siem-2"], True), (["siem-2"], False), ([], False)], ids=str)
def test_name_of_a_destination_is_compared_as_a_whole(
    monkeypatch: pytest.MonkeyPatch, names: list[str], exists: bool
) -> None:
    client = boto3.client("logs", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")  # noqa: S106
    session = Session(home_region=REGION, options=SessionOptions())
    monkeypatch.setattr(session, "untyped_client", lambda *_: client)
    with Stubber(client) as stub:
        listed: Any = {"destinations": [{"destinationName": name} for name in names]}
        stub.add_response("describe_destinations", listed, {"DestinationNamePrefix": "siem"})
        assert log_destination_exists(session, REGION, "siem") is exists


SENDS, MASKS = (f"{it}_POLICY" for it in ("SUBSCRIPTION_FILTER", "DATA_PROTECTION"))


class WithPolicies:
    """A survey of one new stack with a subscription filter policy, beside a deployed stack that masks."""

    closed_regions: frozenset[str] = frozenset()
    member_role = "Reader"

    def __init__(self) -> None:
        self.texts = {
            f"nw-{type_}": json.dumps({"Resources": {"X": _policy(OUTSIDE, type_)}}) for type_ in (SENDS, MASKS)
        }
        self.stacks = [SimpleNamespace(name=name, regions=(REGION,)) for name in self.texts]
        self.context = SimpleNamespace(
            session=SimpleNamespace(member=lambda role: role),
            plan=SimpleNamespace(partition="aws", adopted=frozenset(), adoptions=()),
            written=SimpleNamespace(texts=self.texts),
            options=SimpleNamespace(import_existing=False, workers=1),
        )

    def resources(self, *_: str) -> list[PlannedResource]:
        (item,) = resources_of(self.texts[f"nw-{SENDS}"])
        return [PlannedResource(stack=f"nw-{SENDS}", region=REGION, item=item)]

    def stack_targets(self) -> list[Any]:
        item = SimpleNamespace(type="AWS::Logs::AccountPolicy", id=f"{OWN}|{MASKS}|nw-data-protection")
        reader = SimpleNamespace(resources=lambda: [item])
        return [SimpleNamespace(text=self.texts[f"nw-{MASKS}"], reader=reader)]

    def known(self, *_: str) -> dict[str, str]:
        return {}


@pytest.mark.parametrize(("exists", "stops"), [(SENDS, True), (MASKS, False)])
def test_only_a_policy_of_the_same_type_stops_a_new_one(
    monkeypatch: pytest.MonkeyPatch, exists: str, stops: bool
) -> None:
    found = {f"AWS::Logs::AccountPolicy/{it}": ["theirs"] if it == exists else [] for it in (SENDS, MASKS)}
    monkeypatch.setattr(names, "SINGLETONS", {kind: lambda *_, kind=kind: found[kind] for kind in found})
    survey: Any = WithPolicies()
    task: Any = SimpleNamespace(text=survey.texts[f"nw-{SENDS}"], name="nw-set", stack="nw-set")
    monkeypatch.setattr(
        names, "new_instances", lambda *_: [names.NewInstance(task=task, account=MEMBER, region=REGION)]
    )
    own = [problem for fact in names.singletons(survey) for problem in judge(fact)]
    members = [problem for fact in names.member_resources(survey) for problem in judge_members(fact)]
    assert [problem.severity for problem in (*own, *members)] == [None, None] * stops
    assert all("--policy-type SUBSCRIPTION_FILTER_POLICY --policy-name theirs" in it.fix for it in (*own, *members))
