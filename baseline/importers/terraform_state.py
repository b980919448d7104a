"""Import of a Terraform state: organization, accounts, policies, Identity Center, detection in the security account.

The format is that of a state of version 4 (developer.hashicorp.com/terraform/internals/json-format describes its
counterpart for programs); attributes are those of the AWS provider, 5 and 6. Only the attributes of the table
`terraform_state.toml` are read: a state holds secrets.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from baseline.errors import ImportFileError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.frozen import frozen
from baseline.importers.keys import entries_of, key_rules
from baseline.importers.located import unreadable_at
from baseline.importers.source import Imported, items_of, unused_path
from baseline.profile.account_keys import LOG_ARCHIVE_NAME, SECURITY_NAME, account_key
from baseline.profile.scaffold import Answers, prefix_from
from baseline.text.slug import slug

_TOOL = "terraform_state"
_VERSION = 4
_LARGEST = 256 * 1024 * 1024
_HINT = "write the state with `terraform state pull > terraform.tfstate`"
_FOLDER = "policies"

Attributes = Mapping[str, Any]


@frozen
class StateWishes:
    """Values that a state lacks. Empty account ids are found by the names of accounts."""

    name: str
    home_region: str
    prefix: str = ""
    regions: tuple[str, ...] = ()
    log_archive_id: str = ""
    security_id: str = ""


def import_terraform_state(path: Path, wishes: StateWishes) -> Imported:
    """The profile of the organization in a state.

    Raises:
        ImportFileError: if the file is no state of version 4, or has no organization.
    """
    state = _State(resources=_resources(path))
    if not state.organization:
        raise ImportFileError(
            f"{path}: no resource aws_organizations_organization",
            hint="use the state of the management account, which manages the organization",
        )
    return _Import(state=state, wishes=wishes).imported()


def _resources(path: Path) -> Mapping[str, tuple[Attributes, ...]]:
    """Type → attributes of each managed instance."""
    try:
        document = parse_json(read_file(path, limit=_LARGEST))
    except UnreadableError as error:
        raise ImportFileError(unreadable_at(path, error), hint=_HINT) from error
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise ImportFileError(f"{path}: not a Terraform state of version {_VERSION}", hint=_HINT)
    found: dict[str, list[Attributes]] = {}
    for resource in items_of(document, "resources"):
        if resource.get("mode") == "managed" and isinstance(resource.get("type"), str):
            for instance in items_of(resource, "instances"):
                values = instance.get("attributes")
                found.setdefault(resource["type"], []).append(values if isinstance(values, dict) else {})
    return {type_: tuple(some) for type_, some in found.items()}


@frozen
class _State:
    """The resources of a state by type."""

    resources: Mapping[str, tuple[Attributes, ...]]

    def of(self, type_: str) -> tuple[Attributes, ...]:
        """The instances of a type without its prefix `aws_`."""
        return self.resources.get(f"aws_{type_}", ())

    @cached_property
    def organization(self) -> Attributes:
        """The organization; empty if the state does not manage it."""
        return next(iter(self.of("organizations_organization")), {})

    @cached_property
    def root(self) -> str:
        """Id of the root; "" if the state does not have it."""
        return next((_text(item, "id") for item in items_of(self.organization, "roots")), "")

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Id of each unit → its path, parents first."""
        names = {_text(item, "id"): item for item in self.of("organizations_organizational_unit")}
        return {id_: path for id_ in names if (path := self._path(id_, names))}

    def _path(self, id_: str, names: Mapping[str, Attributes]) -> str:
        """The unit's path; "" where a parent is unknown or its own descendant."""
        parts: list[str] = []
        while id_ in names and len(parts) <= len(names):
            parts.append(_text(names[id_], "name"))
            id_ = _text(names[id_], "parent_id")
        return "/".join(reversed(parts)) if id_ and id_ not in names else ""


