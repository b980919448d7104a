"""The lock file: ids that AWS has assigned, beside the profile, for people and for the next deployment."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from baseline.errors import OutputError
from baseline.plan.assigned import UNITS
from baseline.plan.model import ParameterValue, Plan, Stack
from baseline.profile.lock import FORMAT


def read_lock(path: Path, plan: Plan) -> Mapping[str, str]:
    """Parameter name or unit path → id, as far as the plan still needs them; nothing when there is no file.

    Raises:
        OutputError: when the file is not a lock file, or that of another organization.
    """
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        assigned = {str(name): str(value) for name, value in document["assigned"].items()}
        known, organization = document["format"] == FORMAT, document["organization"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(f"{path} is not a lock file: {error}", hint="name another file with --lock") from error
    if not known:
        raise OutputError(f"{path} has a format that this program does not know", hint="name another file with --lock")
    if organization != plan.organization:
        raise OutputError(
            f"{path} is the lock file of {organization}; this plan is for {plan.organization}",
            hint="name another file with --lock",
        )
    names = {parameter.name for stack in plan.stacks for parameter in _parameters(stack)}
    units = tuple(f"{UNITS}{path}" for path, _ in plan.ou_ids)
    return {
        name: value
        for name, value in assigned.items()
        if name in names or any(unit == name or unit.startswith(f"{name}/") for unit in units)
    }


def _parameters(stack: Stack) -> Iterator[ParameterValue]:
    yield from stack.parameters
    yield from (deployment.account_id for deployment in stack.deployments if deployment.account_id)


def write_lock(path: Path, organization: str, assigned: Mapping[str, str]) -> None:
    """Write the file whole or not at all.

    Raises:
        OutputError: when it cannot be written.
    """
    document = {"format": FORMAT, "organization": organization, "assigned": dict(sorted(assigned.items()))}
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            json.dump(document, file, indent=2, ensure_ascii=False)
            file.write("\n")
        os.chmod(file.name, 0o644)  # noqa: PTH101 - mkstemp keeps it for its owner
        Path(file.name).replace(path)
    except OSError as error:
        raise OutputError(f"{path} not written: {error.strerror or error}") from error
