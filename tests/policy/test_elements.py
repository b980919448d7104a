"""Unknown elements of a statement are reported at their place."""

from typing import Any

import pytest

from baseline.policy.check import policy_mistakes

STATEMENT = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}


@pytest.mark.parametrize(
    ("condition", "place", "said"),
    [
        ({"ArnNotLike": "x"}, ("ArnNotLike",), "ArnNotLike is not an object: an operator maps keys to values"),
        ({"StringEquals": None}, ("StringEquals",), "StringEquals is not an object: an operator maps keys to values"),
        ([], (), "Condition is not an object: it maps operators to keys, and keys to values"),
        (None, (), "Condition is not an object: it maps operators to keys, and keys to values"),
    ],
)
def test_a_condition_that_is_none_is_a_mistake(condition: Any, place: tuple[str, ...], said: str) -> None:
    document = {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Condition": condition}]}
    (found,) = policy_mistakes("SERVICE_CONTROL_POLICY", document)
    assert (found.path, found.message) == (("Statement", 0, "Condition", *place), said)


@pytest.mark.parametrize("sid", ["not-allowed", "not allowed", 7, None])
def test_a_sid_has_letters_and_digits_only(sid: object) -> None:
    statement = {"Sid": sid, "Effect": "Deny", "Action": "iam:CreateUser", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    problems = {item.id: item for item in policy_mistakes("SERVICE_CONTROL_POLICY", document)}
    assert problems["policy-sid"].message == f"Sid {sid!r}: only letters and digits are allowed"
    assert problems["policy-sid"].path == ("Statement", 0, "Sid")


@pytest.mark.parametrize(
    ("action", "why"),
    [
        ("s4x:GetObject", "unknown service prefix 's4x'"),
        ("s3:GetObjectt", "the service 's3' has no such action"),
        ("s3:Zero*", "the pattern matches no action of the service 's3'"),
        ("GetObject", "an action is written service:Action"),
    ],
)
def test_an_unknown_action_says_what_is_unknown(action: str, why: str) -> None:
    document = {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Action": action}]}
    problems = {item.id: item.message for item in policy_mistakes("SERVICE_CONTROL_POLICY", document)}
    assert problems["policy-action"] == f"unknown action {action!r}: {why}"
