"""Imports existing resources in member accounts into stacks, and these stacks into a StackSet.

StackSets cannot import resources. A stack in the member account can, by the names in its template, and a StackSet can
import stacks. Sources: CloudFormation user guide, Import AWS resources into a CloudFormation stack (automatically), and
Import existing stacks into StackSets.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from baseline.cloud.session import Session
from baseline.cloud.stack_sets import StackInstance
from baseline.cloud.stacks import ACCEPTED, DeployedStack, StackReader, failed_events
from baseline.deploy.adoption.decide import Import, import_request, obstacles
from baseline.deploy.adoption.read import ImportPlace, adopted_ids, member_session
from baseline.deploy.change_sets import ChangeSets, Kind
from baseline.deploy.stack_sets.decide import Target
from baseline.deploy.stack_sets.instances import lacking
from baseline.deploy.stack_sets.operations import carry_out, delete_instances, failed
from baseline.deploy.stack_sets.read import adopted_of, imports_of, target_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.stacks.decide import START_AGAIN, Failure, changes_of, refusal_of
from baseline.deploy.task import Action, Outcome
from baseline.deploy.template import is_ours, resources_of, same
from baseline.frozen import frozen

MOST_IMPORTED = 10
"""Stacks that one request may import (docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
API_ImportStacksToStackSet.html)."""

_CHANGE_SET = "baseline-import"
_NEVER_MADE = ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE", *START_AGAIN)
_USABLE = (*ACCEPTED, "UPDATE_ROLLBACK_COMPLETE")
_EMPTIED = (*START_AGAIN, "IMPORT_ROLLBACK_COMPLETE")
_OF_CHANGE_SET = ("TemplateBody", "Parameters", "Tags", "Capabilities")
_GONE = "DELETE_COMPLETE"


@frozen
class Adopted:
    """A stack with imported resources: its id, or the error. Neither if no resource of the template exists."""

    stack_id: str = ""
    reasons: tuple[str, ...] = ()
    hint: str = ""


@frozen
class Adoptions:
    """The resources that the profile adopts in a stack: logical ids, and the ones that the stack still lacks.

    `allow_replacement` says whether other resources with data may be replaced.
    """

    ids: frozenset[str]
    missing: Sequence[Import]
    allow_replacement: bool


def adopt(place: ImportPlace, name: str, request: Mapping[str, Any], adoptions: Adoptions) -> Adopted:
    """Create the stack in one account and Region if resources that it adopts exist there.

    Args:
        place: The session of the member account, and the Region.
        name: Name of the stack; one of an earlier run is completed.
        request: Template, parameters, tags and capabilities, in CreateChangeSet's format. With
            `ImportExistingResources`, existing resources with names in the template are imported, too.
        adoptions: The resources that the profile adopts; they are never replaced or removed.
    """
    reader = StackReader(session=place.session, region=place.region, name=name)
    stack = _usable(place, reader)
    if isinstance(stack, Adopted):
        return stack
    if adoptions.missing:
        base = reader.template() if stack else ""
        wanted = import_request(adoptions.missing, request["TemplateBody"], base, stack)
        made = _carried_out(place, reader, "IMPORT", wanted, adoptions)
        if made.reasons:
            return made
        stack = reader.describe()
    if stack:
        is_done = stack.status in ACCEPTED and same(reader.template(), request["TemplateBody"])
        return Adopted(stack_id=stack.id) if is_done else _carried_out(place, reader, "UPDATE", request, adoptions)
    if not request.get("ImportExistingResources"):
        return Adopted()
    return _carried_out(place, reader, "CREATE", request, adoptions)


def _usable(place: ImportPlace, reader: StackReader) -> DeployedStack | Adopted | None:
    """The stack of an earlier run, None if there is none, or why it cannot be used; an empty one is deleted."""
    stack = reader.describe()
    if stack is None or stack.is_pending:
        return None
    if not is_ours(reader.template()):
        return Adopted(reasons=(f"a stack {reader.name} that is not baseline's exists in {place.region}",))
    if stack.status in _USABLE:
        return stack
    if stack.status not in _EMPTIED or any(item.is_made for item in reader.resources()):
        return Adopted(reasons=(f"the stack {reader.name} is {stack.status} in {place.region}",))
    reader.client.delete_stack(StackName=reader.name)
    place.session.until(lambda: reader.describe() is None)
    return None


def _carried_out(
    place: ImportPlace, reader: StackReader, kind: Kind, request: Mapping[str, Any], adoptions: Adoptions
) -> Adopted:
    """Make a change set and execute it.

    Nothing happens if a stack would be created without any import, or if data or an adopted resource would be lost.
    """
    change_sets, stack = ChangeSets(reader=reader), reader.describe()
    made = change_sets.create(kind, _CHANGE_SET, request)
    imports_nothing = kind == "CREATE" and not any(it.action == "Import" for it in made.changes)
    if made.is_empty and stack:
        change_sets.delete(_CHANGE_SET)
        return Adopted(stack_id=stack.id)
    if made.is_failed or imports_nothing:
        reasons = change_sets.reasons(made) if made.is_failed else ()
        if _status(reader) == "REVIEW_IN_PROGRESS":  # the change set made it: it holds nothing
            reader.client.delete_stack(StackName=reader.name)
        else:
            change_sets.delete(_CHANGE_SET)
        return Adopted(reasons=reasons)
    changes = changes_of(made.changes, request["TemplateBody"], frozenset())
    refusal = refusal_of(changes, allow_replacement=adoptions.allow_replacement, adopted=adoptions.ids)
    if refusal:
        change_sets.delete(_CHANGE_SET)
        return Adopted(reasons=refusal.reasons, hint=refusal.hint)
    change_sets.execute(made.id, rolls_back=True)
    if not place.session.until(lambda: not _status(reader).endswith("_IN_PROGRESS")):
        return Adopted(reasons=(f"stopped while CloudFormation made {reader.name} in {place.region}",))
    stack = reader.describe()
    if stack is None or stack.status not in ACCEPTED:
        return Adopted(reasons=tuple(failed_events(reader.client, StackName=reader.name)) or (_status(reader),))
    return Adopted(stack_id=stack.id)


def adopts(target: StackSetTarget) -> bool:
    """Whether existing resources of accounts may be imported, which needs `member_role`.

    With `import_existing`, existing resources with names in the template are imported, too, if the StackSet retains
    any resource.
    """
    return bool(target.context.options.member_role) and (_by_name(target) or bool(adopted_of(target)))


def adopt_existing(target: StackSetTarget, action: Action, definition: Mapping[str, Any]) -> Outcome | None:
    """Import existing resources of accounts without an instance into the StackSet; return the failure, if any.

    Args:
        target: The StackSet, which `adopts`.
        action: The action on the StackSet so far.
        definition: The StackSet in CreateStackSet's format.
    """
    request = {key: value for key, value in definition.items() if key in _OF_CHANGE_SET}
    request |= {"ImportExistingResources": True} if _by_name(target) else {}
    failures = (_adopted(target, action, target_of(target, it), request) for it in target.deployments)
    return next(filter(None, failures), None)


def _by_name(target: StackSetTarget) -> bool:
    return target.context.options.import_existing and any(item.retained for item in resources_of(target.text))


def _adopted(target: StackSetTarget, action: Action, goal: Target, request: Mapping[str, Any]) -> Outcome | None:
    """Import the resources in the accounts and Regions of one deployment."""
    context, instances = target.context, target.reader.instances()
    missing, broken = lacking(goal.places, instances)
    sessions = {account: member_session(context, account) for account, _ in sorted(missing | broken)}
    empty = {key: instances[key] for key in broken if _is_empty(sessions[key[0]], key[1], instances[key])}
    cleared = delete_instances(target, empty) if empty else None
    if cleared and (cleared.failures or cleared.interrupted):
        return cleared
    found: dict[str, list[str]] = defaultdict(list)
    for account, region in sorted({*missing, *empty}):
        place = ImportPlace(session=sessions[account], account=account, region=region)
        imports = imports_of(target, place)
        refused = tuple(obstacles(imports))
        adoptions = Adoptions(
            ids=adopted_ids(context, target.text, account, region),
            missing=imports,
            allow_replacement=context.options.allow_replacement,
        )
        adopted = Adopted(reasons=refused) if refused else adopt(place, target.name, request, adoptions)
        if adopted.reasons:
            said = tuple(f"{account} in {region}: {reason}" for reason in adopted.reasons)
            return failed(target, action, Failure(reasons=said, hint=adopted.hint))
        if adopted.stack_id:
            unit = next(unit for unit, members in goal.members.items() if account in members)
            found[unit].append(adopted.stack_id)
    return next(filter(None, (_imported(target, action, unit, ids) for unit, ids in found.items())), None)


def _is_empty(session: Session, region: str, instance: StackInstance) -> bool:
    """Whether the stack of an instance was never created or its creation was rolled back: it has no resources."""
    if not instance.stack_id:
        return True
    return _status(StackReader(session=session, region=region, name=instance.stack_id)) in _NEVER_MADE


def _imported(target: StackSetTarget, action: Action, unit: str, stack_ids: list[str]) -> Outcome | None:
    for start in range(0, len(stack_ids), MOST_IMPORTED):
        trouble = carry_out(
            target,
            action,
            target.reader.client.import_stacks_to_stack_set,
            StackSetName=target.name,
            StackIds=stack_ids[start : start + MOST_IMPORTED],
            OrganizationalUnitIds=[unit],
        )
        if trouble:
            return trouble
    return None


def _status(reader: StackReader) -> str:
    stack = reader.describe()
    return stack.status if stack else _GONE
