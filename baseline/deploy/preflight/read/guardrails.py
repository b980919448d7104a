"""Facts about the roles of functions in member accounts, and the guardrails that bind them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from baseline.deploy.orphans import orphaned_stack_sets
from baseline.deploy.preflight.decide.guardrails import FunctionRole
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.template import Resource, resources_of
from baseline.plan.model import Method


def function_roles(survey: Survey) -> Iterator[FunctionRole]:
    """Roles of functions that the chosen StackSets deploy, with the deployed and the planned guardrails."""
    if not survey.is_governed:
        return
    roles = [(target.name, role) for target in survey.stack_set_targets() for role in _roles(target.text)]
    command = f"baseline deploy DIR --only '{survey.context.plan.prefix}-guardrails-*'"
    yield from _facts(survey, [(name, role, command) for name, role in roles])


def orphaned_roles(survey: Survey) -> Iterator[FunctionRole]:
    """Roles of functions that are no longer in the plan and have settings to undo, if guardrails are chosen."""
    if not survey.is_governed or not any(any(_contents(target.text)) for target in survey.stack_targets()):
        return
    options = replace(survey.context.options, only=())  # also those that `--only` leaves
    orphans = list(orphaned_stack_sets(replace(survey.context, options=options), notes=[]))
    undone = frozenset(name for orphan in orphans if _undoes(orphan.text) for name in orphan.needs)
    roles = [
        (orphan.name, role, f"baseline deploy DIR --only '{orphan.name.removesuffix('-function')}-*' --prune")
        for orphan in orphans
        if orphan.offers & undone
        for role in _roles(orphan.text)
    ]
    yield from _facts(survey, roles)


def _facts(survey: Survey, roles: list[tuple[str, Resource, str]]) -> Iterator[FunctionRole]:
    """The roles of stacks with the guardrails and the command; nothing before guardrails are deployed."""
    targets = list(_guardrails(survey)) if roles else []
    planned = tuple(content for target in targets for content in _contents(target.text))
    deployed = tuple(content for target in targets for content in _contents(_deployed(survey, target)))
    for stack, role, command in roles if deployed else ():
        properties = role.body["Properties"]
        yield FunctionRole(
            stack=stack,
            role=str(properties["RoleName"]),
            actions=tuple(sorted(set(_allowed(properties)))),
            deployed=deployed,
            planned=planned,
            command=command,
        )


def _undoes(text: str) -> bool:
    """Whether a template has a setting that the function undoes when the stack is deleted."""
    settings = (item.body.get("Properties") or {} for item in resources_of(text) if item.type == "Custom::Setting")
    return any(str(properties.get("Revert")).lower() == "true" for properties in settings)


def _roles(text: str) -> Iterator[Resource]:
    """The named roles in a template with a function."""
    items = resources_of(text)
    if any(item.type == "AWS::Lambda::Function" for item in items):
        for item in items:
            if item.type == "AWS::IAM::Role" and "RoleName" in (item.body.get("Properties") or {}):
                yield item


def _allowed(properties: Mapping[str, Any]) -> Iterator[str]:
    for policy in properties.get("Policies") or ():
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement.get("Action") or ()
            yield from [actions] if isinstance(actions, str) else actions


def _guardrails(survey: Survey) -> Iterator[StackTarget]:
    """The stacks of the plan that have service control policies, chosen or not."""
    for stack in survey.context.plan.stacks:
        for deployment in stack.deployments:
            if deployment.method is Method.STACK and any(_contents(survey.context.written.texts[stack.name])):
                for region in deployment.regions:
                    yield StackTarget(stack=stack, region=region, context=survey.context)


def _contents(text: str) -> Iterator[Mapping[str, Any]]:
    for item in resources_of(text):
        properties = item.body.get("Properties") or {}
        if item.type == "AWS::Organizations::Policy" and properties.get("Type") == "SERVICE_CONTROL_POLICY":
            content = properties.get("Content")
            if isinstance(content, dict):
                yield content


def _deployed(survey: Survey, target: StackTarget) -> str:
    """The template that AWS has; "" if there is none yet."""
    current = survey.current(target)
    return "" if current is None or current.is_pending else target.reader.template()
