"""Capabilities: their dependencies, and settings that conflict with the rest of the profile."""

from collections.abc import Callable, Iterator

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.overrides import overridden, overrides_of
from baseline.capabilities.registry import CAPABILITIES
from baseline.findings import Problem
from baseline.profile.model import Profile
from baseline.profile.places import known_places, original, origins
from baseline.profile.tree import KeyPath

# Whatever a capability compares its settings with; without them nothing can be said.
_CONTEXT: tuple[KeyPath, ...] = (
    ("organization", "home_region"),
    ("organization", "regions"),
    ("organization", "standalone"),
    ("compliance",),
    ("tier",),
)


def requirements(profile: Profile) -> Iterator[Problem]:
    """Check that capabilities that an enabled capability requires are enabled; one problem per missing capability.

    What is off because AWS Control Tower does the same is not missing.
    """
    settings, tower = profile.capabilities, profile.organization.control_tower
    elsewhere = {"cloudtrail"} if tower and tower.integrations.centralized_logging else set()
    for required, item in settings.items():
        needed_by = [name for name in settings if settings[name].enabled and required in CAPABILITIES[name].requires]
        if needed_by and not item.enabled and required not in elsewhere:
            yield Problem(
                id="profile-capability",
                path=("capabilities", required),
                message=f"{required} is off: required by {', '.join(needed_by)}",
                fix=f"turn {required} on, or turn {needed_by[0] if len(needed_by) == 1 else 'these'} off as well",
                about=tuple(("capabilities", name) for name in needed_by),
            )


def setting_problems(profile: Profile, landscape: Landscape) -> Iterator[Problem]:
    """Problems that each enabled capability reports in its own settings, including features AWS lacks."""
    known = known_places(profile, landscape.ous)
    for name in landscape.capabilities:
        positions = dict(origins(name, profile.capabilities[name], known))
        capability = CAPABILITIES[name]
        kinds = (("profile-setting", capability.problems), ("profile-unsupported", capability.unsupported))
        for kind, item, path in ((kind, *found) for kind, find in kinds for found in _found(find, landscape, name)):
            yield Problem(
                id=item.id or kind,
                path=item.path if item.from_top else original(("capabilities", name, *path), positions),
                message=item.message,
                fix=item.fix,
                about=(*_CONTEXT, *item.about),
                fallback=_fallback(item, profile),
                file=item.file,
                place=item.place,
                severity=item.severity,
            )


def _fallback(item: Problem, profile: Profile) -> tuple[KeyPath, ...]:
    """Paths for problems of tier values: the values that conflict with them."""
    framework = any(name in item.message for name in profile.compliance)
    return (
        *item.fallback,
        *([("compliance",)] if framework else []),
        ("capabilities",),
        ("tier",),
    )


def _found(
    find: Callable[[Landscape], tuple[Problem, ...]], landscape: Landscape, name: str
) -> Iterator[tuple[Problem, KeyPath]]:
    """Each problem with its place in the settings; problems caused only by an override are reported there."""
    everywhere = find(landscape)
    yield from ((item, item.path) for item in everywhere)
    for index, override in enumerate(overrides_of(landscape.capabilities[name])):
        for item in find(overridden(landscape, name, override)):
            if item not in everywhere:
                yield item, ("overrides", index, *(item.path if item.path[0] in override.changed else ()))
