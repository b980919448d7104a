"""Routes: messages about some places reach a receiver of their own, in the form that it understands."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from baseline.capabilities.event_routes import ACCOUNTS_PER_RULE
from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.respond.notifications.notifications import CAPABILITY
from baseline.plan.build import build_plan
from baseline.policy.document import text_of
from baseline.validate.subject import Subject
from tests.event_routing import filled, matching
from tests.landscapes import make_landscape, properties, rendered

SLACK = {"workspace_id": "T0123456789", "channel_id": "C0123456789"}
MAIL = [{"protocol": "email", "endpoint": "payments@northwind.example"}]
PAGER = {"kind": "pagerduty", "secret": "alerts/pagerduty"}
ROUTES: list[dict[str, Any]] = [
    {"name": "payments", "places": ["Workloads"], "severities": ["critical", "high"], "subscriptions": MAIL},
    {"name": "chat", "places": ["root"], "slack": SLACK},
    {"name": "pager", "places": ["root"], "severities": ["critical"], "api": PAGER},
    {"name": "opsgenie", "places": ["root"], "api": {"kind": "opsgenie", "secret": "alerts/opsgenie"}},
    {
        "name": "tickets",
        "places": ["web"],
        "api": {"kind": "json", "endpoint": "https://tickets.example/new", "secret": "t", "header": "X-Key"},
    },
]
WEB, OTHER = "444444444444", "555555555555"
FINDINGS = {"guardduty": "medium", "access-analyzer": "medium", "backup": "medium"}


def landscape(routes: Any = ROUTES, findings: Any = FINDINGS, accounts: Any = (), **changes: Any) -> Landscape:
    here = make_landscape(
        settings={"notifications": {"findings": findings, "routes": routes}, **changes.pop("others", {})}, **changes
    )
    web = Account(key="web", name="web", email="web@northwind.example", id=WEB, ou="Workloads/Prod")
    more = () if here.standalone else (web, *accounts)
    return replace(here, accounts={**here.accounts, **{item.key: item for item in more}})


def finding(severity: float, account: str = WEB) -> Mapping[str, Any]:
    detail = {"accountId": account, "region": "eu-west-1", "id": "1a2b", "type": "Recon:EC2/Portscan"}
    head = {"account": "333333333333", "region": "eu-west-1", "time": "2026-11-30T03:00:00Z"}
    detail["severity"] = severity  # type: ignore[assignment] # a number among texts
    return {**head, "source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": detail}


def received(here: Landscape, event: Mapping[str, Any]) -> dict[str, str]:
    """Receiver → what it receives, for an event on the bus of the security account."""
    templates = rendered("notifications", here)
    ids = {f"nw-{name}": values_of(here, name) for name in templates}
    found = {}
    for place, rule in matching(_with_ids(templates, ids), event, "nw-events").items():
        (target,) = rule["Targets"]
        name = text_of(target["Arn"]).removeprefix("${import nw-").removesuffix("-arn}")
        assert name not in found, place
        found[name] = filled(target["InputTransformer"], event)
    return found


def values_of(here: Landscape, name: str) -> Mapping[str, str]:
    stack = next(item for item in build_plan(here).stacks if item.name == f"nw-{name}")
    return {item.name: item.value or "" for item in stack.parameters}


def _with_ids(templates: Mapping[str, Subject], values: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The templates with the account ids of each stack in place of its parameters."""
    return {name: _Filled(template, values[f"nw-{name}"]) for name, template in templates.items()}


