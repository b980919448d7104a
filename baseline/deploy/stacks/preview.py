"""CloudFormation's preview of the changes to a stack, without leftovers."""

from baseline.cloud.refusals import Refusal
from baseline.deploy.change_sets import ChangeSets
from baseline.deploy.changes import Version, additions
from baseline.deploy.stacks.apply import change_set_name, changes_in, make_change_set
from baseline.deploy.stacks.decide import (
    Comparison,
    Forecast,
    compared,
    forecast_import,
    forecast_unchanged,
    forecast_unknown,
    forecast_update,
)
from baseline.deploy.stacks.read import found_of, gaps_of, imports_of, wanted_of
from baseline.deploy.stacks.target import StackTarget
from baseline.deploy.task import Action, Preview


def preview(target: StackTarget) -> Preview:
    """The changes that a deployment would make now."""
    try:
        forecast = _forecast(target)
    except Refusal as refusal:
        if not target.is_unopened(refusal):
            raise
        note = f"{target.region} is not enabled yet: the plan enables it before this stack"
        forecast = Forecast(action=Action.CREATE, changes=additions(target.text), notes=(note,))
    return Preview(
        task=target.name,
        where=target.where,
        action=forecast.action,
        changes=forecast.changes,
        notes=forecast.notes,
    )


def _forecast(target: StackTarget) -> Forecast:
    found = found_of(target)
    begin = found.begin if found else Action.CREATE
    imports = imports_of(target)
    if imports:
        is_there = begin is None
        version = Version(text=target.text, parameters=target.context.values.filled(target.stack, "", target.region))
        return forecast_import(imports, target.reader.template() if is_there else "", version)
    if found is None or begin is not None:
        return Forecast(action=begin or Action.CREATE, changes=additions(target.text))
    both = Comparison(found=found, wanted=wanted_of(target))
    action = compared(both, reverts=target.context.options.revert_drift)
    if action is Action.NONE:
        return forecast_unchanged(gaps_of(target, found.stack))
    if both.wanted.parameters is None:
        return forecast_unknown(both)
    if found.stack.is_moving:
        return Forecast(action=action, notes=(f"{found.stack.status}: must finish first",))
    return _asked(target, both)


def _asked(target: StackTarget, both: Comparison) -> Forecast:
    """The forecast from a change set with its own name, so that it does not disturb a running deployment."""
    name = f"{change_set_name(target)}-preview"
    change_sets = ChangeSets(reader=target.reader)
    try:
        change_set = make_change_set(target, "UPDATE", name)
        changes = changes_in(target, change_set, both)
        refused = change_set.is_failed and not change_set.is_empty
        reasons = change_sets.reasons(change_set) if refused else ()
    finally:
        change_sets.delete(name)
    return forecast_update(change_set, changes, reasons, gaps_of(target, both.found.stack))
