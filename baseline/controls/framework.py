"""The compliance frameworks that a profile may name, with all requirements of each: frameworks/<id>.toml."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import tomli

from baseline.controls.guardrail import scoped_reason
from baseline.controls.objective import Contribution, contributions
from baseline.controls.requirement import PARTS, WEAKER, ControlMapping, Requirement, read_requirement
from baseline.frozen import frozen

_DIRECTORY = Path(__file__).with_name("frameworks")


@frozen
class Framework:
    """A framework.

    Attributes:
        file: The file that defines it.
        title: The title, with the version.
        version: The publisher's version number.
        source: Address of the publisher's page.
        catalog: Address of the OSCAL catalog that has its ids; empty if there is none.
        oscal_control: Form of the ids of controls in that catalog, with `{id}`; empty if they are the framework's.
        oscal_statement: Form of the ids of their statements; empty for NIST's usual form.
        oscal_profile: Address of the OSCAL profile that selects its controls from the catalog; empty if there is none.
        as_of: The date, ISO 8601, on which its list of requirements was read.
        covers: Contents and omissions of the list, if it is not the publisher's whole list; else empty.
        minimum_log_retention_days: None if the framework's text names no period.
        retention_source: Source of that period.
    """

    file: Path
    title: str
    version: str
    source: str
    as_of: str
    covers: str = ""
    catalog: str = ""
    oscal_control: str = ""
    oscal_statement: str = ""
    oscal_profile: str = ""
    minimum_log_retention_days: int | None = None
    retention_source: str = ""

    @property
    def id(self) -> str:
        """The framework's id in profiles."""
        return self.file.stem

    @cached_property
    def sha256(self) -> str:
        """Digest of the file with the requirements and mappings."""
        return sha256(self.file.read_bytes()).hexdigest()

    @cached_property
    def requirements(self) -> Mapping[str, Requirement]:
        """Requirement id → requirement, in the order of the framework; read on first use.

        Raises:
            ValueError: with every problem of the file and of the files that it refers to.
        """
        return {name: _resolved(item, self.file.parent, (item.key,)) for name, item in _written(self.file).items()}


@cache
def framework_ids() -> tuple[str, ...]:
    """The ids of all frameworks, sorted, without reading them."""
    return tuple(sorted(path.stem for path in _DIRECTORY.glob("*.toml")))


@cache
def frameworks() -> Mapping[str, Framework]:
    """Every framework by id."""
    return {name: read_framework(_DIRECTORY / f"{name}.toml") for name in framework_ids()}


def read_framework(file: Path) -> Framework:
    """The framework in a file; only its head is read.

    Profiles need only the head, and parsing hundreds of requirements is slow.
    """
    head = tomli.loads(file.read_text(encoding="utf-8").partition("\n[requirements.")[0])
    return Framework(file=file, **{key: value for key, value in head.items() if key != "every"})


@cache
def requirements_of(control: str) -> Mapping[str, Mapping[str, ControlMapping]]:
    """Framework id → requirement id → the mapping of the control to the requirement."""
    return _by_control().get(control, {})


@cache
def _by_control() -> Mapping[str, Mapping[str, Mapping[str, ControlMapping]]]:
    found: dict[str, dict[str, dict[str, ControlMapping]]] = defaultdict(lambda: defaultdict(dict))
    for framework in frameworks().values():
        for requirement in framework.requirements.values():
            for item in requirement.controls:
                found[item.control][framework.id][requirement.id] = item
    return found


