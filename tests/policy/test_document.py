from typing import Any

import pytest

from baseline.policy.document import Condition, Principal, branches, read_statements, text_of

NOTHING = {"Ref": "AWS::NoValue"}


def test_a_statement_is_read_with_everything_in_it() -> None:
    (statement,) = read_statements(
        {
            "Statement": [
                {
                    "Sid": "Read",
                    "Effect": "Allow",
                    "Principal": {"Service": "config.amazonaws.com", "AWS": ["111111111111", {"Ref": "Account"}]},
                    "Action": ["s3:GetObject", "s3:PutObject"],
                    "Resource": {"Fn::Sub": "${Bucket.Arn}/*"},
                    "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
                }
            ]
        }
    )
    assert (statement.sid, statement.effect, statement.path) == ("Read", "Allow", ("Statement", 0))
    assert statement.services == ("config.amazonaws.com",)
    assert statement.principals[1:] == (
        Principal(kind="AWS", value="111111111111"),
        Principal(kind="AWS", value="${Account}"),
    )
    assert statement.actions == ("s3:GetObject", "s3:PutObject")
    assert statement.resources == ("${Bucket.Arn}/*",)
    assert statement.conditions == (
        Condition(operator="StringEquals", key="aws:SourceAccount", values=("${AWS::AccountId}",)),
    )


def test_what_is_excepted_is_read_too() -> None:
    (statement,) = read_statements(
        {"Statement": {"Effect": "Deny", "NotPrincipal": "*", "NotAction": "iam:*", "NotResource": "a"}}
    )
    assert statement.path == ("Statement",)
    assert statement.not_principals == (Principal(kind="*", value="*"),)
    assert (statement.not_actions, statement.not_resources) == (("iam:*",), ("a",))


@pytest.mark.parametrize("document", [{}, {"Statement": None}, {"Statement": "x"}, {"Statement": ["x", 1]}])
def test_what_is_no_statement_is_left_out(document: dict[str, Any]) -> None:
    assert read_statements(document) == ()


@pytest.mark.parametrize(
    ("principal", "everybody"),
    [
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"AWS": ["111111111111", "*"]}}, True),
        ({"Principal": {"Fn::If": ["Open", {"AWS": "*"}, {"AWS": "111111111111"}]}}, True),
        ({"NotPrincipal": {"AWS": "111111111111"}}, True),
        ({"Principal": {"AWS": "111111111111"}}, False),
        ({"Principal": {"Service": "config.amazonaws.com"}}, False),
        ({}, False),
    ],
)
def test_everybody_is_a_star_or_all_but_a_few(principal: dict[str, Any], everybody: bool) -> None:
    (statement,) = read_statements({"Statement": {"Effect": "Allow", **principal}})
    assert statement.everybody is everybody


def test_both_branches_of_a_choice_are_read_and_no_value_is_nothing() -> None:
    one, other = {"Effect": "Allow", "Action": "s3:Get*"}, {"Effect": "Deny", "Action": "s3:Put*"}
    choice = {"Fn::If": ["Home", one, {"Fn::If": ["Away", other, NOTHING]}]}
    statements = read_statements({"Statement": [choice, NOTHING]})
    assert [(statement.path, statement.effect) for statement in statements] == [
        (("Statement", 0, "Fn::If", 1), "Allow"),
        (("Statement", 0, "Fn::If", 2, "Fn::If", 1), "Deny"),
    ]


def test_both_branches_of_a_value_are_read() -> None:
    actions = ["s3:GetObject", {"Fn::If": ["Write", "s3:PutObject", NOTHING]}]
    (statement,) = read_statements({"Statement": {"Effect": "Allow", "Action": actions}})
    assert statement.actions == ("s3:GetObject", "s3:PutObject")


def test_a_condition_that_may_be_absent_counts_as_none() -> None:
    choice = {"Fn::If": ["Strict", {"StringEquals": {"aws:PrincipalOrgID": "o-a"}}, NOTHING]}
    (statement,) = read_statements({"Statement": {"Effect": "Allow", "Condition": choice}})
    assert statement.conditions == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        (None, ""),
        (7, "7"),
        ({"Ref": "AWS::Region"}, "${AWS::Region}"),
        ({"Fn::Sub": "a-${B}"}, "a-${B}"),
        ({"Fn::Sub": ["a-${B}", {"B": "c"}]}, "a-${B}"),
        ({"Fn::GetAtt": ["Key", "Arn"]}, "${Key.Arn}"),
        ({"Fn::GetAtt": "Key.Arn"}, "${Key.Arn}"),
        ({"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}, "s3"]]}, "arn:${AWS::Partition}:s3"),
        ({"Fn::Join": [":", {"Ref": "Parts"}]}, "${}"),
        ({"Fn::ImportValue": {"Fn::Sub": "${Name}-arn"}}, "${import ${Name}-arn}"),
        ({"Fn::Select": [0, ["a"]]}, "${}"),
        ({"a": 1, "b": 2}, "${}"),
    ],
)
def test_a_text_shows_what_cloudformation_fills_in(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("operator", "values", "restricts"),
    [
        ("StringEquals", ["o-a1b2c3d4e5"], True),
        ("ForAnyValue:StringLike", ["o-a1b2c3d4e5/*"], True),
        ("ArnLike", ["arn:${AWS::Partition}:logs:*:${AWS::AccountId}:*"], True),
        ("ArnLike", ["arn:aws:s3:::northwind-logs"], True),
        ("StringEqualsIfExists", ["o-a1b2c3d4e5"], False),
        ("ForAllValues:StringEquals", ["o-a1b2c3d4e5"], False),
        ("StringNotEquals", ["o-a1b2c3d4e5"], False),
        ("ArnNotLike", ["arn:aws:iam::111111111111:root"], False),
        ("Null", ["false"], False),
        ("StringLike", ["*"], False),
        ("StringLike", ["o-a1b2c3d4e5", "*"], False),
        ("ArnLike", ["arn:${AWS::Partition}:logs:*:*:*"], False),
        ("ArnLike", ["arn:aws:s3:::*"], False),
        ("StringEquals", [], False),
    ],
)
def test_a_condition_restricts_when_not_everybody_can_meet_it(
    operator: str, values: list[str], restricts: bool
) -> None:
    assert Condition(operator=operator, key="k", values=tuple(values)).restricts is restricts


def test_branches_of_plain_values_are_the_values() -> None:
    assert list(branches("a", ("x",))) == [(("x",), "a")]
    assert list(branches(["a", "b"])) == [((0,), "a"), ((1,), "b")]
    assert list(branches(None)) == []
