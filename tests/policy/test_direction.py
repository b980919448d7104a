"""Whether a changed statement denies more or less."""

from typing import Any

import pytest

from baseline.policy.direction import differences

DENY = {"Effect": "Deny", "Action": ["s3:PutObject"], "Resource": "*"}
ARN = "arn:${AWS::Partition}:iam::*:role/"


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {**DENY, "Condition": {operator: {key: list(values)}}}


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (DENY, {**DENY, "Action": ["s3:PutObject", "s3:GetObject"]}, "more"),
        (DENY, {**DENY, "Action": "s3:*"}, "more"),
        ({**DENY, "Action": ["s3:*"]}, {**DENY, "Action": ["S3:*", "s3:Get*"]}, ""),
        ({"Effect": "Deny", "NotAction": ["a:b"]}, {"Effect": "Deny", "NotAction": ["a:b", "a:c"]}, "less"),
        (DENY, {"Effect": "Deny", "NotAction": ["s3:PutObject"], "Resource": "*"}, "either"),
        (DENY, {**DENY, "Resource": "arn:aws:s3:::x"}, "less"),
        ({"Effect": "Deny", "NotResource": ["a", "b"]}, {"Effect": "Deny", "NotResource": ["a"]}, "more"),
        (DENY, when("StringEquals", "aws:RequestedRegion", "eu-west-1"), "less"),
        (when("Bool", "aws:SecureTransport", "false"), DENY, "more"),
        (when("Bool", "aws:x", "false"), when("Bool", "aws:x", "true"), "either"),
        (when("NumericLessThan", "s3:x", "1"), when("NumericLessThan", "s3:x", "1", "2"), "either"),
        (when("StringNotEquals", "aws:x", "a"), when("StringNotEquals", "aws:x", "b", "a"), "less"),
        (when("StringNotEqualsIfExists", "aws:x", "a", "b"), when("StringNotEqualsIfExists", "aws:x", "a"), "more"),
        (when("ForAnyValue:StringLike", "aws:x", "a"), when("ForAnyValue:StringLike", "aws:x", "a*"), "more"),
        (when("StringEquals", "aws:x", "a"), when("StringEquals", "aws:x", "a", "*"), "more"),
        (when("StringLike", "aws:x", "a?"), when("StringLike", "aws:x", "a?", "a*"), "more"),
        (when("ArnLike", "aws:PrincipalArn", ARN + "*"), when("ArnLike", "aws:PrincipalArn", ARN + "a"), "less"),
        (when("ArnNotLike", "aws:y", ARN + "*"), when("ArnNotLike", "aws:Y", ARN + "a", ARN + "*"), ""),
        (when("ArnNotLike", "aws:y", "arn:*:a:b:c:d"), when("ArnNotLike", "aws:y", "arn:*:a:b:c:d", "arn:x"), "less"),
        ({**DENY, "Principal": "*"}, {**DENY, "Principal": {"AWS": "1"}}, "more less"),
        (DENY, {**DENY, "Effect": "Allow"}, "either"),
        ({**DENY, "Effect": "Allow"}, {**DENY, "Effect": "Allow", "Action": "*"}, "less"),
        (DENY, {**DENY, "Condition": "${}"}, "either"),
        ({**DENY, "Sid": "A"}, {**DENY, "Sid": "B"}, ""),
    ],
)
def test_each_element_decides_the_direction(before: dict[str, Any], after: dict[str, Any], direction: str) -> None:
    assert [item.direction for item in differences(before, after)] == direction.split()
    turned = {"more": "less", "less": "more"}
    back = sorted(turned.get(name, name) for name in direction.split())
    assert sorted(item.direction for item in differences(after, before)) == back


def test_names_of_roles_are_short_and_few() -> None:
    after = when("ArnNotLike", "aws:PrincipalArn", *(f"{ARN}r{number}" for number in range(6)))
    (found,) = differences(when("ArnNotLike", "aws:PrincipalArn", f"{ARN}r0"), after)
    assert found.words == "exempts r1, r2, r3, r4 and 1 more"
