"""The compliance frameworks that a profile may name, with all requirements of each: frameworks/<id>.toml."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import tomli

from baseline.controls.objective import Contribution, contributions
from baseline.controls.requirement import ControlMapping, Requirement, read_requirement

_DIRECTORY = Path(__file__).with_name("frameworks")


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A framework.

    Attributes:
        file: The file that defines it.
        title: The title, with the version.
        version: The publisher's version number.
        source: Address of the publisher's page.
        catalog: Address of the OSCAL catalog that has its ids; empty if there is none.
        oscal_profile: Address of the OSCAL profile that selects its controls from the catalog; empty if there is none.
        as_of: The date, ISO 8601, on which its list of requirements was read.
        minimum_log_retention_days: None if the framework's text names no period.
        retention_source: Source of that period.
    """

    file: Path
    title: str
    version: str
    source: str
    as_of: str
    catalog: str = ""
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
            found[name] = read_requirement(file.stem, name, {**entry, "controls": controls})
        except ValueError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return found


def _contributing(key: str, entry: Mapping[str, Any], found: Sequence[Contribution]) -> list[dict[str, str]]:
    """Mappings that follow from objectives; mappings of the requirement itself take precedence.

    Raises:
        ValueError: if the requirement follows another one, or excludes a control that does not have its objective.
    """
    if found and "same_as" in entry:
        raise ValueError(f"{key}: an objective names it, and it follows {entry['same_as']}")
    without = entry.get("without", {})
    needless = sorted(without.keys() - {item.control for item in found})
    if needless:
        raise ValueError(f"{key}: without names {', '.join(needless)}, which no objective brings")
    said = {*(item.get("id") for item in entry.get("controls", ())), *without}
    pairs = (item for item in found if item.control not in said)
    return [{"id": item.control, "relation": item.relation, "reason": item.reason} for item in pairs]


def _resolved(item: Requirement, directory: Path, seen: tuple[str, ...]) -> Requirement:
    """The requirement, completed from the requirement that its `same_as` names."""
    if not item.same_as:
        return item
    if item.same_as in seen:
        raise ValueError(f"{item.key}: same_as is circular: {' → '.join((*seen, item.same_as))}")
    framework, _, name = item.same_as.partition("/")
    file = directory / f"{framework}.toml"
    known = _written(file) if file.is_file() else {}
    if name not in known:
        raise ValueError(f"{item.key}: same_as names {item.same_as}, which is not a requirement")
    other = _resolved(known[name], directory, (*seen, item.same_as))
    return replace(
        item,
        gist=item.gist or other.gist,
        title=item.title or other.title,
        controls=item.controls or other.controls,
        manual=item.manual or other.manual,
        inherited=item.inherited or other.inherited,
    )
