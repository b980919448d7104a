"""The compliance frameworks that a profile may name, and every requirement of each: frameworks/<id>.toml."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from baseline.controls.requirement import ControlMapping, Requirement, read_requirement

_DIRECTORY = Path(__file__).with_name("frameworks")


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A framework.

    Attributes:
        id: As profiles name it.
        title: With its version.
        version: Its publisher's.
        source: Address of the publisher's page.
        as_of: The date, ISO 8601, on which its list of requirements was read.
        minimum_log_retention_days: None where the framework's text names no period.
        retention_source: Where it does.
    """

    id: str
    title: str
    version: str
    source: str
    as_of: str
    minimum_log_retention_days: int | None = None
    retention_source: str = ""

    @cached_property
    def requirements(self) -> Mapping[str, Requirement]:
        """Id → requirement, every one, in the order of the framework; read when first asked for.

        Raises:
            ValueError: with every mistake of the file, and of those that it refers to.
        """
        return {name: _resolved(item, (item.key,)) for name, item in _written(self.id).items()}


@cache
def framework_ids() -> tuple[str, ...]:
    """The ids of all frameworks, sorted, without reading them."""
    return tuple(sorted(path.stem for path in _DIRECTORY.glob("*.toml")))


@cache
def frameworks() -> Mapping[str, Framework]:
    """Every framework by id."""
    return {name: _head(name) for name in framework_ids()}


@cache
def requirements_of(control: str) -> Mapping[str, Mapping[str, ControlMapping]]:
    """Framework id → requirement id → how the control counts for it."""
    return _by_control().get(control, {})


@cache
def _by_control() -> Mapping[str, Mapping[str, Mapping[str, ControlMapping]]]:
    found: dict[str, dict[str, dict[str, ControlMapping]]] = defaultdict(lambda: defaultdict(dict))
    for framework in frameworks().values():
        for requirement in framework.requirements.values():
            for item in requirement.controls:
                found[item.control][framework.id][requirement.id] = item
    return found


def _text(name: str) -> str:
    return (_DIRECTORY / f"{name}.toml").read_text(encoding="utf-8")


def _head(name: str) -> Framework:
    """What stands before the first requirement: profiles need no more, and reading hundreds of them takes time."""
    head = tomllib.loads(_text(name).partition("\n[requirements.")[0])
    return Framework(id=name, **{key: value for key, value in head.items() if key != "every"})


@cache
def _written(name: str) -> Mapping[str, Requirement]:
    data = tomllib.loads(_text(name))
    every = data.get("every", ())
    found, mistakes = {}, []
    for key, entry in data["requirements"].items():
        try:
            found[key] = read_requirement(name, key, {**entry, "controls": [*entry.get("controls", ()), *every]})
        except ValueError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return found


def _resolved(item: Requirement, seen: tuple[str, ...]) -> Requirement:
    """The requirement with what the one that asks for the same has, where it says nothing itself."""
    if not item.same_as:
        return item
    if item.same_as in seen:
        raise ValueError(f"{item.key}: same_as goes round: {' → '.join((*seen, item.same_as))}")
    framework, _, name = item.same_as.partition("/")
    known = _written(framework) if framework in framework_ids() else {}
    if name not in known:
        raise ValueError(f"{item.key}: same_as names {item.same_as}, which there is not")
    other = _resolved(known[name], (*seen, item.same_as))
    return replace(
        item,
        gist=item.gist or other.gist,
        controls=item.controls or other.controls,
        manual=item.manual or other.manual,
        inherited=item.inherited or other.inherited,
    )
