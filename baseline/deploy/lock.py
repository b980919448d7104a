"""The lock file: ids that AWS has assigned, stored beside the profile for the next deployment."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from baseline.errors import OutputError
from baseline.files import replace_file
from baseline.plan.assigned import UNITS, check
from baseline.plan.model import ParameterValue, Plan, Stack
from baseline.plan.units import ROOT
from baseline.profile.lock import FORMAT, read_lock_file


def read_lock(path: Path, plan: Plan) -> Mapping[str, str]:
    """Parameter name or OU path → id, if the plan still needs it; empty if there is no file.

    Raises:
        LockFileError: with every problem of the file, as in `generate`.
        OutputError: if its directory does not exist.
    """
    if not path.parent.is_dir():
        message = f"{path} could not be written: {path.parent} is no directory"
        raise OutputError(message, hint="create the directory first, or name another file with --lock")
    if not path.exists():
        return {}
    lock = read_lock_file(path)
    units = {unit for path, _ in plan.ou_ids for unit in _ancestry(path)}
    check(plan, lock, units)
    names = {parameter.name for stack in plan.stacks for parameter in _parameters(stack)}
    needed = names | {f"{UNITS}{unit}" for unit in units}
    return {name: str(tree.value) for name, tree in lock.assigned.items() if name in needed}


def _ancestry(path: str) -> Iterator[str]:
    """The path of an OU and of its ancestors."""
    while path and path != ROOT:
        yield path
        path = path.rpartition("/")[0]


def _parameters(stack: Stack) -> Iterator[ParameterValue]:
    yield from stack.parameters
    yield from (deployment.account_id for deployment in stack.deployments if deployment.account_id)


def write_lock(path: Path, organization: str, assigned: Mapping[str, str]) -> None:
    """Write the file atomically.

    Raises:
        OutputError: if it cannot be written.
    """
    document = {"format": FORMAT, "organization": organization, "assigned": dict(sorted(assigned.items()))}
    content = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    try:
        replace_file(path, content.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"{path} not written: {error.strerror or error}") from error