@cache
def _written(file: Path) -> Mapping[str, Requirement]:
    """The requirements of the file, with the controls that contribute through an objective.

    The controls under `every` contribute to each requirement, and evaluate it by its id.
    """
    data = tomli.loads(file.read_text(encoding="utf-8"))
    by_objective = contributions().get(file.stem, {}) if file.parent == _DIRECTORY else {}
    unknown = sorted(by_objective.keys() - data["requirements"])
    found, mistakes = {}, [f"{file.stem}/{name}: an objective names it, and it is no requirement" for name in unknown]
    for name, entry in data["requirements"].items():
        every = [{**item, "judges": [name]} for item in data.get("every", ())]
        controls = [*entry.get("controls", ()), *every]
        try:
            controls += _contributing(f"{file.stem}/{name}", entry, by_objective.get(name, ()))
            controls = [_scoped(item) for item in controls]
            found[name] = read_requirement(file.stem, name, {**entry, "controls": controls})
        except ValueError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return found


def _scoped(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The mapping, with a note in its reason if it covers member accounts only."""
    if not item.keys() >= {"id", "reason"}:
        return item
    return {**item, "reason": scoped_reason(item["id"], item["reason"])}


def _contributing(key: str, entry: Mapping[str, Any], found: Sequence[Contribution]) -> list[dict[str, str]]:
    """Mappings that follow from objectives; mappings of the requirement itself take precedence.

    Raises:
        ValueError: if the requirement follows others, or excludes a control that does not have its objective.
    """
    others = entry.get("same_as") or ", ".join(entry.get("sources", ()))
    if found and others:
        raise ValueError(f"{key}: an objective names it, and it follows {others}")
    if not others:
        _refuse_needless(key, entry.get("without", ()), {item.control for item in found}, "objective")
    said = {*(item.get("id") for item in entry.get("controls", ())), *entry.get("without", ())}
    pairs = (item for item in found if item.control not in said)
    return [{"id": item.control, "relation": item.relation, "reason": item.reason} for item in pairs]


def _refuse_needless(key: str, without: Iterable[str], brought: Iterable[str], origin: str) -> None:
    """Raise an error if the requirement excludes controls that no source contributes."""
    if needless := sorted(set(without).difference(brought)):
        raise ValueError(f"{key}: without names {', '.join(needless)}, which no {origin} brings")


def _resolved(item: Requirement, directory: Path, seen: tuple[str, ...]) -> Requirement:
    """The requirement, completed from the requirements that its `same_as` or `sources` name."""
    if item.sources:
        return replace(item, controls=_with_sources(item, directory, seen))
    if not item.same_as:
        return item
    other = _named(item, item.same_as, "same_as", directory, seen)
    return replace(
        item,
        gist=item.gist or other.gist,
        title=item.title or other.title,
        controls=item.controls or other.controls,
        manual=item.manual or other.manual,
        inherited=item.inherited or other.inherited,
    )


def _with_sources(item: Requirement, directory: Path, seen: tuple[str, ...]) -> tuple[ControlMapping, ...]:
    """The controls of the requirement and of its sources, each once.

    A source is not equal to the requirement: a control that satisfies the source only contributes here, and a control
    that detects every violation of the source only checks. A control of several sources has the strongest of its
    relations.
    """
    own = {one.control for one in item.controls}
    found: dict[str, ControlMapping] = {}
    for key in item.sources:
        for one in _named(item, key, "sources", directory, seen).controls:
            mapping = replace(one, relation=WEAKER.get(one.relation, one.relation))
            earlier = found.get(one.control)
            if not earlier or PARTS.index(mapping.relation) < PARTS.index(earlier.relation):
                found[one.control] = mapping
    _refuse_needless(item.key, item.without, found.keys(), "source")
    return (*item.controls, *(one for name, one in found.items() if name not in {*own, *item.without}))


def _named(item: Requirement, key: str, by: str, directory: Path, seen: tuple[str, ...]) -> Requirement:
    """The requirement of another framework that a key of the requirement names."""
    if key in seen:
        raise ValueError(f"{item.key}: {by} is circular: {' → '.join((*seen, key))}")
    framework, _, name = key.partition("/")
    file = directory / f"{framework}.toml"
    known = _written(file) if file.is_file() else {}
    if name not in known:
        raise ValueError(f"{item.key}: {by} names {key}, which is not a requirement")
    return _resolved(known[name], directory, (*seen, key))
