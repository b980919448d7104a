"""Organization policies that a profile names by file, parsed with the places of their values."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path, PurePosixPath
from typing import Any

from baseline.capabilities.organization.guardrails.settings import GuardrailsSettings
from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.profile.document import parse_document
from baseline.profile.model import Profile
from baseline.profile.problem_ids import problem
from baseline.profile.source import decode, read_bytes
from baseline.profile.tree import KeyPath, Place, Tree, find, plain


@frozen
class PolicyFiles:
    """The content of the policy files.

    Attributes:
        trees: Path as written in the profile → the policy, with places.
        problems: Problems of unusable files.
        paths: Every file that was read.
    """

    trees: Mapping[str, Tree] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()
    paths: tuple[Path, ...] = ()

    @property
    def documents(self) -> Mapping[str, Any]:
        """Path as written in the profile → the policy as plain data."""
        return {name: plain(tree) for name, tree in self.trees.items()}


def read_policy_files(tree: Tree, profile: Profile) -> PolicyFiles:
    """Every file under capabilities.guardrails.policies, relative to the profile that names it."""
    settings = profile.capabilities["guardrails"]
    trees: dict[str, Tree] = {}
    problems: list[Finding] = []
    paths: dict[Path, None] = {}
    for number, item in enumerate(settings.policies if isinstance(settings, GuardrailsSettings) else ()):
        path: KeyPath = ("capabilities", "guardrails", "policies", number, "file")
        named = find(tree, path).tree.place
        file = Path(named.file).parent / item.file
        outside = why_outside(Path(named.file).parent, item.file)
        if outside:
            problems.append(problem("policy-file", named, path, f"{item.file}: {outside}"))
            continue
        content = read_bytes(file)
        if isinstance(content, Finding):
            problems.append(problem("policy-file", named, path, f"{item.file}: {content.message}"))
            continue
        paths[file] = None
        read, found = _read(content, str(file), path)
        problems += found
        if read is not None:
            trees[item.file] = read
    return PolicyFiles(trees=trees, problems=tuple(problems), paths=tuple(paths))


def why_outside(directory: Path, name: str) -> str:
    """The reason why the file may not be read; empty if it is below the directory."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        return "a path that leaves the profile's directory"
    try:
        inside = (directory / name).resolve().is_relative_to(directory.resolve())
    except OSError:
        return "the path cannot be followed"
    return "" if inside else "a link that leaves the profile's directory"


def _read(content: bytes, file: str, path: KeyPath) -> tuple[Tree | None, list[Finding]]:
    text = decode(content, file)
    if isinstance(text, Finding):
        return None, [text]
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        where, why = _what(error, text)
        return None, [problem("policy-json", _place(file, text, where), path, f"not JSON: {why}")]
    except (ValueError, RecursionError) as error:
        return None, [problem("policy-json", Place(file, 1, 1), path, f"not JSON: {error}")]
    # Every JSON text is YAML, except for tabs between its parts, and the YAML reader keeps places.
    tree, problems = parse_document(text.replace("\t", " "), file)
    return tree, list(_renamed(problems))


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _what(error: json.JSONDecodeError, text: str) -> tuple[int, str]:
    """Offset and description of a JSON error; Python versions differ for a comma after the last item."""
    comma = len(text[: error.pos + 1].rstrip("}] \t\r\n")) - 1
    if comma >= 0 and text[comma] == "," and text[comma + 1 :].lstrip()[:1] in ("}", "]"):
        return comma, "a comma after the last item"
    return error.pos, error.msg[:1].lower() + error.msg[1:]


def _place(file: str, text: str, position: int) -> Place:
    before = text[:position]
    return Place(file, before.count("\n") + 1, position - before.rfind("\n"))


def _renamed(problems: list[Finding]) -> Iterator[Finding]:
    """The problems with ids for policies: an empty or wrongly typed file is an invalid JSON policy."""
    for item in problems:
        place = Place(item.location.file, item.location.line, item.location.column)
        if item.id in {"profile-type", "profile-empty"}:
            yield problem("policy-json", place, (), "not a policy: the file contains no JSON object")
        else:
            yield item
