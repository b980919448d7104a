"""Import of an organization file of org-formation, and of the stacks of its tasks.

Resources and their properties: github.com/org-formation/org-formation-cli, docs/organization-resources.md.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from baseline.errors import ImportFileError
from baseline.files import UnreadableError, parse_json
from baseline.frozen import frozen
from baseline.importers.keys import entries_of
from baseline.importers.located import SourceReader, file_below, said_at
from baseline.importers.org_formation_model import Organization, UnknownValueError, Values
from baseline.importers.org_formation_tasks import Tasks
from baseline.importers.own_stacks import OwnStacks, by_dependency
from baseline.importers.source import Imported, ids_note, text_of
from baseline.profile.account_keys import LOG_ARCHIVE_NAME, SECURITY_NAME, account_key
from baseline.profile.scaffold import Answers, prefix_from
from baseline.text.slug import slug

_HINT = "name an organization file of org-formation in plain YAML; render Nunjucks templates first"
_SCP = "SERVICE_CONTROL_POLICY"
_PASSWORDS: Mapping[str, str] = {
    "MinimumPasswordLength": "password_minimum_length",
    "PasswordReusePrevention": "password_reuse_prevention",
    "MaxPasswordAge": "password_max_age_days",
}


@frozen
class OrgFormationWishes:
    """Values that an organization file lacks. Empty account names are guessed from the names of all accounts.

    Attributes:
        log_archive: Logical name, name or id of the log archive account.
        security: Logical name, name or id of the security account.
        tasks: The tasks file; None to leave out stacks.
    """

    name: str
    home_region: str
    prefix: str = ""
    regions: tuple[str, ...] = ()
    log_archive: str = ""
    security: str = ""
    tasks: Path | None = None


def import_org_formation(path: Path, wishes: OrgFormationWishes) -> Imported:
    """The profile of an organization file.

    Args:
        path: The organization file, or a tasks file with a task `update-organization`.
        wishes: What the file does not say.

    Raises:
        ImportFileError: if a file cannot be read, or has no management account.
    """
    reader = SourceReader(directory=path.parent, hint=_HINT, include="Include", from_file=True)
    document = reader.mapping(path)
    tasks = wishes.tasks
    if "Organization" not in document:
        tasks, path = tasks or path, _organization_file(path, document)
        document = reader.mapping(path)
    if tasks and not tasks.resolve().is_relative_to(reader.directory.resolve()):
        raise ImportFileError(
            f"{tasks} is not below {reader.directory}", hint="import from the directory of both files"
        )
    return _Import(organization=Organization.of(document, path), wishes=wishes, reader=reader, tasks=tasks).imported()


def _organization_file(path: Path, tasks: Mapping[str, Any]) -> Path:
    """The file that a task `update-organization` names.

    Raises:
        ImportFileError: if there is no such task.
    """
    for item in tasks.values():
        if isinstance(item, dict) and item.get("Type") == "update-organization":
            return file_below(path.parent, text_of(item, "Template"), said_at(item, "update-organization", "Template"))
    said = f"{path}:1:1: neither the key Organization nor a task update-organization"
    raise ImportFileError(said, hint=_HINT)


@frozen
class _Import:
    """The conversion of one organization file."""

    organization: Organization
    wishes: OrgFormationWishes
    reader: SourceReader
    tasks: Path | None

    def imported(self) -> Imported:
        """The profile, its files, every key, and remarks."""
        wishes, organization = self.wishes, self.organization
        tasks = Tasks(reader=self.reader, organization=organization, keys=self.keys)
        if self.tasks:
            tasks.read(self.tasks)
        asked = wishes.regions or tuple(region for item in tasks.deployments for region in item.regions)
        regions = tuple(dict.fromkeys((wishes.home_region, *asked)))
        stacks = OwnStacks(home_region=wishes.home_region, governed=regions)
        self._add_policies(stacks)
        for item in by_dependency(tasks.deployments, lambda it: it.name, lambda it: it.after):
            stacks.add(item)
        answers = self._answers(regions)
        return Imported(
            answers=replace(answers, found=stacks.settings(answers)),
            files=stacks.files,
            entries=entries_of({"organization": organization.by_type, "tasks": tasks.by_type}, "org_formation"),
            remarks=(*stacks.remarks, *tasks.remarks, *self._remarks()),
        )

    def _answers(self, regions: tuple[str, ...]) -> Answers:
        wishes, accounts, keys = self.wishes, self.organization.accounts, self.keys
        by_key = {key: accounts[name] for name, key in keys.items()}
        emails = {key: str(item.get("RootEmail") or f"{key}@example.com") for key, item in by_key.items()}
        special = {key: f"{key.replace('_', '-')}@example.com" for key in ("management", "log_archive", "security")}
        units = self.organization.units
        ids: dict[str, str | None] = {
            key: str(item["AccountId"]) for key, item in by_key.items() if item.get("AccountId")
        }
        note = ids_note(len(by_key) - len(ids), len(units))
        return Answers(
            name=wishes.name,
            prefix=wishes.prefix or prefix_from(wishes.name),
            home_region=wishes.home_region,
            regions=regions,
            standalone=False,
            tier="standard",
            alerts=(emails["management"],),
            emails=special | emails,
            ids=ids,
            audit=True,
            ous={key: units[unit].path if unit else "" for key, unit in self._unit_of.items()},
            names={key: str(item["AccountName"]) for key, item in by_key.items() if item["AccountName"] != key},
            tags={key: _tags(item) for key, item in by_key.items() if key not in ids and _tags(item)},
            units={unit.path: "" for unit in sorted(units.values(), key=lambda it: it.path.count("/"))},
            found={"account_settings": found} if (found := self._passwords()) else {},
            notes={"accounts": (note,)} if note else {},
        )

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """Logical name of each account → its key in the profile; the mandatory accounts first."""
        accounts = self.organization.accounts
        management = self.organization.management
        wanted = {"log_archive": self.wishes.log_archive, "security": self.wishes.security}
        found = {management: "management"}
        for key, pattern in (("log_archive", LOG_ARCHIVE_NAME), ("security", SECURITY_NAME)):
            named = list(self._named(wanted[key]) if wanted[key] else self._matching(pattern, found))
            if wanted[key] and not named:
                raise ImportFileError(f"no account {wanted[key]}", hint="give its logical name, name or id")
            if len(named) == 1:
                found[named[0]] = key
        used = {unit.path for unit in self.organization.units.values()}
        for number, (name, item) in enumerate(accounts.items(), 1):
            if name not in found:
                found[name] = account_key(str(item["AccountName"]), str(item.get("AccountId") or number), used)
                used.add(found[name])
        return found

    def _named(self, wish: str) -> Iterator[str]:
        for name, item in self.organization.accounts.items():
            if wish in (name, item["AccountName"], str(item.get("AccountId", ""))):
                yield name

    def _matching(self, pattern: Any, found: Mapping[str, str]) -> Iterator[str]:  # noqa: ANN401 - a compiled pattern
        for name, item in self.organization.accounts.items():
            if name not in found and pattern.search(slug(str(item["AccountName"]))):
                yield name

    @cached_property
    def _unit_of(self) -> Mapping[str, str]:
        """Key of an account → logical name of its unit; "" for the root."""
        units = {account: name for name, unit in self.organization.units.items() for account in unit.accounts}
        return {key: units.get(name, "") for name, key in self.keys.items()}

    def _add_policies(self, stacks: OwnStacks) -> None:
        organization, values = self.organization, Values(accounts=self.organization.accounts, parameters={})
        for logical, item in organization.of_type("ServiceControlPolicy").items():
            name = text_of(item, "PolicyName")
            to = [*self._attached(logical)]
            lead = logical in organization.refs(
                organization.accounts[organization.management], "ServiceControlPolicies"
            )
            reason = "" if to else "only the management account has it, where it has no effect" if lead else ""
            try:
                text = _policy(values.plain(item.get("PolicyDocument")))
            except UnknownValueError as error:
                text, reason = "", f"{error} is known only to org-formation"
            if reason := reason or ("" if to else "nothing has it"):
                stacks.remarks.append(f"policy {name} is not imported: {reason}")
            elif not text:
                said = said_at(item, f"policy {name}: PolicyDocument is not a policy", "PolicyDocument")
                raise ImportFileError(said, hint="write a mapping with Version and Statement")
            else:
                stacks.add_policy(
                    name=name, text=text, type_=_SCP, description=str(item.get("Description") or ""), to=to
                )

    def _attached(self, logical: str) -> Iterator[str]:
        """Places of a policy."""
        organization = self.organization
        if any(logical in organization.refs(item, "ServiceControlPolicies") for item in organization.roots):
            yield "root"
        for unit in organization.units.values():
            if logical in unit.policies:
                yield unit.path
        for name, key in self.keys.items():
            item = organization.accounts[name]
            if key != "management" and logical in organization.refs(item, "ServiceControlPolicies"):
                yield key

    def _passwords(self) -> dict[str, Any]:
        """Settings of the policy that most accounts have, and an override for every other policy."""
        organization = self.organization
        users: dict[str, list[str]] = {}
        for name, key in self.keys.items():
            for policy in organization.refs(organization.accounts[name], "PasswordPolicy"):
                users.setdefault(policy, []).append(key)
        policies = organization.of_type("PasswordPolicy")
        ordered = sorted(users, key=lambda policy: -len(users[policy]))
        values = {
            policy: {
                ours: policies[policy][theirs] for theirs, ours in _PASSWORDS.items() if theirs in policies[policy]
            }
            for policy in ordered
        }
        if not values:
            return {}
        first, *others = values
        overrides = [
            {"name": slug(policy) or f"passwords-{number}", "to": users[policy], **values[policy]}
            for number, policy in enumerate(others, 1)
            if values[policy] and values[policy] != values[first]
        ]
        return {**values[first], **({"overrides": overrides} if overrides else {})}

    def _remarks(self) -> Iterator[str]:
        without = [self.keys[name] for name, item in self.organization.accounts.items() if not item.get("RootEmail")]
        if without:
            yield f"the file has no RootEmail of {', '.join(without)}: replace the placeholders"
        for key in ("log_archive", "security"):
            if key not in self.keys.values():
                option = key.replace("_", "-")
                yield f"no account was recognized as {key}: name one with --{option}, or replace its placeholder"


def _tags(item: Mapping[str, Any]) -> dict[str, str]:
    found = item.get("Tags")
    values = found.items() if isinstance(found, dict) else ()
    return {str(name): str(value) for name, value in values if not isinstance(value, dict | list | type(None))}


def _policy(document: Any) -> str:  # noqa: ANN401 - a policy document, or its JSON
    """The policy as readable JSON; "" if it is none."""
    try:
        data = parse_json(document) if isinstance(document, str) else document
    except UnreadableError:
        return ""
    return json.dumps(data, indent=2) + "\n" if isinstance(data, dict) and "Statement" in data else ""
