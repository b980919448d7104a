"""Creates and updates a stack by change set, and deletes it."""

from hashlib import sha256

from baseline.cloud.stacks import ACCEPTED, DeployedStack
from baseline.deploy.adoption.decide import import_request, obstacles
from baseline.deploy.change_sets import ChangeSet, ChangeSets, Kind, token
from baseline.deploy.changes import Change, losses
from baseline.deploy.protection import POLICY, TERMINATION, holders, stack_policy
from baseline.deploy.stacks.decide import (
    ADOPTED,
    Comparison,
    Failure,
    blocked_by,
    changes_of,
    compared,
    failure_of,
    needs_made,
    refusal_of,
    rolls_back,
    unmade,
)
from baseline.deploy.stacks.read import adopted_of, found_in, found_of, gaps_of, imports_of, wanted_of
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.task import Action, Outcome, as_parameters


def deploy(target: StackTarget) -> Outcome:
    """Create or update the stack and protect its data."""
    stack = target.reader.describe()
    if not _is_at_rest(stack):
        if not wait(target):
            return _outcome(target, Action.NONE, interrupted=True)
        stack = target.reader.describe()
    found = found_in(target, stack) if stack else None
    action = found.begin if found else Action.CREATE
    trouble = delete(target) if action is Action.RECREATE else None
    if trouble:
        return trouble
    imported = take_in(target)
    if isinstance(imported, Outcome):
        return imported
    if imported:
        found = found_of(target)
        action = found.begin if found else Action.CREATE
    if found is None or action is not None:
        return _execute(target, action or Action.CREATE, None)
    both = Comparison(found=found, wanted=wanted_of(target))
    action = compared(both, reverts=target.context.options.revert_drift)
    if action is Action.NONE:
        return _outcome(target, Action.UPDATE if _protect(target, found.stack) else action)
    return _execute(target, action, both)


def wait(target: StackTarget) -> bool:
    """Wait until no operation runs; False if the user wants to stop first."""
    return target.context.session.until(lambda: _is_at_rest(target.reader.describe()))


def _is_at_rest(stack: DeployedStack | None) -> bool:
    return stack is None or stack.is_pending or not stack.is_moving


def delete(target: StackTarget) -> Outcome | None:
    """Delete the stack, even if protected; return the failure, if any."""
    client, reader = target.reader.client, target.reader
    _unprotect(target, reader.describe())
    client.delete_stack(StackName=target.name, ClientRequestToken=token())

    def is_over() -> bool:
        stack = reader.describe()
        return stack is None or stack.status == "DELETE_FAILED"

    if not target.context.session.until(is_over):
        return _outcome(target, Action.DELETE, interrupted=True)
    if reader.describe() is None:
        return None
    hint = "fix what AWS reports, or delete the stack manually"
    return _failed(target, Action.DELETE, Failure(reasons=reader.failures(), hint=hint))


def take_in(target: StackTarget) -> Outcome | bool:
    """Import the resources that the profile adopts and the stack lacks; return whether any exist, or the failure."""
    imports = imports_of(target)
    if not imports:
        return False
    found = found_of(target)
    reasons = tuple(obstacles(imports))
    if reasons:
        return _failed(target, Action.IMPORT, Failure(reasons=reasons, hint=ADOPTED))
    stack = found.stack if found and not found.stack.is_pending else None
    request = import_request(imports, target.text, target.reader.template() if stack else "", stack)
    role = target.context.session.options.execution_role
    change_set = ChangeSets(reader=target.reader).create(
        "IMPORT", change_set_name(target), {**request, **({"RoleARN": role} if role else {})}
    )
    has_failed = change_set.is_failed and not change_set.is_stopped
    if has_failed or target.context.session.stop.is_set():
        said = ChangeSets(reader=target.reader).reasons(change_set) if has_failed else ()
        _withdraw(target, "UPDATE" if stack else "CREATE")
        if not has_failed:
            return _outcome(target, Action.IMPORT, interrupted=True)
        return _failed(target, Action.IMPORT, failure_of(said))
    ended = _carry_out(target, Action.IMPORT, change_set.id, lossy=False)
    return ended if ended.failures or ended.interrupted else True


def make_change_set(target: StackTarget, kind: Kind, name: str) -> ChangeSet:
    """A change set that brings the stack to its wanted state.

    Raises:
        AwsError: if AWS has not assigned a value yet.
    """
    context = target.context
    options, role = context.options, context.session.options.execution_role
    request = {
        "TemplateBody": target.text,
        "Parameters": as_parameters(context.values.parameters(target.stack)),
        **context.tags(target.stack),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        **({"RoleARN": role} if role else {}),
        **({"ImportExistingResources": True} if options.import_existing else {}),
        **({"DeploymentMode": "REVERT_DRIFT"} if options.revert_drift and kind == "UPDATE" else {}),
    }
    return ChangeSets(reader=target.reader).create(kind, name, request)


def change_set_name(target: StackTarget) -> str:
    """A name that depends on the template, so that leftovers of a killed run are found and replaced."""
    return f"baseline-{sha256(target.text.encode()).hexdigest()[:12]}"


