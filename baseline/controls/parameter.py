"""Organization-defined parameters of NIST SP 800-53 and SP 800-171 that the profile sets."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.frozen import frozen

_FILE = Path(__file__).with_name("parameters.toml")

FRAMEWORKS = ("nist-800-53-r5", "fedramp-moderate-r5")
"""Frameworks whose requirements have the parameters of SP 800-53, by the same ids."""


@frozen
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


@frozen
class Parameter:
    """A parameter, and where its answer comes from.

    Attributes:
        id: Its id in NIST's OSCAL catalog.
        frameworks: Ids of the frameworks whose requirement has it.
        requirement: Id of the requirement that has it.
        control: Id of the control whose observations have the values.
        setting: Dotted path of the setting that decides it.
        parts: The parts of the answer.
    """

    id: str
    frameworks: tuple[str, ...]
    requirement: str
    control: str
    setting: str
    parts: tuple[ParameterPart, ...]


@cache
def parameters() -> tuple[Parameter, ...]:
    """Every parameter, in the order of the file."""
    written = tomli.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(
        _parameter(name, {**written[entry["like"]], **entry} if "like" in entry else entry)
        for name, entry in written.items()
    )


def _parameter(name: str, entry: Mapping[str, Any]) -> Parameter:
    return Parameter(
        id=name,
        frameworks=(entry["framework"],) if "framework" in entry else FRAMEWORKS,
        requirement=entry["requirement"],
        control=entry["control"],
        setting=entry["setting"],
        parts=tuple(ParameterPart(**{**part, "pointer": re.compile(part["pointer"])}) for part in entry["parts"]),
    )
