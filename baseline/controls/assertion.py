"""Assertions: what a rendered template has to hold for a control to be met. Data; `baseline.evidence` runs them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from baseline.controls.guardrail import Guardrail, guardrails
from baseline.controls.written import written_controls

_COMPARISONS = ("is", "one_of", "at_least", "at_most", "holds", "matches", "present", "denies")
_POLICY = "AWS::Organizations::Policy"
WORD = re.compile(r"<[a-z_]+>")
"""Stands in a guardrail for what the profile fills in."""


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """One value that has to be so in every resource that the assertion is about.

    Attributes:
        type: Resource type; rules inside conformance packs count as resources.
        path: Where the value is, from the resource's Properties; the data file says how it is written.
        comparison: `is`, `one_of`, `at_least`, `at_most`, `holds`, `matches`, `present` or `denies`.
        expected: What the value is compared with.
        where: Path → regular expression: only resources whose values match are meant.
        either: Name of a group of assertions, of which one that finds its resource is enough; else empty.
        anywhere: Whether one resource is enough, whatever the others say.
    """

    type: str
    path: str
    comparison: str
    expected: Any
    where: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    either: str = ""
    anywhere: bool = False


@cache
def assertions() -> Mapping[str, tuple[Assertion, ...]]:
    """Control id → its assertions; those of a guardrail say that some policy has what it denies where it has to be."""
    written = {name: tuple(map(_read, entry["assertions"])) for name, entry in written_controls().items()}
    return written | {item.control: tuple(_of_guardrail(item)) for item in guardrails().values()}


def _of_guardrail(guardrail: Guardrail) -> Iterator[Assertion]:
    """That some policy has what the guardrail denies, or the values that it sets, and binds whom it is for.

    Only the root binds every account: attached to some units, as in the stage `sandbox`, one for all is not met.
    """
    place = r"^\$\{OrganizationRootId\}$" if guardrail.to == "root" else "."
    attached = {"Type": re.compile(f"^{guardrail.type}\\Z"), "TargetIds/*": re.compile(place)}
    for statement in guardrail.statements:
        if all(WORD.fullmatch(action) for action in statement.get("Action", ("*",))):
            continue  # nothing is denied where the profile names nothing
        yield Assertion(
            type=_POLICY,
            path="Content/Statement/*",
            comparison="denies",
            expected=statement,
            where=attached,
            anywhere=True,
        )
    for path, value in _leaves(guardrail.document):
        comparison, expected = _compared(value)
        yield Assertion(
            type=_POLICY,
            path=f"Content/{path}",
            comparison=comparison,
            expected=expected,
            where=attached,
            anywhere=True,
        )


def _compared(value: Any) -> tuple[str, Any]:  # noqa: ANN401 - plain data
    """How a value of a document is looked for; what the profile fills in only has to be there."""
    if WORD.search(str(value)):
        return "present", True
    if str(value).startswith("arn:aws:"):
        return "matches", f"^{re.escape(value).replace('aws', '.*', 1)}$"  # templates leave the partition open
    return ("holds", value) if isinstance(value, list) else ("is", value)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - plain data
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{path}/{'*' if WORD.search(key) else key}".lstrip("/"))
    elif value != []:
        yield path, value


def _read(entry: Mapping[str, Any]) -> Assertion:
    (comparison,) = (name for name in _COMPARISONS if name in entry)
    return Assertion(
        type=entry["type"],
        path=entry["path"],
        comparison=comparison,
        expected=entry[comparison],
        where={path: re.compile(pattern) for path, pattern in entry.get("where", {}).items()},
        either=entry.get("either", ""),
    )
