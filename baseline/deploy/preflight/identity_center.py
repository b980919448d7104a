"""Checks of IAM Identity Center: the Region of its instance, and existing names."""

from collections.abc import Iterator
from contextlib import suppress

from baseline.cloud.account import ENABLED
from baseline.cloud.identity_center import Instance, group_id, instance_in, permission_sets_of
from baseline.cloud.refusals import NoAnswer, Refusal
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.template import resources_of
from baseline.findings import Problem
from baseline.plan.model import Stack

_INSTANCE = "IdentityCenterInstanceArn"
_SET, _GROUP = "AWS::SSO::PermissionSet", "AWS::IdentityStore::Group"


def instance(survey: Survey) -> Iterator[Problem]:
    """The instance of Identity Center is in the Region that the plan's stacks need; there is only one."""
    stacks = _stacks(survey)
    given = survey.context.values.given
    if not stacks or _INSTANCE in given or _instance(survey, stacks):
        return
    wanted = _region(stacks)
    elsewhere = _elsewhere(survey, wanted)
    yield Problem(
        message=f"IAM Identity Center has no instance in {wanted}" + (f": it is in {elsewhere}" if elsewhere else ""),
        fix=f"set capabilities.identity_center.region to {elsewhere} in the profile, and generate again"
        if elsewhere
        else "enable it for the organization in the console of the management account, in that Region",
    )


def names(survey: Survey) -> Iterator[Problem]:
    """The names of new permission sets and groups are unused (ConflictException)."""
    stacks = [stack for stack in _stacks(survey) if not _is_deployed(survey, stack)]
    found = _instance(survey, stacks) if stacks else None
    if not found:
        return
    sets = {
        str(item.body["Properties"].get("Name")): stack.name
        for stack in stacks
        for item in resources_of(survey.context.written.texts[stack.name])
        if item.type == _SET
    }
    session, region = survey.context.session, _region(stacks)
    there = set(permission_sets_of(session, region, found)) if sets else set()
    for name in sorted(sets.keys() & there):
        yield Problem(
            message=f"{sets[name]}: a permission set {name} exists already",
            fix="rename or delete it, or leave it out of the profile's permission sets",
        )
    for stack in stacks:
        for item in resources_of(survey.context.written.texts[stack.name]):
            name = str(item.body.get("Properties", {}).get("DisplayName"))
            group = group_id(session, region, found, name) if item.type == _GROUP else ""
            if group:
                yield Problem(
                    message=f"{stack.name}: a group {name} ({group}) exists already in the identity store",
                    fix=f"give its id in the profile: identity_center: {{groups: {{{name}: {{id: {group}}}}}}}",
                )


def _elsewhere(survey: Survey, wanted: str) -> str:
    """The other Region with the instance, among those that the caller may read; "" if none."""
    offered = survey.context.session.regions_of("sso-admin", survey.context.plan.partition)
    for region in sorted(offered - {wanted}):
        if survey.region_statuses.get(region) in ENABLED:
            with suppress(NoAnswer, Refusal):
                if instance_in(survey.context.session, region):
                    return region
    return ""


def _stacks(survey: Survey) -> list[Stack]:
    return [stack for stack in survey.stacks if any(item.name == _INSTANCE for item in stack.parameters)]


def _region(stacks: list[Stack]) -> str:
    return stacks[0].regions[0]


def _is_deployed(survey: Survey, stack: Stack) -> bool:
    made = [survey.current(task) for task in survey.stack_targets() if task.name == stack.name]
    sets = [task.reader.describe() for task in survey.stack_set_targets() if task.name == stack.name]
    return any(item is not None for item in (*made, *sets))


def _instance(survey: Survey, stacks: list[Stack]) -> Instance | None:
    return instance_in(survey.context.session, _region(stacks))
