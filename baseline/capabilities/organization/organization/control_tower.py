"""Stacks for AWS Control Tower: units that it registers, and the controls on each unit."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from baseline.capabilities.capability import StackSpec, one_account
from baseline.capabilities.control_tower import BASELINE, ControlTower
from baseline.capabilities.landscape import Landscape, Reference, portable
from baseline.capabilities.parameters import distinct, logical_names, ou_names, ou_parameter
from baseline.frozen import frozen


@frozen
class RegisteredUnit:
    """A unit to register. `after` is the resource before it: Control Tower registers one unit at a time."""

    logical_id: str
    unit: Reference
    version: str
    after: str


@frozen
class RegisteredUnitsContext:
    """Context of `registered_units`. `identity_center_baseline` is "" if none is enabled."""

    baseline: Reference
    units: tuple[RegisteredUnit, ...]
    identity_center_baseline: Reference


@frozen
class SwitchedControl:
    """A control to switch on. `after` is the resource before it: Control Tower makes one change of a unit at a time."""

    logical_id: str
    alias: str
    identifier: Reference
    parameters: tuple[Mapping[str, Any], ...]
    after: str


@frozen
class TowerControlsContext:
    """Context of `tower_controls`: the controls of one unit, with the reference to its id."""

    unit: Reference
    controls: tuple[SwitchedControl, ...]


def control_tower_stacks(landscape: Landscape, after: tuple[str, ...]) -> Iterator[StackSpec]:
    """The stacks of Control Tower, in its home Region.

    Units are registered before anything is deployed to their accounts. Controls come last, because some of them deny
    calls of other stacks.

    Args:
        landscape: The organization.
        after: Names of the stacks that create units.
    """
    tower = landscape.control_tower
    if tower is None:
        return
    if tower.baselines:
        yield _registered_units(landscape, tower, after)
    names = ou_names(landscape)
    for unit, some in groupby(sorted(tower.controls, key=attrgetter("unit")), key=attrgetter("unit")):
        controls = {item.alias: item for item in some}
        ids = {alias: f"{name}On{names[unit]}" for alias, name in logical_names(controls).items()}
        before = ("", *ids.values())
        yield StackSpec(
            name=f"control-tower-{_kebab(names[unit])}",
            template="organization/organization/tower_controls",
            description=f"AWS Control Tower controls for the OU {unit}.",
            target=one_account("management"),
            context=TowerControlsContext(
                unit=ou_parameter(landscape, unit).reference,
                controls=tuple(
                    SwitchedControl(
                        logical_id=ids[alias],
                        alias=alias,
                        identifier=_identifier(landscape, alias, item.identifier),
                        parameters=tuple({"Key": key, "Value": value} for key, value in item.parameters.items()),
                        after=before[number],
                    )
                    for number, (alias, item) in enumerate(controls.items())
                ),
            ),
            parameters=distinct("OrganizationId", ou_parameter(landscape, unit)),
            after_all=True,
        )


def _registered_units(landscape: Landscape, tower: ControlTower, after: tuple[str, ...]) -> StackSpec:
    names = ou_names(landscape)
    before = ("", *(f"Registered{names[item.unit]}" for item in tower.baselines))
    managed = "access_management" in tower.integrations
    return StackSpec(
        name="control-tower-units",
        template="organization/organization/registered_units",
        description="Organizational units that AWS Control Tower governs.",
        target=one_account("management"),
        context=RegisteredUnitsContext(
            baseline=Reference(f"arn:${{AWS::Partition}}:controltower:${{AWS::Region}}::baseline/{BASELINE}"),
            units=tuple(
                RegisteredUnit(
                    logical_id=before[number + 1],
                    unit=ou_parameter(landscape, item.unit).reference,
                    version=item.version,
                    after=before[number],
                )
                for number, item in enumerate(tower.baselines)
            ),
            identity_center_baseline=Reference(portable(tower.identity_center_baseline if managed else "")),
        ),
        parameters=distinct("OrganizationId", *(ou_parameter(landscape, item.unit) for item in tower.baselines)),
        depends_on=after,
        foundation=True,
    )


def _identifier(landscape: Landscape, alias: str, identifier: str) -> Reference:
    """The ARN of a control; older controls have their name in it (Controls Reference Guide, Resource identifiers)."""
    partition = landscape.partition
    arn = identifier or f"arn:{partition}:controltower:{landscape.home_region}::control/{alias}"
    return Reference(portable(arn))


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
