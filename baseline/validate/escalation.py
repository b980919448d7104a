"""Known methods of privilege escalation with IAM actions: the table in `escalation.toml`."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.frozen import frozen


class Kind(StrEnum):
    """A kind of escalation; `escalation.toml` explains each."""

    CHANGE = "change"
    EMPOWER = "empower"
    PASS = "pass"  # noqa: S105 - no password: a role is passed
    EXISTING = "existing"


@frozen
class Method:
    """A method of privilege escalation.

    Attributes:
        actions: Actions that it needs together, in lower case; the first one escalates.
        target: Kinds of resource, one of which a policy must cover; empty for any kind.
        service: Service principal that the role is passed to, without the domain; `*` is every service.
        sources: Public descriptions, abbreviated as in the table.
    """

    id: str
    kind: Kind
    actions: tuple[str, ...]
    sources: tuple[str, ...]
    target: tuple[str, ...] = ()
    service: str = ""


@cache
def escalation_methods() -> tuple[Method, ...]:
    """Every known method, in the order of the table."""
    return tuple(_method(name, entry) for name, entry in _table().items())


@cache
def action_names() -> frozenset[str]:
    """Every action of the table, as AWS spells it."""
    return frozenset(action for entry in _table().values() for action in entry["actions"])


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomli.loads(Path(__file__).with_name("escalation.toml").read_text(encoding="utf-8"))


def _method(name: str, entry: Mapping[str, Any]) -> Method:
    return Method(
        id=name,
        kind=Kind(entry["kind"]),
        actions=tuple(action.lower() for action in entry["actions"]),
        sources=tuple(entry["sources"]),
        target=tuple(entry.get("target", ())),
        service=entry.get("service", ""),
    )
