"""The accounts and Regions of a stack."""

from dataclasses import replace

import pytest

from baseline.capabilities.landscape import Account, Landscape
from baseline.plan.build import build_plan
from baseline.plan.model import Deployment, Method, Plan, Stack
from baseline.plan.reach import Destination, Membership, Reach, Spread, together
from tests.landscapes import make_landscape

HERE = ("eu-west-1",)
BOTH = ("eu-west-1", "eu-central-1")


def account(key: str, ou: str | None) -> Account:
    return Account(key=key, name=key, email=f"{key}@northwind.example", ou=ou)


def organization(suspended: tuple[str, ...] = ()) -> Landscape:
    base = make_landscape()
    more = [account("web", "Workloads/Prod"), account("old", "Suspended"), account("alone", None)]
    units = dict.fromkeys(("Security", "Workloads", "Workloads/Prod", "Suspended"))
    accounts = {**base.accounts, **{item.key: item for item in more}}
    return replace(base, accounts=accounts, ous=units, suspended=frozenset(suspended))


def planned(*deployments: Deployment, landscape: Landscape | None = None) -> tuple[Plan, Stack]:
    plan = build_plan(landscape or organization())
    return plan, replace(plan.stacks[0], deployments=deployments)


def reached(*deployments: Deployment, landscape: Landscape | None = None) -> set[str]:
    plan, stack = planned(*deployments, landscape=landscape)
    return {str(item) for item in plan.reach(stack).destinations}


def stack_set(*ous: str, account: str = "", regions: tuple[str, ...] = HERE) -> Deployment:
    return Deployment(method=Method.STACK_SET, ous=ous, account=account, regions=regions)


def test_a_stack_gets_to_the_management_account_only() -> None:
    assert reached(Deployment(method=Method.STACK, account="management", regions=HERE)) == {"management"}


def test_a_stack_set_gets_to_every_account_below_its_units_and_to_those_to_come() -> None:
    assert reached(stack_set("Workloads")) == {"web", "new accounts in Workloads", "new accounts in Workloads/Prod"}
    assert reached(stack_set("Security")) == {"log_archive", "security", "new accounts in Security"}


def test_a_stack_set_of_the_root_gets_to_suspended_accounts_and_never_to_the_management_account() -> None:
    found = reached(stack_set("/"), landscape=organization(suspended=("Suspended",)))
    assert {"old", "alone", "web", "log_archive", "new accounts in /", "new accounts in Suspended"} <= found
    assert "management" not in found


@pytest.mark.parametrize(
    ("deployment", "expected"),
    [
        (stack_set("Workloads/Prod", account="web"), {"web"}),
        (stack_set("Workloads", account="web"), {"web"}),
        (stack_set("/", account="alone"), {"alone"}),
        (stack_set("Security", account="web"), set()),
        (stack_set("Workloads", account="foreign"), set()),
        (stack_set("/", account="management"), set()),
        (stack_set("Nowhere"), set()),
        (stack_set("Work"), set()),
        (Deployment(method=Method.STACK, account="foreign", regions=HERE), set()),
        (stack_set("Workloads", regions=()), set()),
    ],
    ids=lambda item: str(item)[:70],
)
def test_a_filter_narrows_down_to_one_account_of_the_units(deployment: Deployment, expected: set[str]) -> None:
    assert reached(deployment) == expected


def test_deployments_add_up_account_by_account_and_region_by_region() -> None:
    plan, stack = planned(stack_set("Security"), stack_set("Workloads/Prod", account="web", regions=BOTH))
    reach = plan.reach(stack)
    assert reach.regions == BOTH
    assert {str(item) for item in reach.in_region("eu-central-1")} == {"web"}
    assert len(list(reach.pairs())) == 5
    assert (Destination("Workloads/Prod", "web"), "eu-central-1") in set(reach.pairs())


def test_what_a_reach_lacks_of_another_is_reported_by_region() -> None:
    plan, wide = planned(stack_set("/", regions=BOTH))
    narrow = replace(wide, deployments=(stack_set("/"), stack_set("Security", regions=("eu-central-1",))))
    missing = plan.reach(narrow).lacks(plan.reach(wide))
    assert missing.regions == ("eu-central-1",)
    assert {item.account for item in missing.destinations} == {"web", "old", "alone", ""}
    assert plan.reach(wide).lacks(plan.reach(narrow)) == Reach(())
    rest = replace(wide, deployments=(stack_set("Workloads", "Suspended", regions=BOTH),))
    left = together((plan.reach(narrow), plan.reach(rest))).lacks(plan.reach(wide))
    assert {str(item) for item in left.destinations} == {"alone", "new accounts in /"}


def test_the_plan_of_an_organization_reaches_every_account_but_suspended_ones() -> None:
    landscape = organization(suspended=("Suspended",))
    plan = build_plan(landscape)
    recorder = next(item for item in plan.stacks if item.name == "nw-config-recorder")
    accounts = {item.account for item in plan.reach(recorder).destinations if item.account}
    assert accounts == set(landscape.accounts) - {"old"}


def test_a_single_account_is_all_that_there_is() -> None:
    plan = build_plan(make_landscape(standalone=True))
    assert {str(item) for stack in plan.stacks for item in plan.reach(stack).destinations} == {"management"}


def test_a_plan_without_accounts_does_not_pretend_to_know_them() -> None:
    plan = replace(build_plan(make_landscape()), membership=None)
    with pytest.raises(LookupError):
        plan.reach(plan.stacks[0])


def test_stacks_share_their_accounts_however_many_there_are() -> None:
    base = make_landscape()
    many = {f"a{n}": account(f"a{n}", "Workloads") for n in range(10_000)}
    plan = build_plan(replace(base, accounts={**base.accounts, **many}))
    spreads = [spread for stack in plan.stacks for spread in plan.reach(stack).spreads]
    held = {id(spread.destinations): len(spread.destinations) for spread in spreads if len(spread.destinations) > 100}
    assert len(spreads) > 40
    assert list(held.values()) == [10_000 + 5], "one set of accounts for all stacks, with those to come"


def test_reach_of_a_membership_without_units_has_no_accounts_to_come() -> None:
    membership = Membership(accounts={"management": "/"})
    assert membership.members_below(("/",)) == frozenset()
    assert membership.account("management") == {Destination("/", "management")}
    assert Spread(destinations=membership.account("x"), regions=HERE).destinations == frozenset()
