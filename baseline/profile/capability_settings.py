"""The `capabilities` section: each capability's settings, filled in by the tier and checked by its own model."""

from collections.abc import Mapping
from dataclasses import field
from itertools import takewhile
from typing import Any

from baseline.capabilities.capability import Capability
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Settings, Tier
from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.profile.draft import Broken, Draft, complete
from baseline.profile.problem_ids import problem
from baseline.profile.problems import translate
from baseline.profile.tiers import capability_defaults, lay_over, tier_settings
from baseline.profile.tree import Tree, find, plain
from baseline.text.nearest import did_you_mean

_COMMON = Settings.model_fields.keys()
_MOST_OWNERS = 3


@frozen
class Defaults:
    """Source of the values that a profile does not set.

    Attributes:
        tier: The tier.
        release: The release of defaults.
        left: Capability → settings that leave something to another tool, over those of the tier.
    """

    tier: Tier
    release: str
    left: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_settings(tree: Tree, defaults: Defaults, broken: Broken) -> tuple[dict[str, Settings], list[Finding]]:
    """Capability → settings, for every capability, and their problems.

    Args:
        tree: The whole profile.
        defaults: Tier and release for the values that the profile does not set.
        broken: Receives the key path of every rejected value, which the tier's value replaces.
    """
    section = find(tree, ("capabilities",)).tree if "capabilities" in tree.value else None
    given: Mapping[str, Tree] = {}
    problems: list[Finding] = []
    if section is not None and isinstance(section.value, dict):
        given = section.value
        problems = [_unknown(tree, name) for name in given if name not in CAPABILITIES]
    elif section is not None:
        broken.add(("capabilities",))
        message = "wrong type: a mapping is needed" if section.value is not None else "empty: a mapping is needed"
        problems = [problem("profile-type", section.place, ("capabilities",), message)]
    settings: dict[str, Settings] = {}
    for name, capability in CAPABILITIES.items():
        settings[name], found = _one(tree, capability, defaults, given.get(name), broken)
        problems.extend(found)
    return settings, problems


def _unknown(tree: Tree, name: str) -> Finding:
    found = find(tree, ("capabilities", name))
    section = find(tree, ("capabilities",)).tree.value
    if owners := _owners(name, list(takewhile(lambda key: key != name, section))):
        message = f"{name} is no capability: it is a setting of {' and of '.join(owners)}"
        return problem(
            "profile-capability",
            found.key,
            found.path,
            message,
            f"indent it below {' or '.join(f'`{owner}:`' for owner in owners)}",
        )
    message = f'unknown capability "{name}"{did_you_mean(name, CAPABILITIES)}'
    return problem("profile-capability", found.key, found.path, message, f"known: {', '.join(CAPABILITIES)}")


def _owners(name: str, above: list[str]) -> list[str]:
    """Capabilities with a setting of this name: the nearest one above it in the file, or all if they are few."""
    owners = [key for key, item in CAPABILITIES.items() if name in item.settings.model_fields.keys() - _COMMON]
    nearest_above = [key for key in above if key in owners][-1:]
    return nearest_above or (owners if len(owners) <= _MOST_OWNERS else [])


def _one(
    tree: Tree, capability: Capability, defaults: Defaults, given: Tree | None, broken: Broken
) -> tuple[Settings, list[Finding]]:
    path = ("capabilities", capability.name)
    value = {} if given is None else plain(given)
    if value is None:  # every setting below the key is a comment
        value = {}
    if isinstance(value, bool):
        value = {"enabled": value}
    if not isinstance(value, dict):
        broken.add(path)
        message = "wrong type: a mapping of settings, true or false is needed"
        return _validated(capability, defaults, {}), [
            problem("profile-type", find(tree, path).tree.place, path, message)
        ]
    draft = Draft(model=capability.settings, data=value, at=path, broken=broken)
    settings, rejections = complete(draft, lambda data: _validated(capability, defaults, data))
    return settings, translate(rejections, tree, capability.settings, path)


def _validated(capability: Capability, defaults: Defaults, value: Mapping[str, Any]) -> Settings:
    left = defaults.left.get(capability.name, {})
    if not left.keys() - {"reason"} - value.keys():  # the profile sets them itself, with a reason or none
        left = {}
    if not left and not value:
        return tier_settings(capability, defaults.tier, defaults.release)
    below = lay_over(capability_defaults(capability, defaults.tier, defaults.release), left)
    return capability.settings.model_validate(lay_over(below, value))
