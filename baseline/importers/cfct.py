"""Import of a manifest of Customizations for AWS Control Tower, beside what an inventory says of the organization.

Keys: docs.aws.amazon.com/controltower/latest/userguide/cfct-manifest-file-resources-section.html.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from baseline.documents.template import NotATemplateError, read_data
from baseline.errors import ImportFileError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.importers.keys import entries_of
from baseline.importers.source import (
    LARGEST,
    Imported,
    file_below,
    items_of,
    mapping_of,
    section_of,
    text_of,
    texts_of,
    unused_path,
)
from baseline.profile.scaffold import Answers
from baseline.text.slug import slug

_MANIFEST = "manifest.yaml"
_VERSION = "2021-03-15"
_HINT = "choose a directory that contains the manifest.yaml of Customizations for AWS Control Tower"
_POLICY_TYPES: Mapping[str, str] = {"scp": "SERVICE_CONTROL_POLICY", "rcp": "RESOURCE_CONTROL_POLICY"}
_SUFFIXES = (".yaml", ".yml", ".json", ".template")
_LONGEST_KEY = 40
_REMOTE = ("s3://", "https://", "http://")
_HELPER = "$["
"""First part of a value that the pipeline looks up."""


def import_cfct(directory: Path, answers: Answers) -> Imported:
    """The answers with the manifest's resources as customizations and policies of one's own.

    Args:
        directory: The directory with `manifest.yaml`.
        answers: What is known of the organization: its accounts with their ids, and its units.

    Raises:
        ImportFileError: if the manifest has another version, or a file cannot be read.
    """
    path = directory / _MANIFEST
    document = mapping_of(_data(path), path, _HINT)
    if str(document.get("version")) != _VERSION:
        raise ImportFileError(
            f"{path}: version {document.get('version')!s}; {_VERSION} is read",
            hint="update the manifest first: docs.aws.amazon.com/controltower/latest/userguide/cfct-manifest-file.html",
        )
    if not isinstance(document.get("resources"), list):
        raise ImportFileError(f"{path}: resources is not a list", hint="correct the manifest")
    taken = _Taken(directory=directory, answers=answers)
    for item in items_of(document, "resources"):
        taken.take(item)
    return Imported(
        answers=replace(answers, found=taken.settings()),
        files=taken.files,
        entries=entries_of({"manifest": document}, "cfct"),
        remarks=tuple(taken.remarks),
    )


def _data(path: Path) -> Any:  # noqa: ANN401 - YAML data
    try:
        data, _ = read_data(read_file(path, limit=LARGEST).decode("utf-8", "replace"))
    except (UnreadableError, NotATemplateError) as error:
        raise ImportFileError(f"{path}: {error}", hint=_HINT) from error
    return data


@dataclass(kw_only=True)
class _Taken:
    """What has been taken over so far."""

    directory: Path
    answers: Answers
    stacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    policies: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def settings(self) -> Mapping[str, Mapping[str, Any]]:
        """Capability → settings, with those of the answers."""
        found = {name: dict(some) for name, some in self.answers.found.items()}
        if self.stacks:
            found["customizations"] = {"stacks": self.stacks}
        if self.policies:
            found["guardrails"] = {**found.get("guardrails", {}), "policies": self.policies}
        return found

    def take(self, item: Mapping[str, Any]) -> None:
        """Take one resource over, or say why not."""
        name, method, source = text_of(item, "name"), text_of(item, "deploy_method"), text_of(item, "resource_file")
        to, unknown = self._places(section_of(item, "deployment_targets"))
        if unknown:
            self.remarks.append(f"{name} omits {', '.join(unknown)}: the inventory has no such account or OU")
        reason = _obstacle(method, source, to)
        if reason:
            self.remarks.append(f"{name} is not imported: {reason}")
            return
        text = self._text(file_below(self.directory, source, f"resource {name}"), name, method)
        description = str(item.get("description") or "")
        if method in _POLICY_TYPES:
            path = unused_path("policies", name, ".json", self.files)
            policy = {"file": path, "type": _POLICY_TYPES[method], "name": name, "description": description, "to": to}
            self.policies.append(policy)
        else:
            path = unused_path("stacks", name, Path(source).suffix, self.files)
            self.stacks[self._key(name)] = self._stack(item, path, to, description)
        self.files[path] = text

    def _places(self, targets: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Places of the profile, and the targets that it does not have."""
        answers = self.answers
        by_name = {name: key for key, name in answers.names.items()}
        known = {
            **{key: key for key in answers.emails},
            **by_name,
            **{email.casefold(): key for key, email in answers.emails.items()},
            **{id_: key for key, id_ in answers.ids.items() if id_},
        }
        places, unknown = [], []
        for account in texts_of(targets, "accounts"):
            key = known.get(account) or known.get(account.casefold()) or known.get(account.zfill(12))
            places += [key] if key else []
            unknown += [] if key else [account]
        for unit in texts_of(targets, "organizational_units"):
            path = "root" if unit == "Root" else unit.replace(":", "/")
            is_known = path == "root" or path in answers.units
            places += [path] if is_known else []
            unknown += [] if is_known else [unit]
        return list(dict.fromkeys(places)), unknown

    def _text(self, path: Path, name: str, method: str) -> str:
        """The file's text; policies as readable JSON.

        Raises:
            ImportFileError: if it cannot be read.
        """
        try:
            data = read_file(path, limit=LARGEST)
            if method not in _POLICY_TYPES:
                return data.decode("utf-8")
            return json.dumps(parse_json(data), indent=2) + "\n"
        except (UnreadableError, UnicodeDecodeError) as error:
            raise ImportFileError(f"resource {name}: {path}: {error}", hint="correct the file") from error

    def _key(self, name: str) -> str:
        """A key for the stack: its name in lower case, a letter first."""
        stem = (slug(name).lstrip("0123456789-") or "stack")[:_LONGEST_KEY].rstrip("-")
        names = (stem, *(f"{stem[: _LONGEST_KEY - 4]}-{number}" for number in range(2, 1000)))
        return next(key for key in names if key not in self.stacks)

    def _stack(self, item: Mapping[str, Any], path: str, to: list[str], description: str) -> dict[str, Any]:
        values = dict(self._parameters(item))
        regions = [region for region in texts_of(item, "regions") if region != self.answers.home_region]
        found = {
            "file": path,
            "to": to,
            "regions": [*texts_of(item, "regions")] if regions else [],
            "description": description,
            "parameters": values,
        }
        return {name: value for name, value in found.items() if value}

    def _parameters(self, item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Name and value of each parameter that is known offline."""
        name = text_of(item, "name")
        pairs = [(text_of(it, "parameter_key"), it.get("parameter_value")) for it in items_of(item, "parameters")]
        if source := item.get("parameter_file"):
            path = file_below(self.directory, str(source), f"resource {name}")
            listed = {"items": _data(path)}
            pairs += [(text_of(it, "ParameterKey"), it.get("ParameterValue")) for it in items_of(listed, "items")]
        for key, value in pairs:
            text = ",".join(map(str, value)) if isinstance(value, list) else _plain(value)
            if _HELPER in text:
                self.remarks.append(f"{name}: the pipeline resolves the parameter {key} ({text})")
            else:
                yield key, text


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _obstacle(method: str, source: str, to: list[str]) -> str:
    """Why a resource cannot be taken over; "" if it can."""
    if method not in (*_POLICY_TYPES, "stack_set"):
        return f"the deploy method {method} is unknown"
    if source.casefold().startswith(_REMOTE):
        return f"{source} is not a file of the directory"
    if method == "stack_set" and Path(source).suffix not in _SUFFIXES:
        return f"{source} is not a template type that customizations accept ({', '.join(_SUFFIXES)})"
    return "" if to else "it has no targets"
