"""Facts about IAM Identity Center: the Region of its instance, and existing names."""

from collections.abc import Iterator
from contextlib import suppress

from baseline.cloud.account import ENABLED
from baseline.cloud.identity_center import Instance, group_id, instance_in, permission_sets_of
from baseline.cloud.refusals import NoAnswer, Refusal
from baseline.deploy.preflight.decide.identity_center import InstancePlace, NewGroup, NewPermissionSet
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.template import resources_of
from baseline.plan.model import Stack

_INSTANCE = "IdentityCenterInstanceArn"
_NOT_CREATED = "ROLLBACK_COMPLETE"
_SET, _GROUP = "AWS::SSO::PermissionSet", "AWS::IdentityStore::Group"


def instance(survey: Survey) -> Iterator[InstancePlace]:
    """The Region of the instance; nothing if the user passes the ARN of the instance."""
    stacks = _stacks(survey)
    if not stacks or _INSTANCE in survey.context.values.given:
        return
    wanted = _region(stacks)
    is_there = _instance(survey, stacks) is not None
    yield InstancePlace(wanted=wanted, is_there=is_there, elsewhere="" if is_there else _elsewhere(survey, wanted))


def new_names(survey: Survey) -> Iterator[NewPermissionSet | NewGroup]:
    """The permission sets and groups of stacks that are not deployed."""
    stacks = [stack for stack in _stacks(survey) if not _is_deployed(survey, stack)]
    found = _instance(survey, stacks) if stacks else None
    if not found:
        return
    sets, groups = _named(survey, stacks, _SET, "Name"), _named(survey, stacks, _GROUP, "DisplayName")
    session, region = survey.context.session, _region(stacks)
    there = set(permission_sets_of(session, region, found)) if sets else set()
    adopted = {(item.kind, item.name) for item in survey.context.plan.adoptions}
    for name, stack in sorted(sets):
        exists = name in there and ("permission_sets", name) not in adopted
        yield NewPermissionSet(stack=stack, name=name, exists=exists)
    for name, stack in groups:
        existing = "" if ("groups", name) in adopted else group_id(session, region, found, name)
        yield NewGroup(stack=stack, name=name, existing=existing)


def _named(survey: Survey, stacks: list[Stack], type_: str, key: str) -> list[tuple[str, str]]:
    """Name and stack of each resource of a type."""
    return [
        (str(item.body.get("Properties", {}).get(key)), stack.name)
        for stack in stacks
        for item in resources_of(survey.context.written.texts[stack.name])
        if item.type == type_
    ]


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
    """Whether the stack may have what it creates; a creation that failed, perhaps for a name, has left nothing."""
    made = [survey.current(task) for task in survey.stack_targets() if task.name == stack.name]
    sets = [task.reader.describe() for task in survey.stack_set_targets() if task.name == stack.name]
    return any(sets) or any(item and not item.is_pending and item.status != _NOT_CREATED for item in made)


def _instance(survey: Survey, stacks: list[Stack]) -> Instance | None:
    return instance_in(survey.context.session, _region(stacks))