@frozen
class _Import:
    """The conversion of one state."""

    state: _State
    wishes: StateWishes

    def imported(self) -> Imported:
        """The profile, its files, every key, and remarks."""
        wishes, units = self.wishes, self.state.units
        policies, files, left = self._policies()
        ordered = dict(sorted(units.items(), key=lambda item: item[1].count("/")))
        accounts = {key: self._accounts[id_] for id_, key in self._keys.items()}
        return Imported(
            answers=Answers(
                name=wishes.name,
                prefix=wishes.prefix or prefix_from(wishes.name),
                home_region=wishes.home_region,
                regions=tuple(dict.fromkeys((wishes.home_region, *wishes.regions))),
                standalone=False,
                tier="standard",
                alerts=(accounts["management"]["email"],),
                emails={key: item["email"] for key, item in accounts.items()},
                ids={key: id_ for id_, key in self._keys.items()},
                organization_id=_text(self.state.organization, "id"),
                root_id=self.state.root or None,
                audit=True,
                ous={key: units.get(item["parent"], "") for key, item in accounts.items()},
                names={key: item["name"] for key, item in accounts.items() if item["name"] not in ("", key)},
                units={path: id_ for id_, path in ordered.items()},
                found=self._settings(policies),
                adopt=self._adopt(),
                notes={"guardrails": tuple(self._policy_notes(policies))},
            ),
            files=files,
            entries=entries_of({"state": dict(self._known_attributes())}, _TOOL),
            remarks=(*left, *self._remarks()),
        )

    @cached_property
    def _accounts(self) -> Mapping[str, Mapping[str, str]]:
        """Account id → name, address and id of the parent; the management account first."""
        lead = self.state.organization
        management = {"name": _text(lead, "master_account_name"), "email": _text(lead, "master_account_email")}
        found = {_text(lead, "master_account_id"): {**management, "parent": ""}}
        for item in self.state.of("organizations_account"):
            if _text(item, "status") in ("", "ACTIVE"):
                values = {"name": _text(item, "name"), "email": _text(item, "email")}
                found.setdefault(_text(item, "id"), {**values, "parent": _text(item, "parent_id")})
        return found

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        """Account id → key in the profile; the accounts that every organization has first."""
        management = next(iter(self._accounts))
        given = {"log_archive": self.wishes.log_archive_id, "security": self.wishes.security_id}
        for key, pattern in (("log_archive", LOG_ARCHIVE_NAME), ("security", SECURITY_NAME)):
            named = [
                id_
                for id_, item in self._accounts.items()
                if id_ not in (management, *given.values()) and pattern.search(slug(item["name"]))
            ]
            given[key] = given[key] or (named[0] if len(named) == 1 else "")
        found = {management: "management", **{id_: key for key, id_ in given.items() if id_ in self._accounts}}
        used = set(self.state.units.values())
        for id_, item in self._accounts.items():
            if id_ not in found:
                found[id_] = account_key(item["name"], id_, used)
                used.add(found[id_])
        return found

    def _policies(self) -> tuple[list[dict[str, Any]], dict[str, str], list[str]]:
        """Policies of one's own with their ids, their files, and remarks."""
        places = {self.state.root: "root", **self.state.units, **self._keys}
        targets: dict[str, list[str]] = {}
        for item in self.state.of("organizations_policy_attachment"):
            targets.setdefault(_text(item, "policy_id"), []).append(_text(item, "target_id"))
        found: list[dict[str, Any]] = []
        files: dict[str, str] = {}
        remarks: list[str] = []
        for item in self.state.of("organizations_policy"):
            name, id_ = _text(item, "name"), _text(item, "id")
            to = [places[target] for target in targets.get(id_, ()) if target in places]
            try:
                text = json.dumps(parse_json(_text(item, "content")), indent=2) + "\n"
            except UnreadableError:
                text = ""
            if not to or not text:
                why = "the state has no attachment for it" if text else "its content is not JSON"
                remarks.append(f"policy {name} is not imported: {why}")
                continue
            path = unused_path(_FOLDER, name, ".json", files)
            files[path] = text
            type_ = _text(item, "type") or "SERVICE_CONTROL_POLICY"
            description = _text(item, "description")
            found.append({"file": path, "type": type_, "name": name, "description": description, "to": to, "id": id_})
        return found, files, remarks

    def _settings(self, policies: list[dict[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
        """Capability → settings."""
        found: dict[str, dict[str, Any]] = {}
        if policies:
            own = [{name: value for name, value in item.items() if name != "id"} for item in policies]
            found["guardrails"] = {"policies": own}
        groups = {_text(it, "display_name"): _text(it, "group_id") for it in self.state.of("identitystore_group")}
        sets = {_text(item, "name"): self._permission_set(item) for item in self.state.of("ssoadmin_permission_set")}
        if groups or sets:
            center = {"groups": {name: {"id": id_} for name, id_ in groups.items()}, "permission_sets": sets}
            found["identity_center"] = {name: value for name, value in center.items() if value}
        security = next((id_ for id_, key in self._keys.items() if key == "security"), "")
        detectors = {
            arn[3]: _text(item, "id")
            for item in self.state.of("guardduty_detector")
            if len(arn := _text(item, "arn").split(":")) > 4 and arn[4] == security
        }
        if detectors:
            found["guardduty"] = {"existing_detectors": detectors}
        if any(_text(item, "id") == security for item in self.state.of("securityhub_account")):
            found["security_hub"] = {"existing_hub": True}
        return found

    def _permission_set(self, item: Attributes) -> dict[str, Any]:
        arn, name = _text(item, "arn"), _text(item, "name")
        managed = [
            _text(it, "managed_policy_arn").partition(":policy/")[2]
            for it in self._of_set("managed_policy_attachment", arn)
        ]
        references = (
            reference
            for it in self._of_set("customer_managed_policy_attachment", arn)
            for reference in items_of(it, "customer_managed_policy_reference")
        )
        customer = [f"{_text(it, 'path').strip('/')}/{_text(it, 'name')}".lstrip("/") for it in references]
        inline = next((_text(it, "inline_policy") for it in self._of_set("permission_set_inline_policy", arn)), "")
        found = {
            "description": _text(item, "description") or f"{name} of Terraform.",
            "session": _session(_text(item, "session_duration")),
            "managed_policies": managed,
            "customer_policies": customer,
            "inline_policy": _document(inline),
        }
        return {key: value for key, value in found.items() if value}

    def _of_set(self, type_: str, arn: str) -> Iterator[Attributes]:
        return (item for item in self.state.of(f"ssoadmin_{type_}") if _text(item, "permission_set_arn") == arn)

    def _adopt(self) -> Mapping[str, Mapping[str, str]]:
        """Kind → name → id of existing resources that stacks import."""
        sets = {_text(item, "name"): _text(item, "arn") for item in self.state.of("ssoadmin_permission_set")}
        return {"permission_sets": sets} if sets else {}

    def _policy_notes(self, policies: list[dict[str, Any]]) -> Iterator[str]:
        """Lines for `adopt`, which would detach the policies in the first stage."""
        if policies:
            ids = json.dumps({item["name"]: item["id"] for item in policies})
            yield "The policies below exist. In the stage audit their stacks would detach them: with the stage all,"
            yield f"import them by adopt: {{policies: {ids}}}"

    def _remarks(self) -> Iterator[str]:
        if self.state.of("ssoadmin_permission_set"):
            yield (
                "Terraform still manages the permission sets under `adopt`: remove them from its state "
                "(`terraform state rm ADDRESS`) before the first deployment; otherwise both tools change them"
            )
        if assignments := self.state.of("ssoadmin_account_assignment"):
            yield f"{len(assignments)} account assignments stay in Terraform: stacks cannot import them"

    def _known_attributes(self) -> Iterator[tuple[str, list[Any]]]:
        """Type → the attributes in the table, or nothing but the number of a type that is not in it."""
        read: dict[str, set[str]] = {}
        for rule in key_rules(_TOOL):
            type_, _, attribute = rule.pattern.partition("[].")
            read.setdefault(type_, set()).add(attribute.partition("[]")[0])
        for type_, some in self.state.resources.items():
            known = read.get(type_, set())
            yield type_, [{key: item[key] for key in sorted(known & item.keys())} or None for item in some]


def _text(item: Attributes, name: str) -> str:
    """The value as text; "" if there is none."""
    value = item.get(name)
    return value if isinstance(value, str) else "" if value is None or isinstance(value, dict | list) else str(value)


def _session(duration: str) -> str:
    """`PT4H` → `4h`, `PT90M` → `90m`; "" for other forms."""
    text = duration.removeprefix("PT").lower()
    return text if text[:-1].isdecimal() and text[-1:] in ("h", "m") else ""


def _document(text: str) -> Any:  # noqa: ANN401 - a policy document
    try:
        return parse_json(text) if text else None
    except UnreadableError:
        return None
