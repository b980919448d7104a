"""Notes on releases of defaults: the profile names none, or a newer release adds defaults."""

from collections.abc import Iterator
from typing import Any

from baseline.capabilities.detect.config.packs import rules_of_tier
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Tier
from baseline.controls.guardrail import guardrails
from baseline.findings import Finding
from baseline.profile.model import Profile
from baseline.profile.problem_ids import problem
from baseline.profile.tiers import capability_defaults, tier_data
from baseline.profile.tree import Tree, find
from baseline.releases import NEWEST, is_included


def release_notes(tree: Tree, profile: Profile) -> Iterator[Finding]:
    """Yield an info finding if the profile names no release of defaults, or if newer releases add defaults."""
    if "defaults" not in tree.value:
        message = (
            f"no release of defaults: the newest, {NEWEST}, is used, and a later version of baseline may add to it"
        )
        yield problem("profile-defaults-unset", tree.place, ("defaults",), message, f'write `defaults: "{NEWEST}"`')
        return
    added = tuple(additions(profile.tier, profile.defaults))
    if added:
        found = find(tree, ("defaults",)).tree
        message = f"release {NEWEST} of the defaults is available: it adds or changes {_listed(added)}"
        fix = f'preview it with `baseline plan PROFILE --against PROFILE --defaults {NEWEST}`, then write "{NEWEST}"'
        yield problem("profile-defaults-newer", found.place, ("defaults",), message, fix)


def additions(tier: Tier, release: str) -> Iterator[str]:
    """The defaults that the newest release enables or changes in a tier, compared with `release`.

    A new capability that deploys nothing until the profile enables it changes nothing, and is left out.
    """
    for name, capability in CAPABILITIES.items():
        if not is_included(capability.since, release):
            if capability.is_asked(capability.settings.model_validate(tier_data(capability.settings, tier))):
                yield f"capability {name}"
            continue
        old = dict(_flat(name, capability_defaults(capability, tier, release)))
        new = dict(_flat(name, tier_data(capability.settings, tier)))
        yield from (f"setting {path}" for path in new if new[path] != old.get(path))
    for guardrail in guardrails().values():
        if guardrail.is_default(tier, NEWEST) and not guardrail.is_default(tier, release):
            yield f"guardrail {guardrail.id}"
    known = {rule.name for rule in rules_of_tier(tier, release)}
    yield from (f"AWS Config rule {rule.name}" for rule in rules_of_tier(tier) if rule.name not in known)


def _flat(path: str, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield from _flat(f"{path}.{key}", value)
        else:
            yield f"{path}.{key}", value


def _listed(names: tuple[str, ...], most: int = 16) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
