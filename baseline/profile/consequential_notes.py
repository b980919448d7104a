"""A note if guardrails would apply to existing accounts and the profile does not set the stage."""

from collections.abc import Callable, Iterator

from baseline.findings import Finding
from baseline.profile.model import ORGANIZATION_ACCOUNTS, Profile
from baseline.profile.problem_ids import problem
from baseline.profile.tree import KeyPath, Tree, find

_PATH = ("capabilities", "guardrails", "stage")
_LOCK = ("capabilities", "log_archive", "object_lock_mode")


def consequential_notes(tree: Tree, profile: Profile, is_broken: Callable[[KeyPath], bool]) -> Iterator[Finding]:
    """Yield a note for each consequential value that only the tier sets, unless an invalid value affects it."""
    if not any(map(is_broken, (_PATH[:2], ("accounts",), ("organization", "standalone")))):
        yield from _stage(tree, profile)
    if not is_broken(_LOCK[:2]):
        yield from _lock(tree, profile)


def _lock(tree: Tree, profile: Profile) -> Iterator[Finding]:
    settings = profile.capabilities["log_archive"]
    found = find(tree, _LOCK)
    if settings.enabled and getattr(settings, "object_lock_mode", "") == "COMPLIANCE" and found.path != _LOCK:
        days = getattr(settings, "object_lock_days", 0)
        message = (
            f"Object Lock in compliance mode for {days:,} days: no identity can delete a log earlier, the root user "
            "included, and its storage is billed until then"
        )
        yield problem("profile-irreversible", found.key, _LOCK, message)


def _stage(tree: Tree, profile: Profile) -> Iterator[Finding]:
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
