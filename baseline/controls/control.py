"""Controls: what must be true, in our own words, and which framework requirements ask for it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from baseline.controls.guardrail import guardrails


@dataclass(frozen=True, kw_only=True)
class Control:
    """One thing that must be true.

    Attributes:
        id: Kebab case, stable; templates name it beside the property that earns it.
        statement: What must be true, one sentence.
        capability: The capability that meets it.
        requirements: Framework id → requirement ids that ask for it.
    """

    id: str
    statement: str
    capability: str
    requirements: Mapping[str, tuple[str, ...]]


@cache
def controls() -> Mapping[str, Control]:
    """Every control by id, in the order of the data file; after them the guardrails."""
    data = tomllib.loads(Path(__file__).with_name("controls.toml").read_text(encoding="utf-8"))
    written = {
        key: Control(
            id=key,
            statement=entry["statement"],
            capability=entry["capability"],
            requirements={name: tuple(ids) for name, ids in entry.get("requirements", {}).items()},
        )
        for key, entry in data.items()
    }
    prevented = {
        item.control: Control(id=item.control, statement=item.intent, capability="guardrails", requirements={})
        for item in guardrails().values()
    }
    return written | prevented


def controls_of(capability: str) -> tuple[Control, ...]:
    """The controls that a capability meets."""
    return tuple(control for control in controls().values() if control.capability == capability)
