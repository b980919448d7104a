import pytest

from baseline.aws.quotas import QUOTAS, quota


@pytest.mark.parametrize("name", sorted(QUOTAS))
def test_every_quota_is_positive_and_has_a_unit_and_a_source(name: str) -> None:
    assert QUOTAS[name].value > 0
    assert QUOTAS[name].unit
    assert QUOTAS[name].source


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cloudformation.template_body_bytes", 51_200),
        ("cloudformation.resources", 500),
        ("config.rules_per_pack", 130),
        ("iam.managed_policy_characters", 6_144),
        ("kms.key_policy_bytes", 32_768),
        ("organizations.scp_characters", 10_240),
        ("organizations.rcp_characters", 5_120),
    ],
)
def test_a_quota_is_asked_by_name(name: str, value: int) -> None:
    assert quota(name) == value


def test_a_quota_that_is_not_recorded_is_an_error() -> None:
    with pytest.raises(KeyError):
        quota("organizations.friends")