class _Filled:
    """A template whose rules have concrete account ids."""

    def __init__(self, template: Subject, values: Mapping[str, str]) -> None:
        self.template, self.values = template, values

    def of_type(self, kind: str) -> list[Any]:
        return [replace(item, properties=self._concrete(item.properties)) for item in self.template.of_type(kind)]

    def _concrete(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.keys() == {"Ref"}:
                return self.values.get(value["Ref"], value)
            return {key: self._concrete(item) for key, item in value.items()}
        return [self._concrete(item) for item in value] if isinstance(value, list) else value


def test_finding_reaches_the_route_of_its_account_and_the_topic_of_its_severity() -> None:
    texts = received(landscape(), finding(8))
    assert texts.keys() == {"alerts-high", "route-payments", "route-chat", "route-opsgenie", "route-tickets"}
    assert texts["route-payments"] == texts["alerts-high"]
    assert received(landscape(), finding(8, OTHER)).keys() == {"alerts-high", "route-chat", "route-opsgenie"}
    assert "route-payments" not in received(landscape(), finding(5))
    assert "route-pager" in received(landscape(), finding(9))


def test_subscription_of_a_subscriber_does_not_depend_on_the_others() -> None:
    """With positions, who moves up would be unsubscribed by the clean-up (`receiver_digest`)."""

    def subscriptions(*addresses: str) -> Mapping[str, Any]:
        given = [{"protocol": "email", "endpoint": address} for address in addresses]
        here = landscape([{"name": "web", "places": ["web"], "subscriptions": given}])
        return properties(rendered("notifications", here)["notifications-routes"], "AWS::SNS::Subscription")

    rest = subscriptions("c@d.example")
    both = subscriptions("a@b.example", "c@d.example", "a@b.example")
    assert len(rest) == 1
    assert len(both) == 2
    assert rest.items() <= both.items()


def test_each_receiver_understands_its_message() -> None:
    texts = {name: json.loads(text) for name, text in received(landscape(), finding(9.1)).items()}
    sentence = texts["alerts-critical"]
    assert sentence.startswith("GuardDuty detected a threat in account 444444444444, eu-west-1: Recon:EC2/Portscan")
    headline = "Critical, account 444444444444: findings of Amazon GuardDuty"
    subject = "finding-guardduty-critical/444444444444/1a2b"
    chat = texts["route-chat"]
    assert (chat["version"], chat["source"], chat["metadata"]["threadId"]) == ("1.0", "custom", subject)
    assert chat["content"] == {"textType": "client-markdown", "title": headline, "description": sentence}
    pager = texts["route-pager"]
    assert (pager["event_action"], pager["dedup_key"]) == ("trigger", subject)
    assert (pager["payload"]["summary"], pager["payload"]["severity"]) == (headline, "critical")
    assert pager["payload"]["custom_details"] == {"message": sentence}
    opsgenie = texts["route-opsgenie"]
    assert (opsgenie["message"], opsgenie["alias"], opsgenie["priority"]) == (headline, subject, "P1")
    assert texts["route-tickets"] == {
        "severity": "critical",
        "title": "critical-severity findings of Amazon GuardDuty",
        "account": "444444444444",
        "message": sentence,
        "key": subject,
    }


def test_keys_of_apis_are_references_to_secrets() -> None:
    here = landscape()
    found = properties(rendered("notifications", here)["notifications-routes"], "AWS::Events::Connection")
    keys = {item["Name"]: item["AuthParameters"] for item in found.values()}
    reference = "{{resolve:secretsmanager:alerts/pagerduty:SecretString:key}}"
    body = keys["nw-route-pager"]["InvocationHttpParameters"]["BodyParameters"]
    assert body == [{"Key": "routing_key", "Value": reference, "IsValueSecret": True}]
    opsgenie = keys["nw-route-opsgenie"]["ApiKeyAuthParameters"]
    assert opsgenie["ApiKeyName"] == "Authorization"
    assert opsgenie["ApiKeyValue"] == "GenieKey {{resolve:secretsmanager:alerts/opsgenie:SecretString:key}}"
    assert keys["nw-route-tickets"]["ApiKeyAuthParameters"]["ApiKeyName"] == "X-Key"


def test_revision_changes_the_connection_so_that_the_secret_is_read_again() -> None:
    def connection(revision: int) -> Any:
        routes = [{**ROUTES[2], "api": {**PAGER, "revision": revision}}]
        template = rendered("notifications", landscape(routes))["notifications-routes"]
        return next(iter(properties(template, "AWS::Events::Connection").values()))

    assert connection(1) != connection(2)


def test_route_of_many_accounts_has_rules_for_each_part_of_them() -> None:
    many = [
        Account(key=f"a{number}", name="a", email=f"a{number}@x.example", id=f"{number:012}", ou="Workloads")
        for number in range(ACCOUNTS_PER_RULE)
    ]
    here = landscape(ROUTES[:1], {"guardduty": "high"}, many)
    for account in (WEB, "000000000000", f"{ACCOUNTS_PER_RULE - 1:012}"):
        assert "route-payments" in received(here, finding(8, account))
    names = [name for name in rendered("notifications", here) if "payments" in name]
    assert names == ["findings-hub-payments", "findings-hub-payments-2"]


def test_account_without_id_is_a_parameter_that_the_deployment_fills_in() -> None:
    created = Account(key="new", name="new", email="new@northwind.example", ou="Workloads")
    here = landscape(ROUTES[:1], {"guardduty": "high"}, [created])
    stack = next(item for item in build_plan(here).stacks if item.name == "nw-findings-hub-payments")
    assert {item.name: item.value for item in stack.parameters} == {"RoutedAccountIds": WEB, "NewAccountId": None}


def test_standalone_route_carries_every_message() -> None:
    routes = [{"name": "ops", "places": ["management"], "api": {**PAGER}}]
    assert "route-ops" in received(landscape(routes, standalone=True), finding(8, "111111111111"))


def test_messages_fit_every_receiver() -> None:
    """Opsgenie: `message` 130 characters, `alias` 512; EventBridge: names of rules 64, templates 8,192."""
    others = {
        "heartbeat": {"watch": ["trail", "log-archive", "recorder", "detection", "organization", "identity", "stacks"]},
        "health": {"watch": ["abuse", "issues", "changes", "notices", "trusted-advisor"], "support_plan": "enterprise"},
        "secrets": {"watch": ["deletions", "rotations", "policies"]},
        "certificates": {"remind_on_days": [30, 3]},
        "response": {"playbooks": {"close-bucket": {"automatic": ["root"]}}},
    }
    routes = [{"name": "operations-x", "places": ["root"], "api": {"kind": "opsgenie", "secret": "s"}}]
    here = landscape(routes, others=others, prefix="a-prefix-of-15c")
    seen = 0
    for capability in ("notifications", *others):
        for name, template in rendered(capability, here).items():
            for rule in properties(template, "AWS::Events::Rule").values() if name.endswith("operations-x") else ():
                transformer = rule["Targets"][0]["InputTransformer"]
                text = json.loads(transformer["InputTemplate"])
                assert len(rule["Name"]) <= 64, rule["Name"]
                assert len(text["message"].replace("<account>", WEB)) <= 130, text["message"]
                names = {part.split(">")[0] for part in transformer["InputTemplate"].split("<")[1:]}
                assert names <= set(transformer["InputPathsMap"]), rule["Name"]
                seen += 1
    assert seen > 30


@pytest.mark.parametrize(
    ("route", "changes", "path"),
    [
        ({"places": ["root"]}, {}, ("routes", 0)),
        ({"places": ["root"], "slack": SLACK, "subscriptions": MAIL}, {}, ("routes", 0)),
        ({"name": "high", "places": ["root"], "subscriptions": MAIL}, {}, ("routes", 0, "name")),
        ({"places": ["Nowhere"], "subscriptions": MAIL}, {}, ("routes", 0, "places")),
        ({"places": ["root"], "api": {"kind": "json", "secret": "s"}}, {}, ("routes", 0, "api")),
        ({"places": ["root"], "slack": SLACK}, {"partition": "aws-cn"}, ("routes", 0, "slack")),
        ({"places": ["root"], "api": PAGER}, {"home_region": "us-gov-west-1"}, ("routes", 0, "api")),
        ({"places": ["root"], "subscriptions": MAIL}, {"findings": {}}, ("routes",)),
    ],
    ids=[
        "no receiver",
        "two receivers",
        "severity",
        "no accounts",
        "no address",
        "China",
        "GovCloud",
        "quiet",
    ],
)
def test_route_that_cannot_work_is_a_problem(route: Any, changes: Any, path: Any) -> None:
    here = landscape([{"name": "ops", **route}], **changes)
    assert [problem.path for problem in CAPABILITY.problems(here)] == [path]
