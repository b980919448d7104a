"""Rows of drift, computed from values."""

import pytest

from baseline.cloud.organizations import Policy
from baseline.cloud.stack_sets import StackInstance
from baseline.cloud.stacks import PropertyDifference, ResourceDrift
from baseline.deploy.comparison import (
    Subject,
    incomplete_rows,
    instance_rows,
    pair_rows,
    resource_rows,
    template_rows,
)
from baseline.deploy.policies import compared

SUBJECT = Subject(stack="nw-x", where="management in eu-west-1")
TOPIC = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
QUEUE = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"


def test_templates_differ_resource_by_resource_or_outside_of_them() -> None:
    assert list(template_rows(SUBJECT, f"# comment\n{TOPIC}", TOPIC)) == []
    rows = {(it.subject, it.actual) for it in template_rows(SUBJECT, QUEUE, TOPIC)}
    assert rows == {("Queue", "deployed, not generated"), ("Topic", "not deployed")}
    (row,) = template_rows(SUBJECT, f"{TOPIC}Outputs: {{A: {{Value: b}}}}\n", TOPIC)
    assert (row.subject, row.actual) == ("", "differs outside its resources")


def test_empty_value_is_not_a_missing_one() -> None:
    rows = pair_rows(SUBJECT, "tags", {"A": "", "B": "1", "C": "1"}, {"B": "2", "C": "1"})
    assert [(it.subject, it.expected, it.actual) for it in rows] == [("A", "", ""), ("B", "1", "2")]


@pytest.mark.parametrize(
    ("known", "kind", "actual"),
    [(True, None, ""), (False, "resource", "b"), (None, "unchecked", "b: not compared, as AWS did not")],
)
def test_property_that_cannot_be_compared_is_not_called_changed(*, known: bool | None, kind: str, actual: str) -> None:
    difference = PropertyDifference(path="/KmsKeyId", expected="a", actual="b")
    item = ResourceDrift(logical_id="Trail", type="T", status="MODIFIED", differences=(difference,))
    rows = list(resource_rows(SUBJECT, item, lambda *_: known))
    assert [it.kind for it in rows] == ([kind] if kind else [])
    assert all(it.subject == "Trail (T) /KmsKeyId" and it.actual.startswith(actual) for it in rows)


def test_deleted_resources_and_stacks_that_were_not_checked_are_rows() -> None:
    gone = ResourceDrift(logical_id="Trail", type="T", status="DELETED")
    assert [it.actual for it in resource_rows(SUBJECT, gone, lambda *_: None)] == ["deleted"]
    assert [it.actual for it in incomplete_rows(SUBJECT, "denied")] == ["not checked completely: denied"]
    assert list(incomplete_rows(SUBJECT, "")) == []


def test_instances_are_missing_unfinished_or_unwanted() -> None:
    a, b, c = ("1", "eu-west-1"), ("2", "eu-west-1"), ("3", "eu-west-1")
    broken = StackInstance(status="OUTDATED", detail="FAILED")
    rows = instance_rows(SUBJECT, {a, b}, {b: broken, c: StackInstance(status="CURRENT")}, {c})
    assert [(it.subject, it.actual) for it in rows] == [
        ("1 in eu-west-1", "missing"),
        ("2 in eu-west-1", "OUTDATED (FAILED)"),
        ("3 in eu-west-1", "no longer targeted"),
    ]


_WANTED = {"Name": "nw-scp", "Content": {"Statement": [{"Effect": "Deny", "Max": 7}]}, "TargetIds": ["r-1", "ou-1"]}
_SAME = '{"Statement": [{"Max": "7", "Effect": "Deny"}]}'


@pytest.mark.parametrize(
    ("policy", "rows"),
    [
        (None, [("", "deleted")]),
        (Policy(content=_SAME, targets=frozenset({"r-1", "ou-1"})), []),
        (Policy(content=_SAME.replace("Deny", "Allow"), targets=frozenset({"r-1", "ou-1"})), [("Deny", "Allow")]),
        (
            Policy(content=_SAME, targets=frozenset({"r-1", "ou-2"})),
            [("attached", "not attached"), ("not attached", "attached")],
        ),
    ],
)
def test_policies_are_compared_by_meaning_and_target(policy: Policy | None, rows: list[tuple[str, str]]) -> None:
    found = list(compared("p-1", _WANTED, policy))
    assert [(it.expected, it.actual) for it in found] == rows
    assert all(it.subject.startswith("nw-scp (p-1)") for it in found)
