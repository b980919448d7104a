"""Organization-defined parameters of NIST SP 800-53 that values of the profile answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import tomli

_FILE = Path(__file__).with_name("parameters.toml")

FRAMEWORKS = ("nist-800-53-r5", "fedramp-moderate-r5")
"""Frameworks whose requirements have these parameters, by the same ids."""


@dataclass(frozen=True, kw_only=True)
class ParameterPart:
    """A part of a parameter's answer.

    Attributes:
        pointer: Matches the pointers of the observations that have the value.
        text: The answer, with `{value}` and `{resources}`.
        value: The only value for which the part is an answer; None for any.
    """

    pointer: re.Pattern[str]
    text: str
    value: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter, and where its answer comes from.

    Attributes:
        id: Its id in NIST's OSCAL catalog.
        requirement: Id of the requirement that has it.
        control: Id of the control whose observations have the values.
        setting: Dotted path of the setting that decides it.
        parts: The parts of the answer.
    """

    id: str
    requirement: str
    control: str
    setting: str
    parts: tuple[ParameterPart, ...]


@cache
def parameters() -> Mapping[str, tuple[Parameter, ...]]:
    """Requirement id → its parameters."""
    found: dict[str, tuple[Parameter, ...]] = {}
    for name, entry in tomli.loads(_FILE.read_text(encoding="utf-8")).items():
        parts = tuple(ParameterPart(**{**part, "pointer": re.compile(part["pointer"])}) for part in entry["parts"])
        item = Parameter(id=name, **{**entry, "parts": parts})
        found[item.requirement] = (*found.get(item.requirement, ()), item)
    return found
