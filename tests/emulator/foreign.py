"""Resources that no stack has made: their live properties, as Cloud Control returns them.

Units, accounts and policies come from moto; of other types a test adds what exists with `add`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.guardduty.models import guardduty_backends
from moto.ssoadmin.models import ssoadmin_backends

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
        if (type_, *place, identifier) in self.added:
            return self.added[(type_, *place, identifier)]
        if type_ == "AWS::SSO::PermissionSet":
            return _permission_set(self.organization.management, identifier)
        return _detector(place, identifier) if type_ == "AWS::GuardDuty::Detector" else None


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


def _permission_set(management: str, identifier: str) -> dict[str, Any] | None:
    """The instance is in the management account; a delegated administrator sees it, too."""
    for backend in ssoadmin_backends[management].values():
        for item in backend.permission_sets:
            if f"{item.instance_arn}|{item.permission_set_arn}" == identifier:
                return {"InstanceArn": item.instance_arn, "Name": item.name, "SessionDuration": item.session_duration}
    return None


def _detector(place: Place, identifier: str) -> dict[str, Any] | None:
    account, region = place
    found = guardduty_backends[account][region].detectors.get(identifier)
    return {"Id": identifier, "Enable": found.enabled} if found else None


_READERS = {
    "AWS::Organizations::OrganizationalUnit": _unit,
    "AWS::Organizations::Account": _account,
    "AWS::Organizations::Policy": _policy,
}
