"""Assertions: what a rendered template has to hold for a control to be met. Data; `baseline.evidence` runs them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_COMPARISONS = ("is", "one_of", "at_least", "at_most", "holds", "matches", "present")


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """One value that has to be so in every resource that the assertion is about.

    Attributes:
        type: Resource type; rules inside conformance packs count as resources.
        path: Where the value is, from the resource's Properties; the data file says how it is written.
        comparison: `is`, `one_of`, `at_least`, `at_most`, `holds`, `matches` or `present`.
        expected: What the value is compared with.
        where: Path → regular expression: only resources whose values match are meant.
        either: Whether the control is content when other assertions marked so find their resource.
    """

    type: str
    path: str
    comparison: str
    expected: Any
    where: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    either: bool = False


@cache
def assertions() -> Mapping[str, tuple[Assertion, ...]]:
    """Control id → its assertions."""
    data = tomllib.loads(Path(__file__).with_name("assertions.toml").read_text(encoding="utf-8"))
    return {control: tuple(_read(entry) for entry in entries) for control, entries in data.items()}


def _read(entry: Mapping[str, Any]) -> Assertion:
    (comparison,) = (name for name in _COMPARISONS if name in entry)
    return Assertion(
        type=entry["type"],
        path=entry["path"],
        comparison=comparison,
        expected=entry[comparison],
        where={path: re.compile(pattern) for path, pattern in entry.get("where", {}).items()},
        either=entry.get("either", False),
    )
