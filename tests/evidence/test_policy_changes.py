"""Changed statements of organization policies: removed, moved, changed or new, with their targets."""

import json
from dataclasses import replace
from typing import Any

from baseline.evidence.changes import Changes
from baseline.evidence.policy_changes import PolicyStatementChange, statement_changes
from baseline.evidence.policy_risks import with_policy_risks
from baseline.evidence.resource_changes import resource_changes
from baseline.plan.model import Template
from baseline.report.changes_html import format_changes_html
from baseline.report.changes_json import format_changes_json
from baseline.report.changes_markdown import format_changes_markdown
from baseline.report.changes_text import format_changes_text
from tests.validate.subjects import template_of

ROOT, WORKLOADS = {"Ref": "OrganizationRootId"}, {"Ref": "WorkloadsOuId"}
TRAIL = {"Sid": "Trail", "Effect": "Deny", "Action": "cloudtrail:StopLogging", "Resource": "*"}
KEYS = {"Sid": "Keys", "Effect": "Deny", "Action": "kms:DisableKey", "Resource": {"Fn::Sub": "arn:${AWS::Partition}:x"}}
PLACES = {"WorkloadsOuId": "Workloads", "ProdOuId": "Workloads/Prod", "SandboxOuId": "Sandbox"}
EMPTY = Changes(
    stacks=(), frameworks_added=(), frameworks_removed=(), requirements=(), controls=(), counts={}, statements=()
)


def policy(name: str, *statements: dict[str, Any], to: Any = ROOT) -> Template:
    content = {"Version": "2012-10-17", "Statement": list(statements)}
    return organization_policy(name, "SERVICE_CONTROL_POLICY", content, to)


def organization_policy(name: str, kind: str, content: Any, to: Any) -> Template:
    targets = {"TargetIds": [to]} if to else {}
    properties = {"Name": name, "Type": kind, "Content": content, **targets}
    document = {"Resources": {"Policy": {"Type": "AWS::Organizations::Policy", "Properties": properties}}}
    return template_of(json.dumps(document), name=name)


def described(*changes: PolicyStatementChange) -> list[str]:
    text = format_changes_text(replace(EMPTY, policies=changes))
    return [line.strip() for line in text.splitlines() if line.startswith("  ")]


def test_a_statement_that_leaves_one_policy_for_another_has_moved() -> None:
    before = [policy("one", TRAIL, KEYS), policy("two")]
    after = [policy("one", KEYS), policy("two", TRAIL, to=WORKLOADS)]
    changes = statement_changes(before, after, PLACES)
    assert described(*changes) == [
        "moved   Trail in one (root) → two (Workloads): denies less (no longer binds everything in root)"
    ]


def test_statements_that_are_gone_come_before_new_ones() -> None:
    changes = statement_changes([policy("one", TRAIL)], [policy("one", KEYS)])
    assert described(*changes) == ["removed Trail in one (root)", "added   Keys in one (root)"]


def test_other_targets_and_other_content_are_distinguished() -> None:
    before = [policy("one", TRAIL), policy("two", KEYS)]
    after = [policy("one", TRAIL, to=WORKLOADS), policy("two", {**KEYS, "Action": "kms:*"})]
    assert described(*statement_changes(before, after)) == [
        "changed Trail in one (root) → one (WorkloadsOuId): denies less (no longer binds everything in root)",
        "changed Keys in two (root), content: denies more (applies to kms:*)",
    ]


def test_a_policy_that_is_detached_says_so() -> None:
    changes = statement_changes([policy("one", TRAIL)], [policy("one", TRAIL, to=None)])
    assert described(*changes) == [
        "changed Trail in one (root) → one (not attached): denies less (statements no longer in force)"
    ]


def test_the_order_of_statements_and_of_keys_is_no_change() -> None:
    turned = dict(reversed(KEYS.items()))
    assert statement_changes([policy("one", TRAIL, KEYS)], [policy("one", turned, TRAIL)]) == ()


def test_statements_without_sid_and_kinds_without_statements_count_too() -> None:
    nameless = {key: value for key, value in TRAIL.items() if key != "Sid"}
    tags = organization_policy("tags", "TAG_POLICY", {"tags": {"Owner": {}}}, ROOT)
    other = organization_policy("tags", "TAG_POLICY", {"tags": {"Team": {}}}, ROOT)
    changes = statement_changes([policy("one", nameless), tags], [policy("one"), other])
    assert described(*changes) == ["removed statement 1 in one (root)", "changed content in tags (root), content"]


def risks(before: Template, after: Template) -> list[tuple[str, str]]:
    statements = statement_changes([before], [after], PLACES)
    (found,) = with_policy_risks(resource_changes([before], [after]), statements)
    return [(risk.kind, risk.why) for risk in found.risks]


def exempting(*roles: str) -> dict[str, Any]:
    arns = [{"Fn::Sub": f"arn:${{AWS::Partition}}:iam::*:role/{role}"} for role in roles]
    return {**TRAIL, "Condition": {"ArnNotLike": {"aws:PrincipalArn": arns}}}


