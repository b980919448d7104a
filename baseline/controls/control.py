"""Controls: statement, rationale, responsibility, cost, and the rules that detect a violation."""

from collections.abc import Mapping
from dataclasses import field
from functools import cache
from typing import Any

from baseline.controls.framework import requirements_of
from baseline.controls.guardrail import NAME_PROTECTORS, Guardrail, guardrails
from baseline.controls.reach import ControlReach, read_reach
from baseline.controls.written import written_controls
from baseline.frozen import frozen

_TURN_ON = frozenset(
    {
        "BACKUP_POLICY",
        "BEDROCK_POLICY",
        "INSPECTOR_POLICY",
        "NETWORK_SECURITY_DIRECTOR_POLICY",
        "SECURITYHUB_POLICY",
    }
)
"""Kinds of organization policies that enable or configure a service, and deny nothing."""


@frozen
class Detectors:
    """Rules of scanners that detect a violation of the control in a live account.

    Attributes:
        config: Identifiers of AWS Config managed rules.
        security_hub: Ids of Security Hub controls.
        prowler: Ids of Prowler checks.
    """

    config: tuple[str, ...] = ()
    security_hub: tuple[str, ...] = ()
    prowler: tuple[str, ...] = ()


@frozen
class Control:
    """A statement that must be true.

    Attributes:
        id: Kebab case, stable; templates name it beside the property that proves it.
        statement: One sentence that must be true.
        rationale: Why, one sentence.
        capability: The capability that implements it.
        severity: `low`, `medium`, `high` or `critical`: the severity of a violation.
        responsibility: `customer`, or `shared` if AWS runs what the customer enables.
        cost: Its AWS cost, in a few words.
        detectors: Scanner rules that detect a violation.
        needs: Other controls that it requires to contribute to any requirement.
        preventive: Whether it prevents violations, rather than configuring or detecting something.
        detective: Whether it finds or reports violations, and neither prevents nor configures anything else.
        means: Whether it only helps people, who do all the work of a requirement: its relation is then always
            `supports`.
        objectives: Ids of its objectives: it contributes to the requirements that they list.
        reach: Required accounts and Regions; empty if its stack has one account and one Region.
        enabled_by: Setting of the capability → the value, or the item of a list, that enables the control; "" for a
            value that only the user knows.
    """

    id: str
    statement: str
    rationale: str
    capability: str
    severity: str
    responsibility: str
    cost: str
    detectors: Detectors = field(default_factory=Detectors)
    needs: tuple[str, ...] = ()
    preventive: bool = False
    detective: bool = False
    means: bool = False
    objectives: tuple[str, ...] = ()
    reach: tuple[ControlReach, ...] = ()
    enabled_by: Mapping[str, str | bool] = field(default_factory=dict)

    @property
    def requirements(self) -> Mapping[str, tuple[str, ...]]:
        """Framework id → ids of the requirements that it contributes to."""
        return {framework: tuple(found) for framework, found in requirements_of(self.id).items()}


@cache
def controls() -> Mapping[str, Control]:
    """Every control by id, in the order of the capabilities, followed by the guardrails."""
    written = {key: _read(key, entry) for key, entry in written_controls().items()}
    return written | {item.control: _of_guardrail(item) for item in guardrails().values()}


def controls_of(capability: str) -> tuple[Control, ...]:
    """The controls that a capability implements."""
    return tuple(control for control in controls().values() if control.capability == capability)


def _of_guardrail(item: Guardrail) -> Control:
    turns_on = item.type in _TURN_ON
    return Control(
        id=item.control,
        statement=item.intent,
        rationale=item.why,
        capability="guardrails",
        severity=item.severity,
        responsibility="shared" if turns_on else "customer",
        cost="as much as the service that it turns on" if turns_on else "free",
        needs=(*_protectors_of(item), *(guardrails()[name].control for name in item.protects)),
        preventive=not turns_on,
        detective=item.detective,
        objectives=item.objectives,
        reach=(ControlReach(accounts=("management",), regions="home"),),
    )


def _protectors_of(item: Guardrail) -> tuple[str, ...]:
    """The controls that keep others from creating a role with a name that the guardrail exempts."""
    if not item.exempt:
        return ()
    others = NAME_PROTECTORS[: NAME_PROTECTORS.index(item.id)] if item.id in NAME_PROTECTORS else NAME_PROTECTORS
    return tuple(guardrails()[name].control for name in others)


def _read(name: str, entry: Mapping[str, Any]) -> Control:
    entry = {key: value for key, value in entry.items() if key != "assertions"}
    detectors = Detectors(**{key: tuple(value) for key, value in entry.get("detectors", {}).items()})
    lists = {key: tuple(entry.get(key, ())) for key in ("needs", "objectives")}
    return Control(id=name, **{**entry, **lists, "detectors": detectors, "reach": read_reach(name, entry)})