def changes_in(target: StackTarget, change_set: ChangeSet, both: Comparison | None) -> tuple[Change, ...]:
    """The changes of a change set, with those that AWS rejects."""
    blocked = blocked_by(both)
    if needs_made(both, blocked):
        blocked &= frozenset(it.logical_id for it in target.reader.resources() if it.is_made)
    return changes_of(change_set.changes, target.text, blocked)


def _execute(target: StackTarget, action: Action, both: Comparison | None) -> Outcome:
    kind: Kind = "UPDATE" if action is Action.UPDATE else "CREATE"
    change_set = make_change_set(target, kind, change_set_name(target))
    if change_set.is_stopped:
        _withdraw(target, kind)
        return _outcome(target, action, interrupted=True)
    if change_set.is_failed:
        # The reasons are asked for while there is something to ask about.
        reasons = () if change_set.is_empty else ChangeSets(reader=target.reader).reasons(change_set)
        _withdraw(target, kind)
        failure = unmade(change_set, reasons, both, (target.name, target.region))
        if failure:
            return _failed(target, action, failure)
        return _outcome(target, Action.UPDATE if _protect(target, target.reader.describe()) else Action.NONE)
    changes = changes_in(target, change_set, both)
    refusal = refusal_of(
        changes, allow_replacement=target.context.options.allow_replacement, adopted=adopted_of(target)
    )
    if refusal or target.context.session.stop.is_set():
        _withdraw(target, kind)
        return _failed(target, action, refusal) if refusal else _outcome(target, action, interrupted=True)
    return _carry_out(target, action, change_set.id, lossy=bool(losses(changes)))


def _carry_out(target: StackTarget, action: Action, change_set_id: str, *, lossy: bool) -> Outcome:
    before = target.reader.describe()
    if lossy:  # termination protection stays: it only applies to the deletion of the stack
        target.reader.client.set_stack_policy(StackName=target.name, StackPolicyBody=stack_policy(()))
    rolled_back = action is Action.IMPORT or rolls_back(target.text)
    ChangeSets(reader=target.reader).execute(change_set_id, rolls_back=rolled_back)
    stack = _end_of(target, change_set_id, before)
    if stack is None:
        return _outcome(target, action, interrupted=True)
    if stack.status in ACCEPTED:
        _protect(target, stack)
        return _outcome(target, action)
    if action is Action.UPDATE:
        _protect(target, stack)
    return _failed(target, action, failure_of(target.reader.failures()))


def _end_of(target: StackTarget, change_set_id: str, before: DeployedStack | None) -> DeployedStack | None:
    """The stack after this execution; None if the user wants to stop first.

    A response may be older than the execution: a status is valid once the stack's update time has changed, or the
    change set reports the end of its execution.
    """
    found: list[DeployedStack] = []
    gone = DeployedStack(name=target.name, status="DELETE_COMPLETE")
    change_sets = ChangeSets(reader=target.reader)

    def has_ended() -> bool:
        stack = target.reader.describe() or gone
        if stack.is_moving:
            return False
        moved = stack.updated != (before.updated if before else None)
        if moved or change_sets.is_finished(change_set_id):
            found.append(stack if moved else target.reader.describe() or stack)
        return bool(found) and not found[-1].is_moving

    return found[-1] if target.context.session.until(has_ended) else None


def _withdraw(target: StackTarget, kind: Kind) -> None:
    """Clean up: delete the change set, and a stack that has no resources."""
    stack = target.reader.describe() if kind == "CREATE" else None
    if stack and stack.is_pending:
        # Its change set goes with it; the other way round a name would stay that nothing proves to be ours.
        target.reader.client.delete_stack(StackName=target.name, ClientRequestToken=token())
    else:
        ChangeSets(reader=target.reader).delete(change_set_name(target))


def _protect(target: StackTarget, stack: DeployedStack | None) -> bool:
    """Restore missing protection, the stack policy first; return whether any was missing."""
    lacking = tuple(gap.subject for gap in gaps_of(target, stack))
    client = target.reader.client
    if POLICY in lacking:
        client.set_stack_policy(StackName=target.name, StackPolicyBody=stack_policy(holders(target.text)))
    if TERMINATION in lacking:
        client.update_termination_protection(StackName=target.name, EnableTerminationProtection=True)
    return bool(lacking)


def _unprotect(target: StackTarget, stack: DeployedStack | None) -> None:
    """Disable termination protection."""
    if stack and stack.protected:
        target.reader.client.update_termination_protection(StackName=target.name, EnableTerminationProtection=False)


def _outcome(target: StackTarget, action: Action, *, interrupted: bool = False) -> Outcome:
    return Outcome(task=target.name, where=target.where, action=action, interrupted=interrupted)


def _failed(target: StackTarget, action: Action, failure: Failure) -> Outcome:
    said = failure.reasons or ("AWS gave no reason",)
    return Outcome(task=target.name, where=target.where, action=action, failures=said, hint=failure.hint)
