"""org-formation: `organization-tasks.yml` with a task `update-stacks` for each stack.

Tasks, their attributes and bindings: docs/task-files.md and docs/cloudformation-resources.md of
org-formation/org-formation-cli; `annotate-organization` with its two mappings:
src/build-tasks/tasks/annotate-organization-task.ts. A unit stands for the accounts in it and below, `*` for all member
accounts, and attributes of a binding add up. Two tasks cannot have the same `StackName` (build-configuration.ts).
"""

import re
from collections.abc import Iterator
from typing import Any

from baseline.export.outputs import Outputs, how_to_find, rollback_losses
from baseline.export.source import (
    Export,
    Piece,
    Source,
    known_account,
    pieces_of,
    prerequisites,
    require_expressible,
    require_organization,
    targeted_units,
    unique_names,
    unit_id,
)
from baseline.export.yaml_text import yaml_text
from baseline.frozen import frozen
from baseline.plan.model import Method, ParameterValue
from baseline.plan.units import MANAGEMENT, ROOT
from baseline.text.markdown import markdown_code
from baseline.text.slug import slug

_ORGANIZATION = "Organization"
_ROLE = "OrganizationAccountAccessRole"
_CONCURRENT = 10

LOSSES = (
    "StackSets: org-formation creates the stacks itself, with a role in each account.",
    "Auto-deployment: the next run of the tasks creates the stacks in new accounts.",
    "Preferences of StackSet operations.",
    "Change sets, and the checks of `baseline preflight` and `deploy`.",
)


@frozen
class _Task:
    """The deployments of a stack that are in the same Regions. `name` is unique among stacks."""

    name: str
    pieces: tuple[Piece, ...]


def export_org_formation(source: Source) -> Export:
    """A tasks file with the plan's dependencies; ids that AWS assigns later are parameters of the file.

    Raises:
        ExportError: with everything that the file cannot express.
    """
    require_organization(source)
    require_expressible("tasks of org-formation", _problems(source))
    build = _File(source)
    tasks = {build.names[task.name]: build.task(task) for task in build.tasks}
    text = yaml_text(
        {
            **({"Parameters": dict(sorted(build.parameters.items()))} if build.parameters else {}),
            _ORGANIZATION: build.organization(),
            **tasks,
        }
    )
    return Export(
        files={"organization-tasks.yml": text.encode("utf-8"), **source.templates()},
        losses=(*LOSSES, *rollback_losses(source)),
        steps=(
            *prerequisites(source.plan),
            *_steps(),
            *(
                f"Give `--parameters {name}=VALUE`. The value: {markdown_code(item['Description'])}"
                for name, item in sorted(build.parameters.items())
            ),
        ),
    )


def _steps() -> Iterator[str]:
    yield "Run it with credentials of the management account: `org-formation perform-tasks organization-tasks.yml`."
    yield (
        f"It updates stacks with the role `{_ROLE}` of each account. If guardrails are on, first add this "
        "role to `capabilities.guardrails.exempt_roles` and deploy; otherwise guardrails deny the second run."
    )


def _problems(source: Source) -> Iterator[str]:
    ids = dict(source.plan.ou_ids)
    unknown = targeted_units(source.plan) - {ROOT}
    outputs = Outputs(source)
    for path in (path for path in sorted(unknown) if not ids.get(path)):
        made = outputs.unit(path)
        yield f"{unit_id(path)} is not known{f': {made.how}' if made else ''}"
    pieces = [piece for piece in pieces_of(source.plan) if piece.deployment.account not in (None, "", MANAGEMENT)]
    lacking = {piece.deployment.account for piece in pieces if not known_account(source, piece)}
    yield from (f"the id of the account {name} is not known" for name in sorted(map(str, lacking)))


class _File:
    """The tasks, and the parameters that they need."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parameters: dict[str, dict[str, str]] = {}
        self.tasks = list(_tasks(source))
        pieces = [piece for task in self.tasks for piece in task.pieces]
        self._members = {
            str(piece.deployment.account): str(known_account(source, piece)) for piece in pieces if _is_member(piece)
        }
        units = targeted_units(source.plan) - {ROOT}
        self._names = unique_names(
            [*(f"{key} account" for key in self._members), *(f"{path} ou" for path in units)], _id
        )
        self.names = unique_names([task.name for task in self.tasks], _id)

    def organization(self) -> dict[str, Any]:
        """The task that gives accounts and units their names."""
        ids = dict(self.source.plan.ou_ids)
        accounts = {self._names[f"{key} account"]: number for key, number in self._members.items()}
        units = {self._names[f"{path} ou"]: ids[path] for path in sorted(targeted_units(self.source.plan) - {ROOT})}
        return {
            "Type": "annotate-organization",
            "DefaultOrganizationAccessRoleName": _ROLE,
            **({"AccountMapping": accounts} if accounts else {}),
            **({"OrganizationalUnitMapping": units} if units else {}),
        }

    def task(self, task: _Task) -> dict[str, Any]:
        """The stack in its accounts and Regions, after the stacks that it depends on."""
        stack = task.pieces[0].stack
        after = [self.names[other.name] for other in self.tasks if other.pieces[0].stack.name in stack.depends_on]
        values = {item.name: self._value(item) for item in stack.parameters}
        tags = dict(self.source.plan.tags_of(stack))
        return {
            "Type": "update-stacks",
            "DependsOn": [_ORGANIZATION, *after],
            "Template": f"./templates/{stack.name}.yaml",
            "StackName": task.name,
            "StackDescription": stack.description,
            "TerminationProtection": True,
            "MaxConcurrentStacks": _CONCURRENT,
            "DefaultOrganizationBindingRegion": list(task.pieces[0].deployment.regions),
            "DefaultOrganizationBinding": self._binding(task),
            **({"Parameters": values} if values else {}),
            **({"Tags": tags} if tags else {}),
        }

    def _binding(self, task: _Task) -> dict[str, Any]:
        in_management = any(piece.deployment.method is Method.STACK for piece in task.pieces)
        members = [str(piece.deployment.account) for piece in task.pieces if _is_member(piece)]
        units = [ou for piece in task.pieces if not piece.deployment.account for ou in piece.deployment.ous]
        others = [{"Ref": self._names[f"{path} ou"]} for path in dict.fromkeys(units) if path != ROOT]
        accounts: Any = "*" if ROOT in units else [{"Ref": self._names[f"{key} account"]} for key in members]
        return {
            "IncludeMasterAccount": in_management,
            **({"Account": accounts} if accounts else {}),
            **({"OrganizationalUnit": others} if others else {}),
        }

    def _value(self, parameter: ParameterValue) -> str | dict[str, str]:
        value = self.source.value(parameter)
        if value is not None:
            return value
        self.parameters[parameter.name] = {"Type": "String", "Description": how_to_find(self.source, parameter)}
        return {"Ref": parameter.name}


def _tasks(source: Source) -> Iterator[_Task]:
    """The stacks in the order of the waves; deployments in other Regions are a task with a number."""
    for stack in (stack for wave in source.plan.waves for stack in wave):
        groups: dict[tuple[str, ...], list[Piece]] = {}
        for piece in pieces_of(source.plan):
            if piece.stack.name == stack.name:
                groups.setdefault(tuple(piece.deployment.regions), []).append(piece)
        for pieces in groups.values():
            yield _Task(name=pieces[0].name, pieces=tuple(pieces))


def _is_member(piece: Piece) -> bool:
    return piece.deployment.method is Method.STACK_SET and bool(piece.deployment.account)


def _id(name: str) -> str:
    """A name of letters and digits: the words of a text, joined."""
    return "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", slug(name)) if word)
