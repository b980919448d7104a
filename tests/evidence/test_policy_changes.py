"""Changed statements of organization policies: removed, moved, changed or new, with their targets."""

import json
from dataclasses import replace
from typing import Any

from baseline.evidence.changes import Changes
from baseline.evidence.policy_changes import PolicyStatementChange, statement_changes
from baseline.plan.model import Template
from baseline.report.changes_json import format_changes_json
from baseline.report.changes_markdown import format_changes_markdown
from baseline.report.changes_text import format_changes_text
from tests.validate.subjects import template_of

ROOT, WORKLOADS = {"Ref": "OrganizationRootId"}, {"Ref": "WorkloadsOuId"}
TRAIL = {"Sid": "Trail", "Effect": "Deny", "Action": "cloudtrail:StopLogging", "Resource": "*"}
KEYS = {"Sid": "Keys", "Effect": "Deny", "Action": "kms:DisableKey", "Resource": {"Fn::Sub": "arn:${AWS::Partition}:x"}}
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
    changes = statement_changes(before, after)
    assert described(*changes) == ["moved   Trail in one (root) → two (WorkloadsOuId)"]


def test_statements_that_are_gone_come_before_new_ones() -> None:
    changes = statement_changes([policy("one", TRAIL)], [policy("one", KEYS)])
    assert described(*changes) == ["removed Trail in one (root)", "added   Keys in one (root)"]


def test_other_targets_and_other_content_are_distinguished() -> None:
    before = [policy("one", TRAIL), policy("two", KEYS)]
    after = [policy("one", TRAIL, to=WORKLOADS), policy("two", {**KEYS, "Action": "kms:*"})]
    assert described(*statement_changes(before, after)) == [
        "changed Trail in one (root) → one (WorkloadsOuId)",
        "changed Keys in two (root), content",
    ]


def test_a_policy_that_is_detached_says_so() -> None:
    changes = statement_changes([policy("one", TRAIL)], [policy("one", TRAIL, to=None)])
    assert described(*changes) == ["changed Trail in one (root) → one (not attached)"]


def test_the_order_of_statements_and_of_keys_is_no_change() -> None:
    turned = dict(reversed(KEYS.items()))
    assert statement_changes([policy("one", TRAIL, KEYS)], [policy("one", turned, TRAIL)]) == ()


def test_statements_without_sid_and_kinds_without_statements_count_too() -> None:
    nameless = {key: value for key, value in TRAIL.items() if key != "Sid"}
    tags = organization_policy("tags", "TAG_POLICY", {"tags": {"Owner": {}}}, ROOT)
    other = organization_policy("tags", "TAG_POLICY", {"tags": {"Team": {}}}, ROOT)
    changes = statement_changes([policy("one", nameless), tags], [policy("one"), other])
    assert described(*changes) == ["removed statement 1 in one (root)", "changed content in tags (root), content"]


def test_every_format_names_the_statement_and_its_policies() -> None:
    changes = replace(EMPTY, policies=statement_changes([policy("one", TRAIL)], [policy("two", TRAIL)]))
    (item,) = json.loads(format_changes_json(changes))["policy_statements"]
    assert (item["change"], item["sid"], item["type"]) == ("moved", "Trail", "SERVICE_CONTROL_POLICY")
    assert (item["before"]["policy"], item["after"]["policy"], item["after"]["targets"]) == ("one", "two", ["root"])
    assert item["after"]["content"]["Action"] == "cloudtrail:StopLogging"
    assert "| moved | Trail in one (root) → two (root) |" in format_changes_markdown(changes)
    assert "policy statements: 1 moved" in format_changes_text(changes)
