"""The assignment of guardrails to policies, fixed so that no update moves a statement between policies.

Policies are deployed one after another, and an update can stop after any of them. No protection is missing in between
as long as no statement is removed from a policy before another policy has it. A policy's key therefore identifies its
guardrails:

- at the root each group of guardrails has its slot, regardless of other guardrails;
- a full slot is split into policies whose keys name their statements;
- guardrails that the profile attaches elsewhere are in policies whose keys name these guardrails.

If a key changes, the new policies are created beside the old ones, which stay attached until `deploy --prune` deletes
their stacks. Policies of OUs and accounts are deployed before those of the root, so that a guardrail that moves from
the root to an OU is attached there first.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from baseline.capabilities.organization.guardrails.settings import GuardrailChange
from baseline.controls.guardrail import Guardrail, guardrails
from baseline.frozen import frozen

SLOTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "SERVICE_CONTROL_POLICY": {
        "identity": ("root-user", "identity", "quarantine", "suspended"),
        "record": ("logging",),
        "detection": ("detection", "organization"),
        "data": ("data", "regions"),
        "network": ("network", "services", "perimeter"),
    },
    "RESOURCE_CONTROL_POLICY": {"1": ("resources",)},
}
"""Kind → slot → its groups. A group never moves to another slot: a move would need a new slot with a new name."""


@frozen
class Home:
    """Guardrails that are attached together: at the root, to a scope of the catalog, or to places of the profile.

    Attributes:
        scope: `root`, `security`, `quarantine` or `suspended`; empty for places of the profile.
        places: Their targets.
    """

    scope: str
    places: tuple[str, ...]

    @property
    def order(self) -> int:
        """Places of the profile first, the root last."""
        return 2 if self.scope == "root" else 1 if self.scope else 0


def home_of(guardrail: Guardrail, change: GuardrailChange, places: tuple[str, ...]) -> Home:
    """The home of a guardrail with these targets."""
    if not change.to:
        return Home(scope=guardrail.to, places=places)
    return Home(scope="root" if places == ("root",) else "", places=places)


def slot_of(guardrail: Guardrail) -> str:
    """The guardrail's slot at the root."""
    return next(slot for slot, groups in SLOTS[guardrail.type].items() if guardrail.group in groups)


def suffix_of(home: Home, slug: str, kind: str, members: Iterable[str], changes: Mapping[str, GuardrailChange]) -> str:
    """The suffix of a policy's key, which differs if the policy's guardrails differ.

    Args:
        home: The home of the policy; not the root.
        slug: A name for its targets.
        kind: The policy's kind.
        members: Ids of its guardrails.
        changes: The profile's changes to guardrails.
    """
    if not home.scope:
        return f"{slug}-{digest((*home.places, *sorted(members)))}"
    moved = sorted(
        item.id
        for item in guardrails().values()
        if item.type == kind and item.to == home.scope and item.id in changes and changes[item.id].to
    )
    return f"{home.scope}-{digest(moved)}" if moved else home.scope


def digest(names: Iterable[str]) -> str:
    """A short name for a set of names."""
    return sha256("\n".join(names).encode()).hexdigest()[:6]
