"""Existing resources that a stack imports before it is created or updated, without changing them.

An import uses the live values of the properties that the template sets. So the import changes nothing, a later failed
update is rolled back to the original state, and the comparison with the template shows what the update changes.
Sources: CloudFormation user guide, Import AWS resources into a CloudFormation stack manually; Reverting an import
operation.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from baseline.cloud.stacks import DeployedStack
from baseline.deploy.changes import Change, Version, differences, forcing
from baseline.deploy.template import alike, parse
from baseline.frozen import frozen
from baseline.plan.adoption import KINDS, PlannedAdoption

_REPLACING = ("yes", "maybe", "blocked", "unknown")


@frozen
class Import:
    """A resource to import.

    Attributes:
        logical_id: Its logical id.
        adoption: Its entry in the profile.
        identifier: Its primary identifier.
        wanted: Its properties in the template, with known values filled in.
        live: Its properties in AWS; None if there is no such resource.
    """

    logical_id: str
    adoption: PlannedAdoption
    identifier: Mapping[str, str]
    wanted: Mapping[str, Any]
    live: Mapping[str, Any] | None

    @property
    def type(self) -> str:
        """CloudFormation type of the resource."""
        return KINDS[self.adoption.kind].type

    @property
    def imported(self) -> Mapping[str, Any]:
        """The properties for the import: those of the template that the resource has, with their live values.

        A required property that AWS does not return has the template's value.
        """
        live, required = self.live or {}, KINDS[self.adoption.kind].required
        return {name: live.get(name, value) for name, value in self.wanted.items() if name in live or name in required}

    def __str__(self) -> str:
        return str(self.adoption)


def obstacles(imports: Collection[Import]) -> Iterator[str]:
    """Why resources cannot be imported: they do not exist, or CloudFormation would replace them afterwards."""
    for item in imports:
        if item.live is None:
            yield f"{item} does not exist"
            continue
        forced = [name for name in forcing(item.type, item.imported, item.wanted) if _is_known(item, name)]
        if forced:
            values = "; ".join(
                f"{name} is {_at(item.imported, name)!r}, not {_at(item.wanted, name)!r}" for name in forced
            )
            yield f"{item} cannot become what the profile says without being replaced: {values}"


def changed_properties(item: Import) -> tuple[str, ...]:
    """The properties that the update after the import changes."""
    return tuple(name for name, value in item.wanted.items() if not alike(item.imported.get(name), value))


def import_template(wanted: str, deployed: str, imports: Collection[Import]) -> str:
    """The template of the import: that of the deployed stack, or an empty one, with the imported resources.

    Outputs cannot be added by an import, and the imported resources need a deletion policy.
    """
    base = dict(parse(deployed)) if deployed else {"Metadata": parse(wanted).get("Metadata") or {}}
    added = {
        item.logical_id: {
            "Type": item.type,
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": dict(item.imported),
        }
        for item in imports
    }
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        **base,
        "Resources": {**(base.get("Resources") or {}), **added},
    }
    return json.dumps(document, indent=1)


def import_request(
    imports: Collection[Import], wanted: str, deployed: str, stack: DeployedStack | None
) -> Mapping[str, Any]:
    """The change set of the import in CreateChangeSet's format; `stack` is the deployed one, if there is one."""
    kept = [{"ParameterKey": name, "UsePreviousValue": True} for name in (stack.parameters if stack else ())]
    return {
        "TemplateBody": import_template(wanted, deployed, imports),
        "Parameters": kept,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "ResourcesToImport": [
            {
                "ResourceType": item.type,
                "LogicalResourceId": item.logical_id,
                "ResourceIdentifier": dict(item.identifier),
            }
            for item in imports
        ],
    }


def import_changes(before: str, after: Version, imports: Collection[Import]) -> tuple[Change, ...]:
    """The changes of import and update together; `before` is the template of the import."""
    ids = {item.logical_id for item in imports}
    rest = differences(Version(text=before, parameters=after.parameters), after)
    taken = (Change(logical_id=item.logical_id, type=item.type, action="import") for item in imports)
    return (*taken, *(change for change in rest if change.logical_id not in ids))


def import_notes(imports: Collection[Import]) -> Iterator[str]:
    """The changes of each imported resource, or the reason why it cannot be imported."""
    yield from (f"cannot be imported: {reason}" for reason in obstacles(imports))
    for item in imports:
        changed = changed_properties(item)
        if item.live is not None:
            said = f"then changes {', '.join(changed)}" if changed else "changes nothing in it"
            yield f"imports the {item} and {said}"


def replaced_adoptions(changes: Collection[Change], adopted: frozenset[str]) -> tuple[str, ...]:
    """Changes that would replace or remove an adopted resource, which deploy never does."""
    return tuple(
        f"{change.logical_id} ({change.type}) is adopted, and would be "
        f"{'removed' if change.action == 'remove' else 'replaced'}"
        for change in changes
        if change.logical_id in adopted and (change.action == "remove" or change.replaced in _REPLACING)
    )


def _is_known(item: Import, name: str) -> bool:
    """Whether the wanted value is not a reference, so that the two values can be compared."""
    value = _at(item.wanted, name)
    return not isinstance(value, dict)


def _at(properties: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - any value of a template
    return properties.get(path.partition("/")[0])
