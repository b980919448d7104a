"""The `cost` section of a profile: names, sizes and amounts."""

import pytest

from baseline.errors import ProfileError
from baseline.profile.load import load_profile_text
from baseline.resources import profiles_directory

TEXT = (profiles_directory() / "northwind.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        ("{size: huge}", '"huge" is none of small, medium or large'),
        ("{sizes: {web-prd: large}}", 'no account or group "web-prd"; did you mean "web-prod"'),
        ("{assumptions: {config-change: 5}}", 'unknown assumption "config-change"; did you mean "config-changes"'),
        ("{assumptions: {instances: [5, 2]}}", "is not a range: the lowest amount comes first"),
        ("{assumptions: {instances: -1}}", "is not an amount"),
        ("{assumptions: {instances: .inf}}", "is not an amount"),
        ("{assumptions: {instances: {medium: lots}}}", '"lots" is text'),
        ("{price_as: {eu-central-7: eu-west-1}}", 'unknown Region "eu-central-7"'),
        ("{currency: {code: EUR, per_usd: 0, as_of: '2026-11-30'}}", "cost.currency.per_usd"),
    ],
)
def test_mistake_is_named(cost: str, said: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile_text(f"{TEXT}\ncost: {cost}\n")
    assert said in "\n".join(f"{item.path} {item.message}" for item in caught.value.problems)


def test_account_in_two_groups_of_different_size_needs_its_own() -> None:
    groups = "account_groups: {web: [web-prod], data: [web-prod, data-prod]}\n"
    with pytest.raises(ProfileError) as caught:
        load_profile_text(f"{TEXT}\n{groups}cost: {{sizes: {{web: large, data: small}}}}\n")
    (problem,) = caught.value.problems
    assert '"web-prod" is in the groups "web" and "data"' in problem.message
    own = f"{TEXT}\n{groups}cost: {{sizes: {{web: large, data: small, web-prod: medium}}}}\n"
    assert load_profile_text(own).profile.cost.sizes["web-prod"] == "medium"
