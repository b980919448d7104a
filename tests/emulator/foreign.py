"""Resources that no stack has made: their live properties, as Cloud Control returns them.

Units, accounts and policies come from moto; of other types a test adds what exists with `add`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.organization import EmulatedOrganization

Place = tuple[str, str]


@dataclass(kw_only=True)
class ForeignResources:
    """Type, account, Region and identifier → properties of those that a test added."""

    organization: EmulatedOrganization
    added: dict[tuple[str, str, str, str], dict[str, Any]] = field(default_factory=dict)

    def add(self, type_: str, place: Place, identifier: str, properties: Mapping[str, Any]) -> None:
        """Make a resource by hand. `identifier` is Cloud Control's, parts joined by `|`."""
        self.added[(type_, *place, identifier)] = dict(properties)

    def properties(self, type_: str, place: Place, identifier: str) -> dict[str, Any] | None:
        """The live properties; None if there is no such resource."""
        if type_ in _READERS:
            return _READERS[type_](self.organization.backend, identifier)
        return self.added.get((type_, *place, identifier))


def _unit(backend: Any, identifier: str) -> dict[str, Any] | None:
    found = next((item for item in backend.ou if item.id == identifier), None)
    return {"Id": found.id, "Name": found.name, "ParentId": found.parent_id} if found else None


def _account(backend: Any, identifier: str) -> dict[str, Any] | None:
    found = next((item for item in backend.accounts if item.id == identifier), None)
    if found is None:
        return None
    return {
        "AccountId": found.id,
        "AccountName": found.name,
        "Email": found.email,
        "ParentIds": [found.parent_id],
        "Status": found.status,
    }


def _policy(backend: Any, identifier: str) -> dict[str, Any] | None:
    found = next((item for item in backend.policies if item.id == identifier), None)
    if found is None:
        return None
    return {
        "Id": found.id,
        "Name": found.name,
        "Type": found.type,
        "Description": found.description,
        "Content": json.loads(found.content),
        "TargetIds": [item.id for item in found.attachments],
    }


_READERS = {
    "AWS::Organizations::OrganizationalUnit": _unit,
    "AWS::Organizations::Account": _account,
    "AWS::Organizations::Policy": _policy,
}
