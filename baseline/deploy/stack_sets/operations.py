"""Operations on a StackSet: start when no other operation runs, wait, and return the result."""

from collections.abc import Callable
from typing import Any

from baseline.cloud.refusals import Refusal
from baseline.cloud.stack_sets import Operation
from baseline.deploy.stack_sets.decide import operation_failure
from baseline.deploy.stack_sets.instances import Described, grouped, targets_of
from baseline.deploy.stack_sets.target import StackSetTarget
from baseline.deploy.stacks.decide import Failure
from baseline.deploy.task import Action, Outcome
from baseline.plan.operations import operation_preferences

_MAX_WAITS = 10
"""Maximum number of other deployments' operations to wait for."""


def wait(target: StackSetTarget) -> bool:
    """Wait until no operation runs; False if the user wants to stop first."""
    return target.context.session.until(target.reader.is_at_rest)


def begin(target: StackSetTarget, call: Callable[..., Any], **request: object) -> Any:  # noqa: ANN401 - AWS's answer
    """Make a request after all other operations on the StackSet have ended."""
    session = target.context.session
    for _ in range(_MAX_WAITS):
        try:
            return call(**request)
        except Refusal as error:
            if error.code != "OperationInProgressException" or session.stop.is_set():
                raise
        session.pause()
        wait(target)
    return call(**request)


def carry_out(target: StackSetTarget, action: Action, call: Callable[..., Any], **request: object) -> Outcome | None:
    """Start an operation and wait for its end; return the failure, if any."""
    return finish(target, action, begin(target, call, **request)["OperationId"])


def finish(target: StackSetTarget, action: Action, operation: str) -> Outcome | None:
    """Wait for the end of an operation; return the failure, if any."""
    state = Operation(status="")

    def has_ended() -> bool:
        nonlocal state
        state = target.reader.operation(operation)
        return not state.is_moving

    if not target.context.session.until(has_ended):
        return outcome(target, action, interrupted=True)
    if state.has_succeeded:
        return None
    return failed(target, action, operation_failure(state, tuple(target.reader.results(operation))))


def detect_drift(target: StackSetTarget, instances: Described) -> tuple[str, str]:
    """The drift detection operation, and the reason why it did not check everything, or ""."""
    regions = tuple(dict.fromkeys(region for _, region in instances))
    call = target.reader.client.detect_stack_set_drift
    operation = str(begin(target, call, StackSetName=target.name, **preferences(target, regions))["OperationId"])
    trouble = finish(target, Action.NONE, operation)
    return operation, ("; ".join(trouble.failures) or "stopped") if trouble else ""


def delete_instances(target: StackSetTarget, instances: Described) -> Outcome:
    """Delete instances; the deletion policies in their templates decide which resources are kept."""
    for unit, places, accounts in grouped(instances, target.context.values.units.around):
        trouble = carry_out(
            target,
            Action.UPDATE,
            target.reader.client.delete_stack_instances,
            StackSetName=target.name,
            DeploymentTargets=targets_of((unit,), accounts),
            Regions=list(places),
            RetainStacks=False,
            **preferences(target, places),
        )
        if trouble:
            return trouble
    return outcome(target, Action.UPDATE)


def preferences(target: StackSetTarget, regions: tuple[str, ...]) -> dict[str, Any]:
    """Preferences for the speed and order of an operation."""
    return {"OperationPreferences": operation_preferences(target.context.plan.preferences, regions)}


def outcome(
    target: StackSetTarget, action: Action, *, interrupted: bool = False, notes: tuple[str, ...] = ()
) -> Outcome:
    """The outcome without a failure."""
    return Outcome(task=target.name, where=target.where, action=action, interrupted=interrupted, notes=notes)


def failed(target: StackSetTarget, action: Action, failure: Failure) -> Outcome:
    """The outcome of a failure."""
    return Outcome(task=target.name, where=target.where, action=action, failures=failure.reasons, hint=failure.hint)
