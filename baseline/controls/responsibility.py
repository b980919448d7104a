"""The shared responsibility matrix: responsibilities by kind of service and by capability."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.areas import capability_files
from baseline.frozen import frozen


@frozen
class Duty:
    """The responsible party for one kind of service.

    Attributes:
        who: `aws`, `customer` or `both`.
        what: Each party's part, in one sentence.
        source: Address of the page that documents it.
    """

    who: str
    what: str
    source: str


@frozen
class Area:
    """A task, with the responsible party for each kind of service."""

    title: str
    duties: Mapping[str, Duty]


@frozen
class Share:
    """The parts of AWS, the baseline and the customer in one capability."""

    aws: str
    baseline: str
    customer: str


@frozen
class Responsibility:
    """The matrix: kind of service → its description; every area; capability → its shares."""

    types: Mapping[str, str]
    areas: tuple[Area, ...]
    capabilities: Mapping[str, Share]


@cache
def responsibility() -> Responsibility:
    """The matrix, in the order of the data file and of the capabilities."""
    data = tomli.loads(Path(__file__).with_name("responsibility.toml").read_text(encoding="utf-8"))
    return Responsibility(
        types=data["types"],
        areas=tuple(_area(entry, data) for entry in data["areas"].values()),
        capabilities=dict(_shares()),
    )


def _shares() -> Iterator[tuple[str, Share]]:
    for directory, file in capability_files("responsibility.toml"):
        yield directory.rpartition("/")[2], Share(**tomli.loads(file.read_text(encoding="utf-8")))


def _area(entry: Mapping[str, Any], data: Mapping[str, Any]) -> Area:
    duties = {
        kind: Duty(who=entry[kind]["who"], what=entry[kind]["what"], source=data["sources"][entry[kind]["source"]])
        for kind in data["types"]
    }
    return Area(title=entry["title"], duties=duties)
