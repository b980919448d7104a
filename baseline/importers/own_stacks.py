"""Templates and policies of another tool, as customizations and user policies of the profile."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from baseline.errors import ImportFileError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.frozen import frozen
from baseline.importers.located import LARGEST, unreadable_at
from baseline.importers.source import unused_path
from baseline.profile.scaffold import Answers
from baseline.text.slug import slug

_SUFFIXES = (".yaml", ".yml", ".json", ".template")
_REMOTE = ("s3://", "https://", "http://")
_LONGEST_KEY = 40
_LONGEST_DESCRIPTION = 500


@frozen
class Deployment:
    """A template of another tool, and where it is deployed.

    Attributes:
        name: Its name there.
        suffix: The ending of its file.
        text: The template.
        to: Places of the profile.
        regions: Its Regions; empty for the home Region.
        description: Its description; "" for none.
        parameters: Values of its parameters.
        after: Names of the deployments that come first.
    """

    name: str
    suffix: str
    text: str
    to: tuple[str, ...]
    regions: tuple[str, ...] = ()
    description: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()


@dataclass(kw_only=True)
class OwnStacks:
    """Customizations and policies that have been converted so far, their files, and remarks."""

    home_region: str
    governed: Collection[str]
    stacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    policies: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)

    def add(self, item: Deployment) -> None:
        """Convert a template; Regions that the profile does not govern are left out and reported."""
        regions = [region for region in item.regions if region in self.governed]
        if left := [region for region in item.regions if region not in self.governed]:
            self.remarks.append(f"{item.name} omits {', '.join(left)}: not a governed Region")
        if item.regions and not regions:
            self.remarks.append(f"{item.name} is not imported: none of its Regions is governed")
            return
        key = self._key(item.name)
        path = unused_path("stacks", item.name, item.suffix, self.files)
        self.files[path] = item.text
        after = [f"custom-{self.keys[name]}" for name in item.after if name in self.keys]
        self.keys[item.name] = key
        found = {
            "file": path,
            "to": list(item.to),
            "regions": regions if regions != [self.home_region] else [],
            "description": _printable(item.description),
            "parameters": dict(item.parameters),
            "depends_on": after,
        }
        self.stacks[key] = {name: value for name, value in found.items() if value}

    def add_policy(self, *, name: str, text: str, type_: str, description: str, to: Collection[str]) -> None:
        """Convert a policy."""
        path = unused_path("policies", name, ".json", self.files)
        self.files[path] = text
        self.policies.append({"file": path, "type": type_, "name": name, "description": description, "to": list(to)})

    def settings(self, answers: Answers) -> Mapping[str, Mapping[str, Any]]:
        """Capability → settings, including the settings from the answers."""
        found = {name: dict(some) for name, some in answers.found.items()}
        if self.stacks:
            found["customizations"] = {"stacks": self.stacks}
        if self.policies:
            found["guardrails"] = {**found.get("guardrails", {}), "policies": self.policies}
        return found

    def _key(self, name: str) -> str:
        """A key for the stack: its name in lower case, starting with a letter."""
        stem = (slug(name).lstrip("0123456789-") or "stack")[:_LONGEST_KEY].rstrip("-")
        names = (stem, *(f"{stem[: _LONGEST_KEY - 4]}-{number}" for number in range(2, 1000)))
        return next(key for key in names if key not in self.stacks)


def obstacle(source: str, *, is_template: bool = True) -> str:
    """Why a file cannot be used under its path; "" if it can."""
    if source.casefold().startswith(_REMOTE):
        return f"{source} is not a file of the directory"
    if is_template and Path(source).suffix not in _SUFFIXES:
        return f"{source} is not a template type that customizations accept ({', '.join(_SUFFIXES)})"
    return ""


def template_text(path: Path, what: str) -> str:
    """The text of a template.

    Raises:
        ImportFileError: if it cannot be read.
    """
    try:
        return read_file(path, limit=LARGEST).decode("utf-8")
    except (UnreadableError, UnicodeDecodeError) as error:
        raise ImportFileError(f"{what}: {unreadable_at(path, error)}", hint="correct the file") from error


def policy_text(path: Path, what: str) -> str:
    """A policy as readable JSON.

    Raises:
        ImportFileError: if it cannot be read, or is not JSON.
    """
    try:
        return json.dumps(parse_json(read_file(path, limit=LARGEST)), indent=2) + "\n"
    except UnreadableError as error:
        raise ImportFileError(f"{what}: {unreadable_at(path, error)}", hint="correct the file") from error


def parameter_text(value: object) -> str:
    """A parameter's value in CloudFormation's format: lists are joined with commas."""
    if isinstance(value, list):
        return ",".join(map(parameter_text, value))
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


T = TypeVar("T")


def by_dependency(items: Iterable[T], name: Callable[[T], str], after: Callable[[T], Collection[str]]) -> Iterator[T]:
    """The items in an order in which each follows its dependencies; circular dependencies keep their order."""
    left = list(items)
    names, done = {name(item) for item in left}, set[str]()
    while left:
        item = next((it for it in left if set(after(it)) & names <= done), left[0])
        left.remove(item)
        done.add(name(item))
        yield item


def without_repeats(places: Iterator[str] | Collection[str]) -> tuple[str, ...]:
    """The places in their order, each once."""
    return tuple(dict.fromkeys(places))


def _printable(text: str) -> str:
    """The text as a description of a stack: ASCII in one line."""
    plain = "".join(letter if " " <= letter <= "~" else " " for letter in text)
    return " ".join(plain.split())[:_LONGEST_DESCRIPTION]
