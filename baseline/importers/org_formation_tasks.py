"""Tasks of org-formation: stacks that CloudFormation can create without it become customizations.

Tasks: github.com/org-formation/org-formation-cli, docs/task-files.md; bindings: docs/cloudformation-resources.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from baseline.errors import ImportFileError
from baseline.frozen import frozen
from baseline.importers.located import SourceReader, file_below, said_at
from baseline.importers.org_formation_model import ALL, Organization, UnknownValueError, Values
from baseline.importers.org_formation_template import bound_template
from baseline.importers.own_stacks import (
    Deployment,
    by_dependency,
    obstacle,
    parameter_text,
    template_text,
    without_repeats,
)
from baseline.importers.source import section_of, text_of

_DEEPEST = 10
_SECTIONS = ("Parameters", "Mappings", "Metadata")
_OTHERS: Mapping[str, str] = {
    "annotate-organization": "the profile is the organization",
    "copy-to-s3": "files in buckets are not part of the baseline",
    "register-type": "write a template with AWS::CloudFormation::ResourceVersion and its execution role",
    "update-cdk": "use the template that `cdk synth` writes as a customization",
    "update-serverless.com": "a customization accepts CloudFormation templates only",
    "apply-tf": "Terraform stays beside the baseline",
}


@frozen
class _File:
    """A tasks file: the values of its parameters, and the files that include it."""

    path: Path
    values: Values
    chain: tuple[Path, ...]


@frozen
class Tasks:
    """Stacks, remarks and tasks that have been read so far.

    Attributes:
        keys: Logical name of each account → its key in the profile.
        by_type: Type of a task → its attributes, for the report of every key.
    """

    reader: SourceReader
    organization: Organization
    keys: Mapping[str, str]
    deployments: list[Deployment] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    by_type: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def read(self, path: Path) -> None:
        """Read a tasks file and the files that it includes.

        Raises:
            ImportFileError: if a file cannot be read, or a task lacks a required attribute.
        """
        self._read(path, {}, (), ())

    def _read(
        self, path: Path, given: Mapping[str, Any], chain: tuple[Path, ...], after: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Names of the file's stacks."""
        document = self.reader.mapping(path)
        declared = section_of(document, "Parameters")
        defaults = {name: item.get("Default") for name, item in declared.items() if isinstance(item, dict)}
        known = {name: value for name, value in {**defaults, **given}.items() if value is not None}
        values = Values(accounts=self.organization.accounts, parameters=known)
        file = _File(path=path, values=values, chain=(*chain, path.resolve()))
        tasks = {name: item for name, item in document.items() if name not in _SECTIONS}
        made: dict[str, tuple[str, ...]] = {}
        for name, item in _ordered(document, tasks):
            self.by_type.setdefault(str(item.get("Type")), []).append(item)
            before = (stack for one in _names(item.get("DependsOn")) for stack in made.get(one, ()))
            made[name] = tuple(self._task(name, item, file, (*after, *before)))
        return tuple(stack for stacks in made.values() for stack in stacks)

    def _task(self, name: str, item: Mapping[str, Any], file: _File, after: tuple[str, ...]) -> Iterator[str]:
        """Names of the stacks of a task."""
        type_ = text_of(item, "Type")
        if type_ == "update-organization":
            return
        if _is_true(item.get("Skip")):
            self.remarks.append(f"task {name} is not imported: it is skipped")
        elif type_ == "include":
            yield from self._included(name, item, file, after)
        elif type_ == "update-stacks":
            yield from self._stack(name, item, file, after)
        else:
            why = _OTHERS.get(type_, "its type is unknown")
            self.remarks.append(f"task {name} ({type_}) is not imported: {why}")

    def _included(self, name: str, item: Mapping[str, Any], file: _File, after: tuple[str, ...]) -> tuple[str, ...]:
        path = self._file(file, text_of(item, "Path"), said_at(item, f"task {name}", "Path"))
        if path in file.chain or len(file.chain) >= _DEEPEST:
            said = said_at(item, f"task {name}: includes are circular, or nested too deeply", "Path")
            raise ImportFileError(said, hint="include each file once")
        if path.suffix == ".njk" or "TemplatingContext" in item:
            self.remarks.append(f"task {name} is not imported: its file is a template in Nunjucks")
            return ()
        given: dict[str, Any] = dict(file.values.parameters)
        for key, value in section_of(item, "Parameters").items():
            found = _through(value, file.values.parameters)
            try:
                given[key] = found if isinstance(found, dict) and {*found} == {"Ref"} else file.values.plain(found)
            except UnknownValueError as error:
                self.remarks.append(f"task {name}: the parameter {key} is left out: {error} is not in the files")
        return self._read(path, given, file.chain, after)

    def _stack(self, name: str, item: Mapping[str, Any], file: _File, after: tuple[str, ...]) -> Iterator[str]:
        source = text_of(item, "Template")
        reason = "its template is one in Nunjucks" if "TemplatingContext" in item else obstacle(source)
        if not reason:
            try:
                reason = self._add(name, item, file, after)
            except UnknownValueError as error:
                reason = f"{error} is not in the files"
        if reason:
            self.remarks.append(f"task {name} is not imported: {reason}")
        else:
            yield self.deployments[-1].name

    def _add(self, name: str, item: Mapping[str, Any], file: _File, after: tuple[str, ...]) -> str:
        """Add the stack of a task; otherwise the reason why it cannot be one."""
        what = said_at(item, f"task {name}", "Template")
        path = self._file(file, text_of(item, "Template"), what)
        template = bound_template(template_text(path, what), path, item)
        if template.reason:
            return template.reason
        stack = str(file.values.plain(item.get("StackName") or name))
        to = self._places(stack, template.binding, file.values)
        regions = _names(file.values.plain(template.binding.get("Region", template.region)))
        if not to or not regions:
            return "its binding names no account" if not to else "its binding names no Region"
        self.deployments.append(
            Deployment(
                name=stack,
                suffix=template.suffix,
                text=template.text,
                to=to,
                regions=tuple(regions),
                description=str(item.get("StackDescription") or ""),
                parameters=dict(self._parameters(name, item, file.values)),
                after=without_repeats(after),
            )
        )
        return ""

    def _file(self, file: _File, source: str, what: str) -> Path:
        return file_below(self.reader.directory, file.path.parent.resolve() / source, what)

    def _parameters(self, name: str, item: Mapping[str, Any], values: Values) -> Iterator[tuple[str, str]]:
        """Name and value of each parameter that is known offline."""
        for key, value in section_of(item, "Parameters").items():
            try:
                yield key, parameter_text(values.plain(value))
            except UnknownValueError as error:
                self.remarks.append(f"task {name}: the parameter {key} is left out: {error} is not in the files")

    def _places(self, stack: str, binding: Mapping[str, Any], values: Values) -> tuple[str, ...]:
        """Places of a binding; accounts one by one if it excludes some, or chooses by a tag."""
        binding = {name: _through(value, values.parameters) for name, value in binding.items()}
        units = self.organization.units
        everywhere = binding.get("Account") == ALL
        named = [] if everywhere else self.organization.refs(binding, "Account")
        accounts = [self.keys[name] for name in named]
        paths = [units[name].path for name in self.organization.refs(binding, "OrganizationalUnit")]
        if _is_true(values.plain(binding.get("IncludeMasterAccount"))):
            accounts.append("management")
        if tag := str(values.plain(binding.get("AccountsWithTag")) or ""):
            tagged = (name for name, item in self.organization.accounts.items() if tag in section_of(item, "Tags"))
            accounts += [self.keys[name] for name in tagged]
            self.remarks.append(f"{stack} targets accounts with the tag {tag}: they are listed one by one")
        without = {self.keys[name] for name in self.organization.refs(binding, "ExcludeAccount")}
        without |= {
            self.keys[account]
            for name in self.organization.refs(binding, "ExcludeOrganizationalUnit")
            for account in self._inside(units[name].path)
        }
        if not without:
            return without_repeats((*(["root"] if everywhere else []), *paths, *accounts))
        inside = [self.keys[name] for path in paths for name in self._inside(path)]
        members = [key for key in self.keys.values() if key != "management"] if everywhere else []
        self.remarks.append(f"{stack} excludes accounts: the others are listed one by one, without new accounts")
        return without_repeats(key for key in (*members, *inside, *accounts) if key not in without)

    def _inside(self, path: str) -> Iterator[str]:
        """Logical names of the accounts in a unit and below it."""
        for unit in self.organization.units.values():
            if f"{unit.path}/".startswith(f"{path}/"):
                yield from unit.accounts


def _ordered(document: Mapping[str, Any], tasks: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tasks, each after its dependencies.

    Raises:
        ImportFileError: if a task is not a mapping.
    """
    for name, item in tasks.items():
        if not isinstance(item, dict):
            raise ImportFileError(said_at(document, f"task {name} is not a mapping", name), hint="correct the task")
    return by_dependency(tasks.items(), lambda it: it[0], lambda it: {*_names(it[1].get("DependsOn"))} - {it[0]})


def _through(value: Any, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 - YAML data
    """A reference, or a list of them, with the values of parameters that are references themselves."""
    if isinstance(value, list):
        return [_through(one, parameters) for one in value]
    found = parameters.get(str(value["Ref"])) if isinstance(value, dict) and "Ref" in value else None
    return value if found is None else found


def _names(value: Any) -> list[str]:  # noqa: ANN401 - YAML data
    """A text or a list of texts as a list."""
    some = value if isinstance(value, list) else [value]
    return [str(one) for one in some if one is not None and not isinstance(one, dict | list)]


def _is_true(value: Any) -> bool:  # noqa: ANN401 - YAML data
    return value is True or str(value).casefold() == "true"
