"""Which policy has which guardrails: fixed, so that no update takes a statement out of one policy to put it in another.

Policies are deployed one after another, and an update can end after any of them. It opens nothing as long as no
statement leaves a policy before another one has it. So a policy's key stands for the guardrails that belong to it:

- at the root each group of guardrails has its slot, whatever else is on;
- a slot that is full becomes policies whose keys name their statements;
- guardrails that the profile attaches elsewhere are in policies whose keys name these guardrails.

Where the key changes, the policies of the new plan are created beside those of the old one, which stay attached until
`deploy --prune` deletes their stacks. Policies of units and accounts come before those of the root: what the
profile moves from the root into a unit is there before it leaves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from baseline.capabilities.organization.guardrails.settings import GuardrailChange
from baseline.controls.guardrail import Guardrail, guardrails

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
"""Kind → slot → its groups. A group never changes its slot: that would be a new slot with a new name."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """Guardrails that are attached together: at the root, where a scope of the catalog says, or where the profile says.

    Attributes:
        scope: `root`, `security`, `quarantine` or `suspended`; empty where the profile says where.
        places: Where they are attached.
    """

    scope: str
    places: tuple[str, ...]

    @property
    def order(self) -> int:
        """Places of the profile first, the root last."""
        return 2 if self.scope == "root" else 1 if self.scope else 0


def home_of(guardrail: Guardrail, change: GuardrailChange, places: tuple[str, ...]) -> Home:
    """The home of a guardrail that is attached to the places."""
    if not change.to:
        return Home(scope=guardrail.to, places=places)
    return Home(scope="root" if places == ("root",) else "", places=places)


def slot_of(guardrail: Guardrail) -> str:
    """The slot that a guardrail has at the root."""
    return next(slot for slot, groups in SLOTS[guardrail.type].items() if guardrail.group in groups)


def suffix_of(home: Home, slug: str, kind: str, members: Iterable[str], changes: Mapping[str, GuardrailChange]) -> str:
    """What the key of a policy ends with: it differs where the guardrails that belong to the policy do.

    Args:
        home: The policy's; not the root.
        slug: Its places, as a name.
        kind: The policy's kind.
        members: Ids of its guardrails.
        changes: What the profile changes about guardrails.
    """
    if not home.scope:
        return f"{slug}-{digest((*home.places, *sorted(members)))}"
    moved = sorted(
        item.id
        for item in guardrails().values()
        if item.type == kind and item.to == home.scope and changes.get(item.id, GuardrailChange()).to
    )
    return f"{home.scope}-{digest(moved)}" if moved else home.scope


def digest(names: Iterable[str]) -> str:
    """A short name for a set of names."""
    return sha256("\n".join(names).encode()).hexdigest()[:6]
