import pytest

from baseline.aws.conditions import is_known_global_key, is_known_operator


@pytest.mark.parametrize(
    "operator", ["StringEquals", "ForAnyValue:StringLikeIfExists", "ForAllValues:StringEquals", "BoolIfExists", "Null"]
)
def test_condition_operators_are_known(operator: str) -> None:
    assert is_known_operator(operator)


@pytest.mark.parametrize(
    "operator",
    [
        "StringMatches",
        "NullIfExists",
        "ForAllValues:ForAnyValue:StringLike",
        "ForSomeValues:StringLike",
        "IfExists",
        "",
    ],
)
def test_inventions_are_not_condition_operators(operator: str) -> None:
    assert not is_known_operator(operator)


@pytest.mark.parametrize(
    "key", ["aws:SourceArn", "AWS:SourceAccount", "aws:sourceorgid", "aws:PrincipalOrgID", "aws:RequestTag/Team"]
)
def test_global_condition_keys_are_known_in_any_case(key: str) -> None:
    assert is_known_global_key(key)


@pytest.mark.parametrize(
    "key", ["aws:SourceOrganisation", "SourceArn", "s3:prefix", "aws:RequestTag", "aws:RequestTag/", "aws:SourceArn/x"]
)
def test_anything_else_is_not_a_global_condition_key(key: str) -> None:
    assert not is_known_global_key(key)
