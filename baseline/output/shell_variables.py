"""The shell variables of a run book: one for each value that AWS assigns."""

import re
from collections.abc import Iterable, Mapping
from itertools import chain, count

from baseline.frozen import frozen
from baseline.plan.model import Plan
from baseline.plan.units import ROOT

_ROOT_VARIABLE = "ORGANIZATION_ROOT_ID"


@frozen
class Names:
    """The variable names, all different.

    Attributes:
        parameters: Parameter name → variable.
        units: OU path → variable.
    """

    parameters: Mapping[str, str]
    units: Mapping[str, str]

    def parameter(self, name: str) -> str:
        """The variable of a template parameter."""
        return self.parameters[name]

    def unit(self, path: str) -> str:
        """The variable of an organizational unit, or of the root."""
        return self.units[path]


def shell_variables(plan: Plan) -> Names:
    """A variable for each parameter, OU and ancestor of an OU, in sorted order.

    Names that would give the same variable (`Workloads/Prod`, `Workloads_Prod`) are numbered.
    """
    parameters = {p.name for stack in plan.stacks for p in stack.parameters}
    parameters |= {d.account_id.name for stack in plan.stacks for d in stack.deployments if d.account_id}
    targets = {ou for stack in plan.stacks for deployment in stack.deployments for ou in deployment.ous}
    units = {above for path in {*targets, *dict(plan.ou_ids)} - {ROOT} for above in with_ancestors(path)}
    taken = {_ROOT_VARIABLE}
    named = _named({name: _variable(name) for name in sorted(parameters - {"OrganizationRootId"})}, taken)
    return Names(
        parameters={**named, "OrganizationRootId": _ROOT_VARIABLE},
        units={**_named({path: f"OU_{_variable(path)}" for path in sorted(units)}, taken), ROOT: _ROOT_VARIABLE},
    )


def with_ancestors(path: str) -> list[str]:
    """`a/b/c` → `a`, `a/b`, `a/b/c`."""
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def _named(wanted: Mapping[str, str], taken: set[str]) -> dict[str, str]:
    given = {}
    for key, name in wanted.items():
        given[key] = next(choice for choice in _choices(name) if choice not in taken)
        taken.add(given[key])
    return given


def _choices(name: str) -> Iterable[str]:
    return chain((name,), (f"{name}_{number}" for number in count(2)))


def _variable(name: str) -> str:
    """`LogArchiveAccountId` and `log_archive` → `LOG_ARCHIVE_ACCOUNT_ID` and `LOG_ARCHIVE`."""
    return re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").upper()
