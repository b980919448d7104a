"""Stacks only refer to exports, ids, roles, OUs and accounts from earlier waves."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from baseline.errors import RenderError
from baseline.pipeline import plan_profile
from baseline.plan.model import Method, Plan, Stack
from baseline.plan.operations import auto_deployment_dependencies, is_auto_deployed
from baseline.render.render import render_stack
from baseline.resources import profiles_directory
from tests.render.test_templates import LANDSCAPES, plan_of

PROFILES = sorted({path.stem for path in profiles_directory().glob("*.yaml")} - {"house-baseline"})
NUMBERS = {f"landscape {number}": number for number in range(len(LANDSCAPES))}
NAMES = [*PROFILES, *NUMBERS]


@cache
def plan_named(name: str) -> Plan:
    return plan_of(NUMBERS[name]) if name in NUMBERS else plan_profile(profiles_directory() / f"{name}.yaml")[1]


def places(stack: Stack) -> Iterator[tuple[str, str]]:
    """The targets of a stack; an OU stands for its accounts."""
    for deployment in stack.deployments:
        for region in deployment.regions:
            for where in (deployment.account,) if deployment.account else deployment.ous:
                yield where, region


def covers(stack: Stack, where: str, region: str) -> bool:
    return any(
        region in d.regions
        and (d.account == where or (not d.account and (where != "management" or d.method is Method.STACK)))
        for d in stack.deployments
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_a_stack_imports_was_exported_before_in_every_account_and_region_that_it_goes_to(name: str) -> None:
    plan = plan_named(name)
    exported: dict[str, list[Stack]] = {}
    seen = 0
    for wave in plan.waves:
        texts = {stack.name: render_stack(stack).text for stack in wave}
        for stack in wave:
            for imported in re.findall(r"!ImportValue (\S+)", texts[stack.name]):
                seen += 1
                for where, region in places(stack):
                    assert any(covers(other, where, region) for other in exported.get(imported, [])), (
                        stack.name,
                        imported,
                        where,
                    )
        for stack in wave:
            for export in re.findall(r"Export:\n\s+Name: (\S+)", texts[stack.name]):
                exported.setdefault(export, []).append(stack)
    assert seen


@pytest.mark.parametrize("name", NAMES)
def test_ids_that_a_stack_creates_are_used_in_later_waves_only(name: str) -> None:
    done: set[str] = set()
    for wave in plan_named(name).waves:
        for stack in wave:
            assert set(stack.depends_on) <= done
            ids = [*stack.parameters, *(d.account_id for d in stack.deployments if d.account_id)]
            assert {parameter.output_of for parameter in ids if parameter.output_of} <= done
        done |= {stack.name for stack in wave}


@pytest.mark.parametrize("name", NAMES)
def test_stack_sets_come_after_their_access_units_and_accounts(name: str) -> None:
    done: set[str] = set()
    names = {stack.name for stack in plan_named(name).stacks}
    first = {n for n in names if n.endswith("-organization-settings")}
    for wave in plan_named(name).waves:
        for stack in wave:
            if any(d.method is Method.STACK_SET for d in stack.deployments):
                assert first <= done, stack.name
        done |= {stack.name for stack in wave}


@pytest.mark.parametrize("name", NAMES)
def test_a_new_account_gets_what_is_imported_first_and_nothing_waits_for_more_than_aws_allows(name: str) -> None:
    plan = plan_named(name)
    everywhere = [stack for stack in plan.stacks if is_auto_deployed(stack)]
    texts = {stack.name: render_stack(stack).text for stack in everywhere}
    exports = {export: n for n, text in texts.items() for export in re.findall(r"Export:\n\s+Name: (\S+)", text)}
    before: dict[str, set[str]] = {}
    for stack in everywhere:
        awaited = auto_deployment_dependencies(plan, stack)
        before[stack.name] = {*awaited, *(other for one in awaited for other in before[one])}
        needed = {exports[item] for item in re.findall(r"!ImportValue (\S+)", texts[stack.name]) if item in exports}
        assert needed <= before[stack.name], stack.name


@pytest.mark.parametrize("count", [10, 11])
def test_a_stack_set_that_waits_for_more_than_aws_allows_is_refused(count: int) -> None:
    plan = plan_named("northwind")
    model = next(stack for stack in plan.stacks if is_auto_deployed(stack))
    others = tuple(replace(model, name=f"nw-{number:02}", family="") for number in range(count))
    last = replace(model, name="nw-last", family="", depends_on=tuple(other.name for other in others))
    plan = replace(plan, waves=(others, (last,)))
    if count == 10:
        assert auto_deployment_dependencies(plan, last) == last.depends_on
        return
    with pytest.raises(RenderError, match="StackSet nw-last depends on 11 others, and AWS allows 10 at most: nw-00, "):
        auto_deployment_dependencies(plan, last)
