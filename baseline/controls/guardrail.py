"""The guardrails: purpose, targets and side effects. Capabilities turn them into policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import tomli

from baseline.areas import capability_files
from baseline.releases import is_included

_CATALOG = next(file.parent for _, file in capability_files("catalog/README.md"))

_DETECTION_POLICIES = ("INSPECTOR_POLICY", "NETWORK_SECURITY_DIRECTOR_POLICY", "SECURITYHUB_POLICY")

Scope = Literal["root", "security", "quarantine", "suspended"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Guardrail:
    """One table of the catalog; the catalog's README explains each field.

    Compared by identity: its fields cannot be hashed, and functions cache by it.
    """

    id: str
    group: str
    intent: str
    tiers: tuple[str, ...]
    breaks: str
    denies: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    why: str = ""
    severity: str = "high"
    type: str = "SERVICE_CONTROL_POLICY"
    to: Scope = "root"
    exempt: bool = False
    needs: tuple[str, ...] = ()
    protects: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    statements: tuple[Mapping[str, Any], ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict)
    since: str = ""

    def is_default(self, tier: str, release: str) -> bool:
        """Whether the tier enables it in a release of defaults."""
        return tier in self.tiers and is_included(self.since, release)

    @property
    def control(self) -> str:
        """Id of its control."""
        return f"guardrail-{self.id}"

    @property
    def detective(self) -> bool:
        """Whether the guardrail enables a service that finds violations, and denies nothing."""
        return self.type in _DETECTION_POLICIES


NAME_PROTECTORS = ("deployment-roles", "pass-privileged-roles", "baseline-stacks")
"""Guardrails that protect exempt roles by name: no other principal can create, change, pass or run as such a role."""

GROUPS: Mapping[str, str] = {
    "organization": "Protects membership in the organization.",
    "root-user": "Restricts root users.",
    "identity": "Protects roles, users and identity providers.",
    "logging": "Protects logs, alerts and the baseline.",
    "detection": "Protects detection services.",
    "data": "Keeps data encrypted, private and recoverable.",
    "network": "Restricts networks and instances.",
    "regions": "Denies Regions that are not governed.",
    "services": "Restricts services and instance types.",
    "perimeter": "Restricts data transfers and sources of requests.",
    "quarantine": "Denies all actions in quarantined accounts.",
    "suspended": "Denies all actions in suspended accounts.",
    "resources": "Restricts access to the organization's resources.",
    "ec2-settings": "EC2 settings of every account.",
    "management": "Service settings of every account.",
}
"""Group → subject of its guardrails, in the order of their policies."""


_OF_MEMBERS = frozenset({"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"})
_BINDS_MEMBERS = "It applies to member accounts."
"""The addition to a reason for a guardrail that does not apply to the management account."""


def scoped_reason(control: str, reason: str) -> str:
    """The reason why a control counts, with a note if a guardrail covers member accounts only."""
    item = guardrails().get(control.removeprefix("guardrail-"))
    is_limited = item and item.control == control and item.type in _OF_MEMBERS
    names_accounts = "member" in reason or "management account" in reason
    return f"{reason} {_BINDS_MEMBERS}" if is_limited and not names_accounts else reason


@cache
def guardrails() -> Mapping[str, Guardrail]:
    """Id → guardrail, in the order of the groups and, in a group, of its file."""
    found: dict[str, Guardrail] = {}
    for group in GROUPS:
        text = (_CATALOG / f"{group}.toml").read_text(encoding="utf-8")
        for key, entry in tomli.loads(text).items():
            lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
            found[key] = Guardrail(id=key, group=group, **{**entry, **lists})
    return found
