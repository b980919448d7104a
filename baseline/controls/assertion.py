"""Assertions: the properties of a rendered template that prove a control. `baseline.evidence` evaluates them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from typing import Any

from baseline.controls.guardrail import Guardrail, guardrails
from baseline.controls.written import written_controls
from baseline.frozen import frozen

_COMPARISONS = ("is", "one_of", "at_least", "at_most", "holds", "matches", "present", "denies")
_POLICY = "AWS::Organizations::Policy"
WORD = re.compile(r"<[a-z_]+>")
"""Placeholder in a guardrail for a value of the profile."""


@frozen
class Assertion:
    """One expected value in every resource that the assertion applies to.

    Attributes:
        type: Resource type; rules inside conformance packs count as resources.
        path: Path of the value below the resource's Properties; the data file documents the syntax.
        comparison: `is`, `one_of`, `at_least`, `at_most`, `holds`, `matches`, `present` or `denies`.
        expected: The expected value.
        where: Path → regular expression: the assertion applies only to resources with matching values.
        either: Name of a group of assertions, of which one with a resource is sufficient; else empty.
        anywhere: Whether one resource is sufficient, regardless of the others.
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
    """Control id → its assertions; for a guardrail they require a policy with its denials at its targets."""
    written = {name: tuple(map(_read, entry["assertions"])) for name, entry in written_controls().items()}
    return written | {item.control: tuple(_of_guardrail(item)) for item in guardrails().values()}


def _of_guardrail(guardrail: Guardrail) -> Iterator[Assertion]:
    """Require a policy with the guardrail's denials or values, attached to its targets.

    Only a policy at the root applies to every account: some OUs, as in the stage `sandbox`, are not enough.
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
    """Comparison and expected value for a value of a document; values from the profile must only be present."""
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
