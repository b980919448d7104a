"""A note if guardrails would apply to existing accounts and the profile does not set the stage."""

from collections.abc import Iterator

from baseline.findings import Finding
from baseline.profile.model import ORGANIZATION_ACCOUNTS, Profile
from baseline.profile.problem_ids import problem
from baseline.profile.tree import Tree, find

_PATH = ("capabilities", "guardrails", "stage")


def stage_note(tree: Tree, profile: Profile) -> Iterator[Finding]:
    """Yield an info finding if the tier attaches guardrails to existing accounts."""
    settings = profile.capabilities["guardrails"]
    found = find(tree, _PATH)
    existing = [key for key, item in profile.accounts.items() if item.id and key not in ORGANIZATION_ACCOUNTS]
    attached = settings.enabled and getattr(settings, "stage", "") == "all" and not profile.organization.standalone
    if attached and existing and found.path != _PATH:
        more = f" and {len(existing) - 3} more" if len(existing) > 3 else ""
        message = (
            f"guardrails are attached immediately and apply to existing accounts: {', '.join(existing[:3])}{more}; "
            "calls of their workloads may be denied"
        )
        yield problem("profile-stage", found.key, _PATH, message)
