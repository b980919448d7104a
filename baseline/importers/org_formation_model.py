"""The organization of an org-formation file: its resources by logical name, references, and values of functions."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from baseline.errors import ImportFileError
from baseline.frozen import frozen
from baseline.importers.located import said_at
from baseline.importers.source import section_of, text_of

_TYPE = "OC::ORG::"
_TYPES = (
    "MasterAccount",
    "Account",
    "OrganizationRoot",
    "OrganizationalUnit",
    "ServiceControlPolicy",
    "PasswordPolicy",
)
ALL = "*"
"""Instead of references: every resource of the type, without the management account."""

_ACCOUNT = ("an account", ("MasterAccount", "Account"))
_UNIT = ("an organizational unit", ("OrganizationalUnit",))
_REFERENCES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Account": _ACCOUNT,
    "Accounts": _ACCOUNT,
    "ExcludeAccount": _ACCOUNT,
    "OrganizationalUnit": _UNIT,
    "OrganizationalUnits": _UNIT,
    "ExcludeOrganizationalUnit": _UNIT,
    "ServiceControlPolicies": ("a service control policy", ("ServiceControlPolicy",)),
    "PasswordPolicy": ("a password policy", ("PasswordPolicy",)),
}
"""Property → types that it may refer to, in words and by name (org-formation 1.0.17, `resolveRefs` of each type)."""

_VARIABLE = re.compile(r"\$\{(!?)([^${}]+)\}")
_DEEPEST = 20


class UnknownValueError(Exception):
    """A value that only org-formation can resolve; the message shows it."""


@frozen
class Unit:
    """An organizational unit: its path, and logical names of its accounts and policies."""

    path: str
    accounts: tuple[str, ...]
    policies: tuple[str, ...]


@frozen
class Organization:
    """The section `Organization`.

    Attributes:
        resources: Type without `OC::ORG::` → logical name → properties.
        defaults: Parameters of the file whose default is a reference → the logical name.
    """

    resources: Mapping[str, Mapping[str, Mapping[str, Any]]]
    defaults: Mapping[str, str]

    @classmethod
    def of(cls, document: Mapping[str, Any], path: Path) -> "Organization":
        """The section of a file.

        Raises:
            ImportFileError: if a resource has another type, or there is not exactly one management account.
        """
        section = section_of(document, "Organization")
        if isinstance(section.get("Organization"), dict):  # an included file that has the section itself
            section = section_of(section, "Organization")
        found: dict[str, dict[str, Mapping[str, Any]]] = {}
        for name, item in section.items():
            type_ = str(item.get("Type", "")).removeprefix(_TYPE) if isinstance(item, dict) else ""
            if type_ not in _TYPES:
                known = ", ".join(f"{_TYPE}{one}" for one in _TYPES)
                said = said_at(section, f"Organization.{name} has no type of an organization", name)
                raise ImportFileError(said, hint=f"use one of {known}")
            found.setdefault(type_, {})[name] = section_of(item, "Properties")
        if len(found.get("MasterAccount", {})) != 1:
            said = said_at(document, f"not exactly one resource of the type {_TYPE}MasterAccount", "Organization")
            raise ImportFileError(said, hint=f"name an organization file of org-formation instead of {path}")
        defaults = {
            name: str(item["Default"]["Ref"])
            for name, item in section_of(document, "Parameters").items()
            if isinstance(item, dict) and isinstance(item.get("Default"), dict) and "Ref" in item["Default"]
        }
        return cls(resources=found, defaults=defaults)

    def of_type(self, type_: str) -> Mapping[str, Mapping[str, Any]]:
        """Logical name → properties of the resources of a type."""
        return self.resources.get(type_, {})

    @property
    def by_type(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """Type → the properties of its resources, for the report of every key."""
        return {type_: list(some.values()) for type_, some in self.resources.items()}

    @property
    def management(self) -> str:
        """Logical name of the management account."""
        return next(iter(self.of_type("MasterAccount")))

    @property
    def roots(self) -> tuple[Mapping[str, Any], ...]:
        """Properties of the root; empty if the file does not have it."""
        return tuple(self.of_type("OrganizationRoot").values())

    @cached_property
    def accounts(self) -> Mapping[str, Mapping[str, Any]]:
        """Logical name → properties of each account, the management account first.

        Raises:
            ImportFileError: if an account has no name, or neither an address nor an id.
        """
        found = {**self.of_type("MasterAccount"), **self.of_type("Account")}
        for name, item in found.items():
            text_of(item, "AccountName")
            if not item.get("AccountId") and not item.get("RootEmail"):
                said = said_at(item, f"account {name} has neither RootEmail nor AccountId")
                raise ImportFileError(said, hint="add one of them")
        return found

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """Logical name → unit.

        Raises:
            ImportFileError: if a unit has no name, or contains itself.
        """
        some = self.of_type("OrganizationalUnit")
        parents = {child: name for name, item in some.items() for child in self.refs(item, "OrganizationalUnits")}
        return {
            name: Unit(
                path="/".join(reversed([*self._names(name, parents)])),
                accounts=tuple(self.refs(item, "Accounts")),
                policies=tuple(self.refs(item, "ServiceControlPolicies")),
            )
            for name, item in some.items()
        }

    def _names(self, name: str, parents: Mapping[str, str]) -> Iterator[str]:
        """Names of a unit and of the units above it."""
        seen: list[str] = []
        while name:
            item = self.of_type("OrganizationalUnit")[name]
            if name in seen:
                said = said_at(item, f"unit {name} contains itself: {' → '.join(reversed([*seen, name]))}")
                raise ImportFileError(said, hint="take it out of OrganizationalUnits")
            seen.append(name)
            yield text_of(item, "OrganizationalUnitName")
            name = parents.get(name, "")

    def refs(self, item: Mapping[str, Any], name: str) -> list[str]:
        """Logical names that a property refers to; ids of resources outside the file are left out.

        Raises:
            ImportFileError: if a reference names nothing in the file, or a resource of a type that does not fit.
        """
        value = item.get(name)
        words, types = _REFERENCES[name]
        allowed = {one: type_ for type_ in types for one in self.of_type(type_)}
        if value == ALL:
            return [one for one, type_ in allowed.items() if type_ != "MasterAccount"]
        found = []
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, dict) or "Ref" not in one:
                continue
            logical = self.defaults.get(str(one["Ref"]), str(one["Ref"]))
            if logical not in allowed:
                is_there = any(logical in some for some in self.resources.values())
                why = f"is not {words}" if is_there else "the file does not have"
                said = said_at(one, f"{name} refers to {logical}, which {why}")
                raise ImportFileError(said, hint="correct the reference")
            found.append(logical)
        return found


@frozen
class Values:
    """Values of parameters, and of functions about accounts.

    Attributes:
        accounts: Logical name → properties.
        parameters: Parameter of a tasks file → value.
    """

    accounts: Mapping[str, Mapping[str, Any]]
    parameters: Mapping[str, Any]

    def plain(self, value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - YAML data
        """The value without functions.

        Raises:
            UnknownValueError: if a function depends on something that is not in the files.
        """
        if depth > _DEEPEST:
            raise UnknownValueError("a value that refers to itself")
        if isinstance(value, list):
            return [self.plain(one, depth + 1) for one in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, inner) = next(iter(value.items()))
            if name == "Ref" or name.startswith("Fn::"):
                return self._function(name, inner, depth + 1)
        return {name: self.plain(inner, depth + 1) for name, inner in value.items()}

    def _function(self, name: str, inner: Any, depth: int) -> Any:  # noqa: ANN401 - YAML data
        if name == "Ref":
            return self._named(str(inner), depth)
        if name == "Fn::GetAtt":
            return self._named(".".join(map(str, inner)) if isinstance(inner, list) else str(inner), depth)
        if name == "Fn::Sub" and isinstance(inner, str):
            return _VARIABLE.sub(lambda match: self._variable(match, depth), inner)
        if name == "Fn::Join" and isinstance(inner, list) and len(inner) == 2 and isinstance(inner[1], list):
            return str(inner[0]).join(str(self.plain(one, depth)) for one in inner[1])
        raise UnknownValueError(f"!{name.removeprefix('Fn::')}")

    def _variable(self, match: re.Match[str], depth: int) -> str:
        return f"${{{match[2]}}}" if match[1] else str(self._named(match[2], depth))

    def _named(self, name: str, depth: int) -> Any:  # noqa: ANN401 - YAML data
        """The value of a parameter, or of an account's attribute."""
        if name in self.parameters:
            return self.plain(self.parameters[name], depth)
        logical, _, attribute = name.partition(".")
        item = self.accounts.get(logical, {})
        found = item.get(attribute or "AccountId")
        if attribute.startswith("Tags."):
            found = section_of(item, "Tags").get(attribute.removeprefix("Tags."))
        if found is None or isinstance(found, dict | list):
            raise UnknownValueError(f"!Ref {name}" if not attribute else f"!GetAtt {name}")
        return found
