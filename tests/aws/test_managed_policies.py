import pytest

from baseline.aws.managed_policies import is_managed_policy, nearest_managed_policy


@pytest.mark.parametrize("name", ["AdministratorAccess", "job-function/ViewOnlyAccess", "service-role/AWS_ConfigRole"])
def test_managed_policies_are_known_with_their_path(name: str) -> None:
    assert is_managed_policy(name)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("ViewOnlyAccess", "job-function/ViewOnlyAccess"),
        ("AdministratorAcess", "AdministratorAccess"),
        ("aws-service-role/AmazonGuardDutyServiceRolePolicy", None),
        ("Zzz", None),
    ],
)
def test_others_are_not_and_the_nearest_is_named(name: str, nearest: str | None) -> None:
    assert not is_managed_policy(name)
    assert nearest_managed_policy(name) == nearest
