"""A plan with the ids that AWS has assigned since the profile was written, from the lock file."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import account_parameters
from baseline.errors import LockFileError
from baseline.findings import Finding, Severity
from baseline.plan.model import Deployment, ParameterValue, Plan, Stack
from baseline.plan.units import ROOT
from baseline.profile.lock import Lock, LockInUse
from baseline.profile.problem_ids import problem
from baseline.profile.tree import Tree

UNITS = "organizational_units/"
"""Prefix of a unit's path in mappings that contain the ids of units and accounts by name."""

_UNIT = "^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$"


def assign(plan: Plan, lock: Lock, units: Collection[str]) -> tuple[Plan, tuple[Finding, ...]]:
    """The plan, completed with ids from the lock file, and notes on entries that are not needed.

    The resources of the templates do not change: an account that a stack creates stays in that stack.

    Args:
        plan: The plan.
        lock: The lock file.
        units: Path of every organizational unit of the profile.

    Raises:
        LockFileError: with every entry that is inconsistent.
    """
    findings = check(plan, lock, units)
    known = {name: str(tree.value) for name, tree in lock.assigned.items()}
    filled = replace(
        plan,
        ou_ids=tuple((path, value or _unit(path, known)) for path, value in plan.ou_ids),
        waves=tuple(tuple(_stack(stack, known) for stack in wave) for wave in plan.waves),
    )
    return filled, findings


def identified(landscape: Landscape, lock: Lock) -> Landscape:
    """The landscape, completed with ids from the lock file.

    For documents and queries only: a plan built from it would adopt accounts that its own stacks create.
    """
    known = {name: str(tree.value) for name, tree in lock.assigned.items()}
    parameters = account_parameters(landscape, landscape.accounts)
    return replace(
        landscape,
        organization_id=landscape.organization_id or known.get("OrganizationId"),
        root_id=landscape.root_id or known.get("OrganizationRootId"),
        accounts={
            key: replace(account, id=account.id or known.get(parameters[key].name))
            for key, account in landscape.accounts.items()
        },
        ous={path: value or known.get(f"{UNITS}{path}") for path, value in landscape.ous.items()},
    )


def contributed(plan: Plan, lock: Lock) -> LockInUse:
    """The ids that the lock file adds to a plan that was built without it."""
    planned = {parameter.name: parameter.value for stack in plan.stacks for parameter in _parameters(stack)}
    planned |= {f"{UNITS}{path}": value for path, value in plan.ou_ids}
    return LockInUse(
        path=lock.path,
        values=tuple((name, tree.value) for name, tree in lock.assigned.items() if planned.get(name, "") is None),
    )


def check(plan: Plan, lock: Lock, units: Collection[str]) -> tuple[Finding, ...]:
    """Notes on entries of the lock file that the plan does not need.

    Raises:
        LockFileError: with every entry that is inconsistent.
    """
    findings = tuple(_findings(plan, lock, units))
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        raise LockFileError(errors)
    return findings


def _findings(plan: Plan, lock: Lock, units: Collection[str]) -> Iterator[Finding]:
    if lock.organization.value != plan.organization:
        message = f"another organization: this is the lock file of {lock.organization.value}, not {plan.organization}"
        yield problem("lock-organization", lock.organization.place, ("organization",), message)
        return
    parameters = {parameter.name: parameter for stack in plan.stacks for parameter in _parameters(stack)}
    planned = dict(plan.ou_ids)
    for name, tree in lock.assigned.items():
        path = name.removeprefix(UNITS) if name.startswith(UNITS) else ""
        parameter = parameters.get(name)
        if path in units:
            yield from _entry(name, tree, _UNIT, planned.get(path))
        elif parameter:
            yield from _entry(name, tree, parameter.pattern, parameter.value)
        else:
            yield problem("lock-unused", tree.place, ("assigned", name), f"not needed: nothing uses {name}")


def _entry(name: str, tree: Tree, pattern: str, planned: str | None) -> Iterator[Finding]:
    if pattern and not re.fullmatch(pattern, tree.value):  # a plan that was written has none: the templates have
        message = f"not such an id: {name} is {tree.value!r} and has to match {pattern}"
        yield problem("lock-value", tree.place, ("assigned", name), message)
    elif planned not in (None, tree.value):
        message = f"two ids for {name}: {tree.value} here, {planned} in the profile"
        yield problem("lock-conflict", tree.place, ("assigned", name), message)


def _parameters(stack: Stack) -> Iterator[ParameterValue]:
    yield from stack.parameters
    yield from (deployment.account_id for deployment in stack.deployments if deployment.account_id)


def _unit(path: str, known: Mapping[str, str]) -> str | None:
    return known.get("OrganizationRootId" if path == ROOT else f"{UNITS}{path}")


def _stack(stack: Stack, known: Mapping[str, str]) -> Stack:
    return replace(
        stack,
        parameters=tuple(_filled(parameter, known) for parameter in stack.parameters),
        deployments=tuple(_deployment(deployment, known) for deployment in stack.deployments),
    )


def _deployment(deployment: Deployment, known: Mapping[str, str]) -> Deployment:
    account = deployment.account_id
    return replace(deployment, account_id=_filled(account, known)) if account else deployment


def _filled(parameter: ParameterValue, known: Mapping[str, str]) -> ParameterValue:
    if parameter.value is not None or parameter.name not in known:
        return parameter
    return replace(parameter, value=known[parameter.name], output_of="")  # a key's alias stays: preflight compares
