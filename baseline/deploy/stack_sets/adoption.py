"""Imports existing resources in member accounts into stacks, and these stacks into a StackSet.

StackSets cannot import resources. A stack in the member account can, by the names in its template, and a StackSet can
import stacks. Sources: CloudFormation user guide, Import AWS resources into a CloudFormation stack (automatically), and
Import existing stacks into StackSets.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from baseline.cloud.session import Session
from baseline.cloud.stack_sets import StackInstance
from baseline.cloud.stacks import ACCEPTED, StackReader, failed_events
from baseline.deploy.change_sets import ChangeSets
from baseline.deploy.stack_sets.decide import Target
from baseline.deploy.stack_sets.instances import lacking
from baseline.deploy.stack_sets.operations import carry_out, delete_instances
from baseline.deploy.stack_sets.read import target_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.stacks.decide import START_AGAIN
from baseline.deploy.task import Action, Outcome
from baseline.deploy.template import is_ours, resources_of

MOST_IMPORTED = 10
"""Stacks that one request may import (docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
API_ImportStacksToStackSet.html)."""

_CHANGE_SET = "baseline-import"
_NEVER_MADE = ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE", *START_AGAIN)
_OF_CHANGE_SET = ("TemplateBody", "Parameters", "Tags", "Capabilities")
_GONE = "DELETE_COMPLETE"


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """A stack with imported resources: its id, or the error. Neither if no resource of the template exists."""

    stack_id: str = ""
    reasons: tuple[str, ...] = ()


def adopt(session: Session, region: str, name: str, request: Mapping[str, Any]) -> Adopted:
    """Create the stack in one account and Region if resources that its template names exist there.

    Args:
        session: Session of the member account.
        region: The Region.
        name: Name of the stack; an existing one of an earlier run is used unchanged.
        request: Template, parameters, tags and capabilities, in CreateChangeSet's format.
    """
    reader = StackReader(session=session, region=region, name=name)
    change_sets = ChangeSets(reader=reader)
    stack = reader.describe()
    if stack and stack.status in ACCEPTED:
        said = f"a stack {name} that is not baseline's exists in {region}"
        return Adopted(stack_id=stack.id) if is_ours(reader.template()) else Adopted(reasons=(said,))
    made = change_sets.create("CREATE", _CHANGE_SET, {**request, "ImportExistingResources": True})
    if made.is_failed or not any(it.action == "Import" for it in made.changes):
        reasons = change_sets.reasons(made) if made.is_failed else ()
        if _status(reader) == "REVIEW_IN_PROGRESS":  # the change set made it: it holds nothing
            reader.client.delete_stack(StackName=name)
        return Adopted(reasons=reasons)
    change_sets.execute(made.id, rolls_back=True)
    if not session.until(lambda: not _status(reader).endswith("_IN_PROGRESS")):
        return Adopted(reasons=(f"stopped while CloudFormation made {name} in {region}",))
    stack = reader.describe()
    if stack is None or stack.status not in ACCEPTED:
        return Adopted(reasons=tuple(failed_events(reader.client, StackName=name)) or (_status(reader),))
    return Adopted(stack_id=stack.id)


def adopt_existing(target: StackSetTarget, action: Action, definition: Mapping[str, Any]) -> Outcome | None:
    """Import existing resources of accounts without an instance into the StackSet; return the failure, if any.

    Does nothing without `member_role`, or if no resource of the StackSet outlives its stacks.

    Args:
        target: The StackSet.
        action: The action on the StackSet so far.
        definition: The StackSet in CreateStackSet's format.
    """
    if not target.context.options.member_role or not any(item.retained for item in resources_of(target.text)):
        return None
    request = {key: value for key, value in definition.items() if key in _OF_CHANGE_SET}
    failures = (_adopted(target, action, target_of(target, it), request) for it in target.deployments)
    return next(filter(None, failures), None)


def _adopted(target: StackSetTarget, action: Action, goal: Target, request: Mapping[str, Any]) -> Outcome | None:
    """Import in the accounts and Regions of one deployment."""
    context, instances = target.context, target.reader.instances()
    missing, broken = lacking(goal.places, instances)
    role = f"arn:{context.plan.partition}:iam::{{}}:role/{context.options.member_role}"
    accounts = sorted({account for account, _ in missing | broken})
    sessions = {account: context.session.member(role.format(account)) for account in accounts}
    empty = {key: instances[key] for key in broken if _is_empty(sessions[key[0]], key[1], instances[key])}
    cleared = delete_instances(target, empty) if empty else None
    if cleared and (cleared.failures or cleared.interrupted):
        return cleared
    found: dict[str, list[str]] = defaultdict(list)
    for account, region in sorted({*missing, *empty}):
        adopted = adopt(sessions[account], region, target.name, request)
        if adopted.reasons:
            said = tuple(f"{account} in {region}: {reason}" for reason in adopted.reasons)
            return Outcome(task=target.name, where=target.where, action=action, failures=said)
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
