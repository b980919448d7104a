"""The guardrails that there are: what each prevents, for whom, and what it breaks. Data; capabilities make policies."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from baseline.releases import is_included

Scope = Literal["root", "security", "quarantine", "suspended"]


@dataclass(frozen=True, kw_only=True)
class Guardrail:
    """One table of guardrails/<group>.toml, whose README says what each field is."""

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
    statements: tuple[Mapping[str, Any], ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict)
    since: str = ""

    def is_default(self, tier: str, release: str) -> bool:
        """Whether the tier has it in a release of defaults."""
        return tier in self.tiers and is_included(self.since, release)

    @property
    def control(self) -> str:
        """Id of the control that it is."""
        return f"guardrail-{self.id}"


NAME_PROTECTORS = ("deployment-roles", "pass-privileged-roles", "baseline-stacks")
"""Guardrails that protect exempt roles by name: nobody creates, changes, passes or runs as one."""

GROUPS: Mapping[str, str] = {
    "organization": "What an account is to the organization.",
    "root-user": "What root users may not do.",
    "identity": "Who may not change roles, users and identity providers.",
    "logging": "Who may not touch the record, its alerts and the baseline.",
    "detection": "Who may not turn detection off.",
    "data": "What keeps data encrypted, private and recoverable.",
    "network": "What networks and instances may not be.",
    "regions": "Where nothing is done.",
    "services": "Which services and sizes are used.",
    "perimeter": "Where data may go, and where calls come from.",
    "quarantine": "Nothing is done in accounts that wait.",
    "suspended": "Nothing is done in suspended accounts.",
    "resources": "Who may use the organization's resources.",
    "ec2-settings": "How EC2 is set in every account.",
    "management": "How services are used in every account.",
}
"""Group → what its guardrails are about, in the order of their policies."""


@cache
def guardrails() -> Mapping[str, Guardrail]:
    """Id → guardrail, in the order of the groups and, in a group, of its file."""
    found: dict[str, Guardrail] = {}
    for group in GROUPS:
        text = (Path(__file__).parent / "guardrails" / f"{group}.toml").read_text(encoding="utf-8")
        for key, entry in tomllib.loads(text).items():
            lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
            found[key] = Guardrail(id=key, group=group, **{**entry, **lists})
    return found
