from typing import Any

import pytest

from baseline.policy.document import Statement, read_statements
from baseline.policy.trust import asks_for_mfa, is_pinned_web_identity, is_web_identity, unpinned_claims

AUDIENCE = {"x.example:aud": "sts.amazonaws.com"}
WHOLE = "repo:northwind/web:ref:refs/heads/main"


def statement(condition: dict[str, Any] | None = None, **changes: Any) -> Statement:
    (found,) = read_statements(
        {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Federated": "arn:aws:iam::111111111111:oidc-provider/x.example"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": condition,
                **changes,
            }
        }
    )
    return found


@pytest.mark.parametrize(
    ("condition", "asked"),
    [
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, True),
        ({"Bool": {"AWS:multifactorauthpresent": True}}, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, False),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, False),
        ({"Null": {"aws:MultiFactorAuthPresent": "false"}}, False),
        (None, False),
    ],
)
def test_mfa_is_asked_for_by_bool_alone(condition: dict[str, Any] | None, asked: bool) -> None:
    assert asks_for_mfa(statement(condition)) is asked


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"Principal": {"Federated": {"Ref": "Provider"}}}, True),
        ({"Action": "sts:*"}, True),
        ({"Action": "sts:AssumeRole"}, False),
        ({"Principal": {"Federated": "arn:aws:iam::111111111111:saml-provider/corp"}}, False),
        ({"Principal": {"Federated": "cognito-identity.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "111111111111"}}, False),
    ],
)
def test_tokens_come_from_an_openid_connect_provider(changes: dict[str, Any], expected: bool) -> None:
    assert is_web_identity(statement(**changes)) is expected


@pytest.mark.parametrize(
    ("condition", "unpinned"),
    [
        ({"StringEquals": {**AUDIENCE, "x.example:sub": WHOLE}}, ()),
        ({"StringEquals": AUDIENCE}, ("sub",)),
        ({"StringEquals": {"x.example:sub": WHOLE}}, ("aud",)),
        (None, ("aud", "sub")),
        ({"StringEquals": AUDIENCE, "StringLike": {"x.example:sub": "repo:northwind/web:ref:refs/tags/v*"}}, ()),
        ({"StringEquals": AUDIENCE, "StringLike": {"x.example:sub": "project_path:a/b/c:ref_type:tag:ref:*"}}, ()),
        ({"StringEquals": AUDIENCE, "StringLike": {"x.example:sub": "project_path:a/*:ref_type:tag:ref:*"}}, ("sub",)),
        ({"StringEquals": AUDIENCE, "StringLike": {"x.example:sub": "repo:northwind/web:*"}}, ("sub",)),
        ({"StringEquals": AUDIENCE, "StringLike": {"x.example:sub": [WHOLE, "repo:northwind/*"]}}, ("sub",)),
        ({"StringEquals": AUDIENCE, "StringLike": {"x.example:sub": "system:serviceaccount:*:app"}}, ("sub",)),
        ({"StringLike": {"x.example:aud": "*", "x.example:sub": WHOLE}}, ("aud",)),
        ({"StringEquals": {**AUDIENCE, "x.example:sub": []}}, ("sub",)),
    ],
)
def test_claims_are_pinned_to_whole_repositories(condition: dict[str, Any], unpinned: tuple[str, ...]) -> None:
    assert unpinned_claims(statement(condition)) == unpinned
    assert is_pinned_web_identity(statement(condition)) is (not unpinned)
