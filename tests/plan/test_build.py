from dataclasses import replace

import pytest

from baseline.capabilities.landscape import Account
from baseline.errors import RenderError
from baseline.plan.build import build_plan, order_stacks
from baseline.plan.model import Deployment, Method, Plan, Stack
from baseline.plan.writing import plan_document
from tests.landscapes import make_landscape


def stack(name: str, *depends_on: str) -> Stack:
    return Stack(
        name=name,
        capability="kms",
        template="logs/kms/logs",
        description="",
        context=None,
        parameters=(),
        deployments=(Deployment(method=Method.STACK, account="management", regions=("eu-west-1",)),),
        depends_on=depends_on,
        prerequisites=(),
    )


def waves(*stacks: Stack) -> list[list[str]]:
    return [[item.name for item in wave] for wave in order_stacks({item.name: item for item in stacks})]


def deployments(plan: Plan, name: str) -> tuple[Deployment, ...]:
    return next(item.deployments for item in plan.stacks if item.name == name)


def test_a_stack_comes_after_everything_it_depends_on_and_otherwise_in_the_given_order() -> None:
    assert waves(stack("c", "a"), stack("b"), stack("a"), stack("d", "c", "b")) == [["b", "a"], ["c"], ["d"]]


def test_a_circle_is_an_error_that_shows_it() -> None:
    with pytest.raises(RenderError, match=r"circular dependency between stacks: (a → b → a|b → a → b)"):
        waves(stack("a", "b"), stack("b", "a"))


def test_a_dependency_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(RenderError, match="a depends on nowhere: no stack of this plan"):
        waves(stack("a", "nowhere"))


@pytest.mark.parametrize("standalone", [False, True])
def test_everything_a_stack_depends_on_is_in_an_earlier_wave(*, standalone: bool) -> None:
    plan = build_plan(make_landscape(standalone=standalone))
    position = {item.name: number for number, wave in enumerate(plan.waves) for item in wave}
    assert len(position) >= 10
    assert all(position[name] < position[item.name] for item in plan.stacks for name in item.depends_on)


def test_the_management_account_gets_stacks_and_every_other_account_stack_sets() -> None:
    plan = build_plan(make_landscape())
    seen = {(d.account == "management", d.method) for item in plan.stacks for d in item.deployments}
    assert seen == {(True, Method.STACK), (False, Method.STACK_SET)}


def test_standalone_is_ordinary_stacks_in_the_one_account_which_ask_for_nothing() -> None:
    plan = build_plan(make_landscape(standalone=True))
    assert {d.method for item in plan.stacks for d in item.deployments} == {Method.STACK}
    assert {d.account for item in plan.stacks for d in item.deployments} == {"management"}
    (key,) = {parameter.name: parameter for item in plan.stacks for parameter in item.parameters}.values()
    assert (key.name, key.output_of) == ("LogArchiveKeyArn", "nw-kms-log-archive")


def test_one_named_account_is_reached_through_its_unit() -> None:
    (only,) = deployments(build_plan(make_landscape()), "nw-log-archive")
    assert only.account_id
    assert (only.account, only.account_id.value, only.ous) == ("log_archive", "222222222222", ("Security",))
    assert only.regions == ("eu-west-1",)


def test_a_governed_region_stack_reaches_every_governed_region() -> None:
    (only,) = deployments(build_plan(make_landscape()), "nw-log-archive-access-logs")
    assert only.regions == ("eu-west-1", "eu-central-1")


def test_every_account_is_the_root_where_no_unit_is_suspended() -> None:
    management, members = deployments(build_plan(make_landscape()), "nw-alarms-root-activity")
    assert management.account == "management"
    assert members.ous == ("/",)
    assert members.regions == ("eu-west-1", "eu-central-1", "us-east-1")


def test_suspended_units_are_left_out_and_the_accounts_beside_them_are_named() -> None:
    stray = Account(key="stray", name="stray", email="stray@northwind.example", id="444444444444", ou=None)
    inner = Account(key="inner", name="inner", email="inner@northwind.example", id="555555555555", ou="Workloads")
    base = make_landscape()
    landscape = replace(
        base,
        ous={"Security": None, "Workloads": None, "Workloads/Prod": None, "Workloads/Old": None, "Suspended": None},
        suspended=frozenset({"Suspended", "Workloads/Old"}),
        accounts={**base.accounts, "stray": stray, "inner": inner},
    )
    found = deployments(build_plan(landscape), "nw-alarms-root-mfa")
    assert [(d.account, d.ous) for d in found] == [
        ("management", ()),
        ("", ("Security", "Workloads/Prod")),
        ("stray", ("/",)),
        ("inner", ("Workloads",)),
    ]


def test_where_events_cannot_cross_regions_the_hub_is_in_both() -> None:
    china = make_landscape(
        partition="aws-cn",
        home_region="cn-northwest-1",
        sign_in_region="cn-north-1",
        regions=("cn-northwest-1", "cn-north-1"),
    )
    plan = build_plan(china)
    for name in ("nw-alarms-hub", "nw-notifications", "nw-kms-notifications"):
        assert {d.regions for d in deployments(plan, name)} == {("cn-northwest-1", "cn-north-1")}


def test_what_aws_has_not_assigned_stays_open_and_says_how_to_find_it() -> None:
    plan = build_plan(make_landscape(organization_id=None))
    values = {p.name: p for item in plan.stacks for p in item.parameters}
    assert values["OrganizationId"].value is None
    assert "describe-organization" in values["OrganizationId"].how
    assert values["ManagementAccountId"].value == "111111111111"


def test_the_document_holds_every_stack_with_its_target_and_order() -> None:
    document = plan_document(build_plan(make_landscape()))
    assert document["format"] == 2
    stacks = [item for wave in document["waves"] for item in wave]
    assert {item["name"] for item in stacks} >= {"nw-cloudtrail", "nw-log-archive", "nw-alarms"}
    assert all(item["deployments"] and item["template"] == f"templates/{item['name']}.yaml" for item in stacks)


def test_ten_thousand_accounts_make_no_larger_plan() -> None:
    base = make_landscape()
    many = {
        f"a{n}": Account(key=f"a{n}", name=f"a{n}", email=f"a{n}@northwind.example", id=f"{n:012}", ou="Workloads")
        for n in range(10_000)
    }
    large = replace(base, accounts={**base.accounts, **many})
    assert plan_document(build_plan(large)) == plan_document(build_plan(base))
