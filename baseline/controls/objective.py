"""Objectives: aims that many frameworks share. A control that names one contributes to its requirements."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import tomli

from baseline.controls.guardrail import guardrails, scoped_reason
from baseline.controls.written import written_controls
from baseline.frozen import frozen
from baseline.text.nearest import did_you_mean

_FILE = Path(__file__).with_name("objectives.toml")


@frozen
class Objective:
    """An aim, in the baseline's own words.

    Attributes:
        id: Kebab case, stable; controls name it.
        statement: One sentence that must be true.
        requirements: Requirements to which every control that names it contributes, such as `nist-800-53-r5/sc-28`.
        detection: Whether finding or reporting is a part of the aim; otherwise detective controls only check it.
    """

    id: str
    statement: str
    requirements: tuple[str, ...]
    detection: bool = False


@frozen
class Contribution:
    """A control that contributes to a requirement, checks or supports it, by one of its objectives, and the reason."""

    control: str
    reason: str
    relation: Literal["contributes", "checks", "supports"] = "contributes"


@cache
def objectives() -> Mapping[str, Objective]:
    """Every objective by id, in the order of the file."""
    written = tomli.loads(_FILE.read_text(encoding="utf-8"))
    return {
        name: Objective(id=name, **{**entry, "requirements": tuple(entry["requirements"])})
        for name, entry in written.items()
    }


@cache
def objectives_of() -> Mapping[str, tuple[str, ...]]:
    """Control id → the ids of its objectives, for the controls that name any.

    Raises:
        ValueError: with every unknown objective.
    """
    found = {item.control: item.objectives for item in _named() if item.objectives}
    unknown = [
        f"{control}: no objective {name}{did_you_mean(name, objectives())}"
        for control, names in found.items()
        for name in names
        if name not in objectives()
    ]
    if unknown:
        raise ValueError("\n".join(unknown))
    return found


@cache
def contributions() -> Mapping[str, Mapping[str, tuple[Contribution, ...]]]:
    """Framework id → requirement id → the controls that contribute through an objective, each once.

    A detective control does a part of a requirement only if one of the objectives is about detection. A means
    supports it.

    Raises:
        ValueError: with every unknown objective.
    """
    named, known = {item.control: item for item in _named()}, objectives()
    found: dict[str, dict[str, dict[str, Contribution]]] = defaultdict(lambda: defaultdict(dict))
    for control, names in objectives_of().items():
        item = named[control]
        for objective in sorted((known[name] for name in names), key=lambda objective: objective.detection):
            for requirement in objective.requirements:
                framework, _, key = requirement.partition("/")
                relation = _relation(item, objective)
                found[framework][key][control] = Contribution(control=control, reason=item.reason, relation=relation)
    return {
        framework: {key: tuple(items.values()) for key, items in entries.items()}
        for framework, entries in found.items()
    }


@dataclass(frozen=True)
class _Named:
    """A control and its objectives, from its table or guardrail."""

    control: str
    objectives: tuple[str, ...]
    reason: str
    detective: bool
    means: bool = False


def _relation(item: _Named, objective: Objective) -> Literal["contributes", "checks", "supports"]:
    if item.means:
        return "supports"
    return "checks" if item.detective and not objective.detection else "contributes"


def _named() -> Iterator[_Named]:
    for name, entry in written_controls().items():
        marks = {key: entry.get(key, False) for key in ("detective", "means")}
        yield _Named(name, tuple(entry.get("objectives", ())), entry["statement"], **marks)
    for item in guardrails().values():
        yield _Named(item.control, item.objectives, scoped_reason(item.control, item.intent), item.detective)
