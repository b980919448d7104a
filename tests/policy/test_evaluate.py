"""Evaluation of statements: operators, absent keys, unknown keys, variables and patterns."""

from typing import Any

import pytest

from baseline.policy.document import read_statements
from baseline.policy.evaluate import applies
from baseline.policy.request import Request


def statement(**changes: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": "s3:*", "Resource": "*", **changes}


def about(item: dict[str, Any], action: str = "s3:GetObject", resource: str = "*", **context: Any) -> bool | None:
    (read,) = read_statements({"Statement": [item]})
    known = {key.replace("_", ":", 1).lower(): value for key, value in context.items() if key != "complete"}
    values = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in known.items()}
    request = Request(action=action, resource=resource, context=values, complete=context.get("complete", True))
    return applies(read, request)


def condition(operator: str, values: Any, **context: Any) -> bool | None:
    return about(statement(Condition={operator: {"aws:Key": values}}), **context)


@pytest.mark.parametrize(
    ("changes", "action", "resource", "expected"),
    [
        ({}, "s3:GetObject", "*", True),
        ({}, "S3:getobject", "*", True),
        ({}, "sqs:SendMessage", "*", False),
        ({"Action": "s3:Get?bject"}, "s3:GetObject", "*", True),
        ({"Action": ["s3:Put*", "s3:Get*"]}, "s3:GetObject", "*", True),
        ({"Resource": "arn:${AWS::Partition}:s3:::a/*"}, "s3:GetObject", "arn:aws:s3:::a/b/c", True),
        ({"Resource": "arn:aws:s3:::a/*"}, "s3:GetObject", "arn:aws:s3:::A/b", False),
    ],
)
def test_actions_ignore_case_and_resources_do_not(
    changes: dict[str, Any], action: str, resource: str, expected: bool
) -> None:
    assert about(statement(**changes), action, resource) is expected


def test_not_action_and_not_resource_are_about_everything_else() -> None:
    item = {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::a/*"}
    assert about(item, "s3:GetObject", "arn:aws:s3:::b/x") is True
    assert about(item, "s3:GetObject", "arn:aws:s3:::a/x") is False
    assert about(item, "iam:GetRole", "arn:aws:s3:::b/x") is False


@pytest.mark.parametrize(
    ("operator", "wanted", "seen", "expected"),
    [
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a", "A", False),
        ("StringEqualsIgnoreCase", "a", "A", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringLike", "a*", "abc", True),
        ("StringNotLike", "a*", "abc", False),
        ("NumericLessThan", "30", "7", True),
        ("NumericLessThan", "30", "30", False),
        ("NumericGreaterThanEquals", "30", "30", True),
        ("NumericNotEquals", "1", "1.0", False),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", True),
        ("DateLessThan", "1767225600", "2025-01-01", True),
        ("Bool", "true", "True", True),
        ("Bool", "true", "false", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", False),
        ("NotIpAddress", "203.0.113.0/24", "2001:db8::1", True),
        ("ArnLike", "arn:aws:iam::*:role/a-*", "arn:aws:iam::444444444444:role/a-b", True),
        ("ArnLike", "arn:aws:iam::*:role/a-*", "arn:aws:iam::444444444444:user/a-b", False),
        ("ArnEquals", "arn:aws:iam::4*:role/a", "arn:aws:iam::444444444444:role/a", True),
        ("ArnNotLike", "arn:${AWS::Partition}:iam::*:role/a", "arn:aws:iam::444444444444:role/a", False),
        ("Null", "true", "x", False),
        ("Null", "false", "x", True),
    ],
)
def test_operators_compare(operator: str, wanted: Any, seen: str, expected: bool) -> None:
    assert condition(operator, wanted, aws_Key=seen) is expected
    assert condition(f"{operator}IfExists", wanted, aws_Key=seen) is expected or operator == "Null"


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("ArnNotLike", True),
        ("NumericLessThan", False),
        ("StringEqualsIfExists", True),
        ("BoolIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_a_key_that_the_request_does_not_carry(operator: str, expected: bool) -> None:
    assert condition(operator, "x") is expected


def test_null_asks_whether_the_key_is_there() -> None:
    assert condition("Null", "true") is True
    assert condition("Null", "false") is False


@pytest.mark.parametrize(
    ("operator", "seen", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "c"], False),
        ("ForAnyValue:StringEquals", ["c", "b"], True),
        ("ForAnyValue:StringEquals", ["c"], False),
        ("ForAnyValue:StringNotEquals", ["a", "c"], True),
        ("ForAllValues:StringNotEquals", ["a", "c"], False),
    ],
)
def test_keys_of_many_values(operator: str, seen: list[str], expected: bool) -> None:
    assert condition(operator, ["a", "b"], aws_Key=seen) is expected


def test_what_is_not_known_is_unknown_only_where_it_matters() -> None:
    item = statement(Condition={"StringEquals": {"aws:Key": "a"}, "Bool": {"aws:Other": "true"}})
    assert about(item, aws_Key="a", complete=False) is None
    assert about(item, aws_Key="b", complete=False) is False
    assert about(item, "sqs:SendMessage", complete=False) is False
    assert about(item, aws_Key="a", aws_Other="true", complete=False) is True


def test_variables_are_filled_in_from_the_request() -> None:
    item = statement(Resource="arn:aws:s3:::home/${aws:username}/*")
    assert about(item, resource="arn:aws:s3:::home/sam/x", aws_username="sam") is True
    assert about(item, resource="arn:aws:s3:::home/sam/x", aws_username="kim") is False
    assert about(item, resource="arn:aws:s3:::home/sam/x") is False
    assert about(item, resource="arn:aws:s3:::home/sam/x", complete=False) is None
    default = statement(Condition={"StringEquals": {"aws:Key": "${aws:PrincipalTag/team, 'none'}"}})
    assert about(default, aws_Key="none") is True
    assert about(statement(Resource="arn:aws:s3:::a${*}"), resource="arn:aws:s3:::a*") is True
