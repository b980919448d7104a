"""Import of a manifest of Customizations for AWS Control Tower, together with an inventory of the organization.

Keys: docs.aws.amazon.com/controltower/latest/userguide/cfct-manifest-file-resources-section.html.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from baseline.errors import ImportFileError
from baseline.frozen import frozen
from baseline.importers.keys import entries_of
from baseline.importers.located import SourceReader, file_below, said_at
from baseline.importers.own_stacks import (
    Deployment,
    OwnStacks,
    obstacle,
    parameter_text,
    policy_text,
    template_text,
    without_repeats,
)
from baseline.importers.source import Imported, items_of, section_of, text_of, texts_of
from baseline.profile.scaffold import Answers

_MANIFEST = "manifest.yaml"
_VERSION = "2021-03-15"
_HINT = "choose a directory that contains the manifest.yaml of Customizations for AWS Control Tower"
_POLICY_TYPES: Mapping[str, str] = {"scp": "SERVICE_CONTROL_POLICY", "rcp": "RESOURCE_CONTROL_POLICY"}
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
    reader = SourceReader(directory=directory, hint=_HINT)
    path = directory / _MANIFEST
    document = reader.mapping(path)
    if str(document.get("version")) != _VERSION:
        said = said_at(document, f"version {document.get('version')!s}; {_VERSION} is read", "version")
        url = "docs.aws.amazon.com/controltower/latest/userguide/cfct-manifest-file.html"
        raise ImportFileError(said, hint=f"update the manifest first: {url}")
    if not isinstance(document.get("resources"), list):
        raise ImportFileError(said_at(document, "resources is not a list", "resources"), hint="correct the manifest")
    stacks = OwnStacks(home_region=answers.home_region, governed=answers.regions)
    manifest = _Manifest(reader=reader, answers=answers, stacks=stacks)
    for item in items_of(document, "resources"):
        manifest.take(item)
    return Imported(
        answers=replace(answers, found=stacks.settings(answers)),
        files=stacks.files,
        entries=entries_of({"manifest": document}, "cfct"),
        remarks=tuple(stacks.remarks),
    )


@frozen
class _Manifest:
    """A manifest, the known facts about the organization, and the converted resources so far."""

    reader: SourceReader
    answers: Answers
    stacks: OwnStacks

    def take(self, item: Mapping[str, Any]) -> None:
        """Convert one resource, or report why it cannot be converted."""
        name, method, source = text_of(item, "name"), text_of(item, "deploy_method"), text_of(item, "resource_file")
        to, unknown = self._places(section_of(item, "deployment_targets"))
        if unknown:
            self.stacks.remarks.append(f"{name} omits {', '.join(unknown)}: the inventory has no such account or OU")
        if reason := _obstacle(method, source, to):
            self.stacks.remarks.append(f"{name} is not imported: {reason}")
            return
        what = said_at(item, f"resource {name}", "resource_file")
        path = file_below(self.reader.directory, source, what)
        description = str(item.get("description") or "")
        if method in _POLICY_TYPES:
            text, type_ = policy_text(path, what), _POLICY_TYPES[method]
            self.stacks.add_policy(name=name, text=text, type_=type_, description=description, to=to)
            return
        self.stacks.add(
            Deployment(
                name=name,
                suffix=Path(source).suffix,
                text=template_text(path, what),
                to=to,
                regions=texts_of(item, "regions"),
                description=description,
                parameters=dict(self._parameters(item)),
            )
        )

    def _places(self, targets: Mapping[str, Any]) -> tuple[tuple[str, ...], list[str]]:
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
        return without_repeats(places), unknown

    def _parameters(self, item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Name and value of each parameter that is known offline."""
        name = text_of(item, "name")
        pairs = [(text_of(it, "parameter_key"), it.get("parameter_value")) for it in items_of(item, "parameters")]
        if source := item.get("parameter_file"):
            path = file_below(self.reader.directory, str(source), said_at(item, f"resource {name}", "parameter_file"))
            listed = {"items": self.reader.read(path)}
            pairs += [(text_of(it, "ParameterKey"), it.get("ParameterValue")) for it in items_of(listed, "items")]
        for key, value in pairs:
            text = parameter_text(value)
            if _HELPER in text:
                self.stacks.remarks.append(f"{name}: the pipeline resolves the parameter {key} ({text})")
            else:
                yield key, text


def _obstacle(method: str, source: str, to: tuple[str, ...]) -> str:
    """The reason why a resource cannot be converted; "" if it can."""
    if method not in (*_POLICY_TYPES, "stack_set"):
        return f"the deploy method {method} is unknown"
    return obstacle(source, is_template=method == "stack_set") or ("" if to else "it has no targets")
