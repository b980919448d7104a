"""The rules of each pack: the rules of its framework that no other pack deploys in the same places."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from baseline.aws.config_rules import is_rule_available
from baseline.capabilities.capability import ROOT
from baseline.capabilities.detect.config.config import deployed_rules
from baseline.capabilities.detect.config.packs import ManagedRule, logical_id_of
from baseline.capabilities.detect.conformance.catalog import catalog, mapped_rules
from baseline.capabilities.detect.conformance.settings import ConformanceSettings, OwnRule, Pack, document_key
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.controls.framework import framework_ids
from baseline.frozen import frozen

CONFIG = "config"
"""Names the packs of `config` as the deployer of a rule."""

_COMMENT_BYTES = 60
"""Bytes around the comment about a control that a rule of `config` has."""
_SCOPE_BYTES = 100
_GUARD_BYTES = 400
_REMEDIATION_BYTES = 1_100


@frozen
class PackRule(ManagedRule):
    """A rule of a pack.

    Attributes:
        resource_types: The types that it evaluates; empty for all types of a managed rule.
        guard: Its Guard policy; empty for managed rules.
        own: Whether it is the profile's own, which is deployed even to Regions whose support for it is unknown.
        corrected: Whether the pack has a remediation for it.
    """

    resource_types: tuple[str, ...] = ()
    guard: str = ""
    own: bool = False
    corrected: bool = False

    @property
    def weight(self) -> int:
        """An upper bound of the rule's size in a template, in bytes."""
        rule = super().weight - len(self.control) - _COMMENT_BYTES
        types = sum(len(kind) + _SCOPE_BYTES for kind in self.resource_types)
        escaped = self.guard.encode("ascii", "backslashreplace")
        guard = len(escaped) + escaped.count(b'"') + escaped.count(b"\n") + escaped.count(b"\\") if self.guard else 0
        return rule + types + guard + _GUARD_BYTES * bool(guard) + _REMEDIATION_BYTES * self.corrected

    def is_available(self, region: str) -> bool:
        """Whether the Region has it."""
        if self.own:
            return bool(self.guard) or is_rule_available(self.identifier, region) is not False
        return super().is_available(region)

    @property
    def signature(self) -> tuple[Any, ...]:
        """A value that is equal for rules with the same findings."""
        parameters = {**self.parameters, **self.references}
        return self.identifier, self.guard, frozenset(parameters.items()), frozenset(self.resource_types)


@frozen
class Choice:
    """A rule, and the key of the pack that deploys it in these places: the pack itself, an earlier one or `CONFIG`."""

    rule: PackRule
    deployed_by: str


def choices(landscape: Landscape, settings: ConformanceSettings) -> Mapping[str, tuple[Choice, ...]]:
    """Pack key → every rule that the pack selects, including rules that another pack deploys."""
    known = known_rules(landscape, settings)
    everywhere = frozenset(_pack_rule(rule).signature for rule in deployed_rules(landscape))
    found: dict[str, tuple[Choice, ...]] = {}
    for key, pack in settings.packs.items():
        elsewhere = dict.fromkeys(everywhere, CONFIG)
        for earlier, some in found.items():
            if is_covered(landscape, pack, settings.packs[earlier]):
                own = (item.rule.signature for item in some if item.deployed_by == earlier)
                elsewhere = {**dict.fromkeys(own, earlier), **elsewhere}
        found[key] = tuple(_choices(key, pack, known, elsewhere))
    return found


def _choices(
    key: str, pack: Pack, known: Mapping[str, PackRule], elsewhere: Mapping[tuple[Any, ...], str]
) -> Iterator[Choice]:
    for name in names_of(pack):
        rule = known.get(name)
        if rule is not None:
            keeps = pack.repeat or rule.name in pack.remediate
            yield Choice(rule=rule, deployed_by=key if keeps else elsewhere.get(rule.signature, key))


def names_of(pack: Pack) -> tuple[str, ...]:
    """The names of a pack's rules: the framework's rules in the order of the catalog, then all other rules."""
    mapped = mapped_rules(pack.framework) if pack.framework in framework_ids() else {}
    chosen = (name for name in mapped if name not in pack.without)
    return tuple(dict.fromkeys((*chosen, *pack.rules, *pack.remediate)))


def known_rules(landscape: Landscape, settings: ConformanceSettings) -> Mapping[str, PackRule]:
    """Name → rule: the catalog's rules with the parameters that `config` sets, and the profile's own rules."""
    deployed = {rule.name: rule for rule in deployed_rules(landscape)}
    own = {name: _own_rule(landscape, name, rule) for name, rule in settings.rules.items()}
    return {
        **_catalog(),
        **{name: _pack_rule(rule) for name, rule in deployed.items()},
        **{name: rule for name, rule in own.items() if rule is not None},
    }


def is_covered(landscape: Landscape, pack: Pack, other: Pack) -> bool:
    """Whether every account with `pack` also has `other`."""
    within = all(
        not set(other.to).isdisjoint((*path_of(landscape, place), *((ROOT,) if place == ROOT else ())))
        for place in pack.to
    )
    return within and set(other.exclude_accounts) <= set(pack.exclude_accounts)


@cache
def _catalog() -> Mapping[str, PackRule]:
    return {name: _pack_rule(rule) for name, rule in catalog().items()}


def _pack_rule(rule: ManagedRule) -> PackRule:
    return PackRule(**{field.name: getattr(rule, field.name) for field in fields(ManagedRule)})


def _own_rule(landscape: Landscape, name: str, rule: OwnRule) -> PackRule | None:
    """The rule; None while its file cannot be read."""
    text = landscape.documents.get(document_key(name)) if rule.guard else ""
    if not isinstance(text, str):
        return None
    return PackRule(
        name=name,
        logical_id=logical_id_of(name),
        identifier=rule.identifier or "",
        title=rule.title,
        scope="regional",
        tier="starter",
        periodic=False,
        parameters=rule.parameters,
        references={},
        resource_types=tuple(dict.fromkeys(rule.resource_types)),
        guard=text,
        own=True,
    )
