"""Values weaker than the tier's: each is a finding, which a `reason` beside it accepts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.overrides import Override, overrides_of
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Settings, Tier, TierDefaults, tier_defaults
from baseline.findings import Finding, Problem
from baseline.profile.problem_ids import problem
from baseline.profile.tree import KeyPath, Tree, find
from baseline.releases import is_included


@dataclass(frozen=True)
class _Comparison:
    """One mapping of settings and its plain data, the values to compare with, and the reason that applies to it."""

    tree: Tree
    item: BaseModel
    data: Mapping[str, Any]
    tier: Tier
    release: str
    path: KeyPath
    reason: str | None


def weakenings(tree: Tree, settings: Mapping[str, Settings], landscape: Landscape) -> Iterator[Finding]:
    """One warning per value weaker than the tier's, and a note per unneeded `reason`.

    Args:
        tree: The profile as written.
        settings: Capability → settings, completed by the tier.
        landscape: The landscape, with the tier and the release of defaults to compare with.
    """
    tier, release = landscape.tier, landscape.release
    for name, item in settings.items():
        if not item.enabled and not is_included(CAPABILITIES[name].since, release):
            continue
        others = CAPABILITIES[name].weakened(landscape) if item.enabled else ()
        data = {setting: _plain(getattr(item, setting)) for setting in type(item).model_fields}
        here = _Comparison(tree, item, data, tier, release, ("capabilities", name), item.reason)
        for finding in _compare(here, others):
            yield replace(finding, capability=name)


def _compare(here: _Comparison, others: Sequence[Problem] = ()) -> list[Finding]:
    own: str | None = getattr(here.item, "reason", None)
    weak = [
        _finding(here, name, defaults)
        for name, defaults in _compared(here.item).items()
        if defaults.weakened_by(here.data[name], here.tier, here.release)
    ]
    for name, nested in _nested(here.item):
        reason = getattr(nested, "reason", None) if "reason" in type(nested).model_fields else here.reason
        weak.extend(_compare(replace(here, item=nested, data=here.data[name], path=(*here.path, name), reason=reason)))
    weak.extend(_weaker(here, item) for item in others)
    if own and not weak:
        weak = [_unused(here.tree, here.path)]
    for index, override in enumerate(overrides_of(here.item)):
        weak += _in_places(here, index, override)
    return weak


def _in_places(here: _Comparison, index: int, override: Override) -> list[Finding]:
    """Weaker values in some places, which the override's reason accepts."""
    path = (*here.path, "overrides", index)
    data = {name: _plain(value) for name, value in override.values.items()}
    there = replace(here, item=override, data=data, path=path, reason=override.reason)
    weak = [
        _finding(there, name, defaults)
        for name, defaults in tier_defaults(type(here.item)).items()
        if name in override.changed and defaults.weakened_by(there.data[name], here.tier, here.release)
    ]
    weak += [_weaker(there, item) for item in override.weaker(here.item)]
    return [_unused(here.tree, path)] if override.reason and not weak else weak


def _unused(tree: Tree, path: KeyPath) -> Finding:
    at = find(tree, (*path, "reason"))
    return problem("profile-reason-unused", at.key, at.path, "reason without effect: no value is weaker here")


def _compared(item: BaseModel) -> Mapping[str, TierDefaults]:
    """The values to compare; for a disabled capability only the switch itself."""
    defaults = tier_defaults(type(item))
    off = getattr(item, "enabled", True) is False
    return {"enabled": defaults["enabled"]} if off and "enabled" in defaults else defaults


def _nested(item: BaseModel) -> Iterator[tuple[str, BaseModel]]:
    if getattr(item, "enabled", True) is False:
        return
    for name in type(item).model_fields:
        value = getattr(item, name)
        if isinstance(value, BaseModel):
            yield name, value


def _finding(here: _Comparison, name: str, defaults: TierDefaults) -> Finding:
    path = (*here.path, name)
    at = find(here.tree, path)
    control = f", control {defaults.control}" if defaults.control else ""
    given = _shown(here.data[name])
    message = f"weaker than the tier: {given}, {here.tier} says {_shown(defaults.of(here.release)[here.tier])}{control}"
    finding = problem("profile-weakened", at.tree.place, path, message, _fix(here.path, at.path))
    return replace(finding, control=defaults.control, accepted=here.reason)


def _weaker(here: _Comparison, weakening: Problem) -> Finding:
    path = (*here.path, *weakening.path)
    at = find(here.tree, path)
    message = f"{weakening.message}, control {weakening.control}"
    finding = problem("profile-weakened", at.tree.place, path, message, _fix(here.path, at.path))
    return replace(
        finding, control=weakening.control, accepted=_reason_beside(here.data, weakening.path) or here.reason
    )


def _reason_beside(data: Any, path: KeyPath) -> str | None:  # noqa: ANN401 - plain data of any shape
    """The `reason` of the entry of a list that contains the value, if it has one."""
    found = None
    for step in path[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return found
        if isinstance(step, int) and isinstance(data, Mapping):
            found = data.get("reason") or found
    return found


def _fix(path: KeyPath, written: KeyPath) -> str | None:
    if len(written) > len(path):
        return None
    return "remove it, or write `{enabled: false, reason: …}` to accept it"


def _plain(value: Any) -> Any:  # noqa: ANN401 - a setting of any type
    """The value as plain YAML data, in the form of tier values."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
