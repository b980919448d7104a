"""BL131 over a whole plan: parameters, and dependencies on the stacks that create used names."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from baseline.plan.build import build_plan
from baseline.plan.model import ParameterValue, Stack
from baseline.render.render import render_plan
from baseline.validate.checks.names import CHECK
from baseline.validate.subject import Subject, read_template
from tests.landscapes import make_landscape
from tests.samples import FULL


@cache
def subjects() -> tuple[Subject, ...]:
    return tuple(map(read_template, render_plan(build_plan(make_landscape("regulated", FULL)))))


def messages(name: str, change: Callable[[Stack], Stack]) -> list[str]:
    """The check's messages for the plan with one changed stack."""
    changed = []
    for subject in subjects():
        stack = subject.template.stack
        if stack.name == f"nw-{name}":
            assert change(stack) != stack
            changed.append(replace(subject, template=replace(subject.template, stack=change(stack))))
        else:
            changed.append(subject)
    return [hit.message for _, hit in CHECK.find_in_plan(tuple(changed))]


def without(name: str) -> Callable[[Stack], Stack]:
    return lambda stack: replace(stack, depends_on=tuple(item for item in stack.depends_on if item != f"nw-{name}"))


def with_value(name: str, value: str) -> Callable[[Stack], Stack]:
    def change(stack: Stack) -> Stack:
        given = [replace(item, value=value) if item.name == name else item for item in stack.parameters]
        return replace(stack, parameters=tuple(given))

    return change


def test_plan_without_a_fault_has_no_finding() -> None:
    assert list(CHECK.find_in_plan(subjects())) == []


@pytest.mark.parametrize(
    ("stack", "before", "name"),
    [
        ("cloudtrail", "log-archive", "nw-cloudtrail-logs-{log_archive}-eu-west-1"),
        ("config-recorder", "log-archive", "nw-config-logs-{log_archive}-eu-west-1"),
        ("account-settings", "kms-ebs", "alias/nw-ebs"),
        ("alarms", "cloudtrail", "/nw/cloudtrail"),
        ("log-archive", "log-archive-access-logs", "nw-access-logs-{log_archive}-eu-west-1"),
    ],
)
def test_stack_that_does_not_wait_for_a_name_that_it_uses_is_found(stack: str, before: str, name: str) -> None:
    found = messages(stack, without(before))
    assert f"nw-{stack} uses {name}, but does not wait for nw-{before}, which creates it" in found


def test_import_that_does_not_wait_is_found() -> None:
    found = messages("alarms", without("notifications"))
    assert any("imports nw-alerts-" in item and "does not wait for nw-notifications" in item for item in found)


@pytest.mark.parametrize(
    ("stack", "parameter", "value"),
    [
        ("config-recorder", "LogArchiveAccountId", "333333333333"),
        ("security-hub-administrator", "SecurityAccountId", "111111111111"),
        ("kms-log-archive", "OrganizationId", "o-zzzzzzzzzz"),
    ],
)
def test_parameter_with_another_value_than_elsewhere_is_found(stack: str, parameter: str, value: str) -> None:
    found = [item for item in messages(stack, with_value(parameter, value)) if item.startswith(parameter)]
    assert found
    assert all(value in item for item in found)


def test_parameter_that_only_plan_or_template_has_is_found() -> None:
    def extra(stack: Stack) -> Stack:
        return replace(stack, parameters=(*stack.parameters, ParameterValue(name="Extra", value="1")))

    assert "the template does not declare the parameter Extra" in messages("cloudtrail", extra)
    missing = messages("cloudtrail", lambda stack: replace(stack, parameters=()))
    assert "the plan does not give the parameter OrganizationId" in missing
