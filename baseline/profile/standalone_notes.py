"""Notes on settings that have no effect in a standalone profile."""

from collections.abc import Iterator

from baseline.capabilities.registry import CAPABILITIES
from baseline.findings import Finding
from baseline.profile.model import Profile
from baseline.profile.problem_ids import problem
from baseline.profile.tree import Tree, find

_ALLOWED = ("enabled", "reason")


def standalone_notes(tree: Tree, profile: Profile) -> Iterator[Finding]:
    """Yield an info finding for each written setting of a capability that needs an organization."""
    if not profile.organization.standalone:
        return
    for name in (name for name, capability in CAPABILITIES.items() if capability.needs_organization):
        path = ("capabilities", name)
        found = find(tree, path)
        settings = found.tree.value if found.path == path else None
        for key in settings if isinstance(settings, dict) else ():
            if key not in _ALLOWED:
                message = f"no effect with standalone: {name} deploys nothing without an organization"
                yield problem("profile-no-effect", found.tree.keys[key], (*path, key), message)