def test_a_further_exempt_role_weakens_and_one_less_locks_out() -> None:
    one, two = policy("p", exempting("a", "z")), policy("p", exempting("a", "b", "z"))
    assert risks(one, two) == [("weaker guardrail", "denies less than before: exempts b")]
    assert risks(two, one) == [
        ("lock-out", "denies more than before (no longer exempts b): calls of workloads and people fail")
    ]


def test_both_directions_at_once_are_both_risks() -> None:
    assert risks(policy("p", exempting("a")), policy("p", exempting("b"))) == [
        ("lock-out", "denies more than before (no longer exempts a): calls of workloads and people fail"),
        ("weaker guardrail", "denies less than before: exempts b"),
    ]
    unreadable = {**TRAIL, "Resource": {"Fn::Split": [",", "a,b"]}}
    why = "can deny more or less than before: the content differs"
    assert risks(policy("p", TRAIL), policy("p", unreadable)) == [("lock-out", why), ("weaker guardrail", why)]


def test_equal_changes_of_several_policies_are_one_row() -> None:
    def sides(*roles: str) -> list[Template]:
        named = {"A": exempting(*roles), "B": exempting(*roles)}
        statements = [{**content, "Sid": sid} for sid, content in named.items()]
        return [policy("one", *statements), policy("two", statements[0], to=WORKLOADS)]

    changes = statement_changes(sides("a"), sides("a", "b"), PLACES)
    assert described(*changes) == [
        "changed 3 statements of 2 policies, content: denies less (exempts b)",
        "one (root): A, B",
        "two (Workloads): A",
    ]


def test_what_another_statement_denies_instead_is_no_risk() -> None:
    both = {**exempting("a"), "Action": ["s3:PutX", "kms:PutY"]}
    split = [{**both, "Sid": "Trail1", "Action": "s3:PutX"}, {**both, "Sid": "Trail2", "Action": ["kms:*"]}]
    before, after = policy("p", both), policy("p", *split)
    changes = statement_changes([before], [after])
    assert [(item.change, [one.direction for one in item.differences]) for item in changes] == [
        ("removed", []),
        ("added", []),
        ("added", ["more"]),
    ]
    assert [kind for kind, _ in risks(before, after)] == ["lock-out"]
    assert [kind for kind, _ in risks(after, before)] == ["weaker guardrail"]
    wider = policy("p", *({**item, "Condition": exempting("a", "b")["Condition"]} for item in split))
    assert "weaker guardrail" in dict(risks(before, wider))
    assert "weaker guardrail" in dict(risks(before, policy("p", *split, to=WORKLOADS)))


def test_statements_of_one_name_in_two_policies_are_each_removed() -> None:
    before = [policy("one", TRAIL), policy("two", TRAIL, to=WORKLOADS)]
    changes = statement_changes(before, [policy("one"), policy("two")])
    assert [item.statement.policy for item in changes] == ["one", "two"]
    assert all(item.differences for item in changes)


def test_a_unit_includes_those_below() -> None:
    prod, sandbox = {"Ref": "ProdOuId"}, {"Ref": "SandboxOuId"}

    def directions(before: Any, after: Any) -> list[str]:
        changes = statement_changes([policy("p", TRAIL, to=before)], [policy("p", TRAIL, to=after)], PLACES)
        return [item.direction for change in changes for item in change.differences]

    assert directions(prod, WORKLOADS) == ["more"]
    assert directions(WORKLOADS, prod) == ["less"]
    assert directions(WORKLOADS, sandbox) == ["more", "less"]
    assert directions(None, prod) == ["more"]


def test_different_prefixes_are_said_in_every_format() -> None:
    changes = replace(EMPTY, policies=statement_changes([policy("one", TRAIL)], []), prefixes=("al", "nw"))
    assert format_changes_text(changes).startswith("The prefixes differ (al → nw)")
    assert "The prefixes differ (al → nw)" in format_changes_markdown(changes)
    assert "The prefixes differ (al → nw)" in format_changes_html(changes)
    assert json.loads(format_changes_json(changes))["prefixes"] == ["al", "nw"]


def test_every_format_names_the_statement_and_its_policies() -> None:
    changes = replace(EMPTY, policies=statement_changes([policy("one", TRAIL)], [policy("two", TRAIL)]))
    (item,) = json.loads(format_changes_json(changes))["policy_statements"]
    assert (item["change"], item["sid"], item["type"]) == ("moved", "Trail", "SERVICE_CONTROL_POLICY")
    assert (item["before"]["policy"], item["after"]["policy"], item["after"]["targets"]) == ("one", "two", ["root"])
    assert item["after"]["content"]["Action"] == "cloudtrail:StopLogging"
    assert "| moved | Trail in one (root) → two (root) |" in format_changes_markdown(changes)
    assert "policy statements: 1 moved" in format_changes_text(changes)
