"""The assignment of managed rules to conformance packs and Regions."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

import tomli

from baseline.aws.config_rules import is_rule_available
from baseline.aws.config_types import records_iam
from baseline.aws.quotas import quota
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.settings import TIERS, Tier
from baseline.frozen import frozen
from baseline.releases import NEWEST, is_included

_PACK_BYTES = 46_000
"""Maximum bytes of the rules of one pack: the whole template may have 51,200 bytes."""

_RULE_FRAME_BYTES = 420
_PARAMETER_FRAME_BYTES = 24


@frozen
class ManagedRule:
    """One managed rule of the baseline.

    Attributes:
        name: Its name in AWS Config, in kebab case.
        logical_id: The same in PascalCase.
        identifier: AWS's identifier.
        title: One sentence that is true for compliant resources.
        scope: `regional`, `iam` (types that only the global Region records) or `account` (once per account).
        tier: The lowest tier that includes it.
        since: The release of defaults that introduced it, empty for the first.
        periodic: Whether it can be evaluated on a schedule.
        parameters: Its InputParameters, all text.
        references: Parameters that CloudFormation fills in, such as the partition of an ARN.
    """

    name: str
    logical_id: str
    identifier: str
    title: str
    scope: Literal["regional", "iam", "account"]
    tier: Tier
    periodic: bool
    parameters: Mapping[str, str]
    references: Mapping[str, Reference]
    since: str = ""

    @property
    def control(self) -> str:
        """Id of its control."""
        return f"config-rule-{self.name}"

    @property
    def weight(self) -> int:
        """An upper bound of the rule's size in a template, in bytes."""
        texts = (self.name, self.name, self.logical_id, self.identifier, self.title, self.control)
        parameters = sum(len(f"{name}{value}".encode()) + _PARAMETER_FRAME_BYTES for name, value in self._escaped())
        return sum(len(text.encode()) for text in texts) + parameters + _RULE_FRAME_BYTES

    def is_available(self, region: str) -> bool:
        """Whether the Region is known to have the rule: one missing rule makes the whole pack fail."""
        return is_rule_available(self.identifier, region) is True

    def _escaped(self) -> Iterator[tuple[str, str]]:
        """The parameters in their longest encoding: a non-ASCII character may become six or ten characters."""
        for name, value in {**self.parameters, **self.references}.items():
            yield name, value.encode("ascii", "backslashreplace").decode().replace('"', '\\"')


R = TypeVar("R", bound=ManagedRule)


@frozen
class Pack(Generic[R]):
    """A set of rules and its Regions. `suffix` distinguishes packs; the first has none."""

    suffix: str
    regions: tuple[str, ...]
    rules: tuple[R, ...]


@cache
def managed_rules() -> Mapping[str, ManagedRule]:
    """Name → rule, for every rule of any tier, with the baseline's parameters."""
    data = tomli.loads(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
    return {name: read_rule(name, fields) for name, fields in data.items()}


def read_rule(name: str, fields: Mapping[str, Any]) -> ManagedRule:
    """Parse a rule from its table in a rules file; a parameter with `${` is a reference."""
    parameters = fields.get("parameters", {})
    return ManagedRule(
        name=name,
        logical_id=logical_id_of(name),
        **{
            **fields,
            "parameters": {k: v for k, v in parameters.items() if "${" not in v},
            "references": {k: Reference(v) for k, v in parameters.items() if "${" in v},
        },
    )


def logical_id_of(name: str) -> str:
    """The rule's name in PascalCase."""
    return "".join(word.capitalize() for word in name.split("-"))


def global_region(landscape: Landscape) -> str:
    """The one governed Region that records IAM resources: home if it does, else the first that does, else ''."""
    return next((region for region in landscape.regions if records_iam(region)), "")


def build_packs(landscape: Landscape, rules: Sequence[R]) -> tuple[Pack[R], ...]:
    """The packs: one for each set of rules available in some governed Regions, and one for rules per account.

    A rule is left out in a Region if its availability there is unknown: one missing rule fails a whole pack.
    """
    once = global_region(landscape)
    wanted = [rule for rule in rules if rule.scope != "regional" and (once or rule.scope != "iam")]
    return (
        *_regional_packs(landscape, [rule for rule in rules if rule.scope == "regional"]),
        *_split("account", (once or landscape.home_region,), wanted),
    )


def _regional_packs(landscape: Landscape, rules: Sequence[R]) -> Iterator[Pack[R]]:
    groups: dict[tuple[str, ...], list[str]] = {}
    for region in landscape.regions:
        names = tuple(rule.name for rule in rules if rule.is_available(region))
        groups.setdefault(names, []).append(region)
    for number, (names, regions) in enumerate(groups.items(), start=1):
        suffix = "" if number == 1 else str(number)
        yield from _split(suffix, tuple(regions), [rule for rule in rules if rule.name in names])


def _split(suffix: str, regions: tuple[str, ...], rules: Sequence[R]) -> Iterator[Pack[R]]:
    present = [rule for rule in rules if all(rule.is_available(region) for region in regions)]
    for number, part in enumerate(split_rules(present), start=1):
        parts = (suffix, "" if number == 1 else f"part{number}")
        yield Pack(suffix="-".join(filter(None, parts)), regions=regions, rules=part)


def split_rules(rules: Sequence[R]) -> tuple[tuple[R, ...], ...]:
    """The rules in order, in as few parts as possible: at most 130 rules and 51,200 bytes each.

    Source: AWS Config developer guide, Service limits.
    """
    parts: list[list[R]] = []
    weight = 0
    for rule in rules:
        if not parts or len(parts[-1]) == quota("config.rules_per_pack") or weight + rule.weight > _PACK_BYTES:
            parts.append([])
            weight = 0
        parts[-1].append(rule)
        weight += rule.weight
    return tuple(map(tuple, parts))


def rules_of_tier(tier: Tier, release: str = NEWEST) -> tuple[ManagedRule, ...]:
    """Return the rules of a tier in a release of defaults, including the rules of lower tiers."""
    rules = (rule for rule in managed_rules().values() if is_included(rule.since, release))
    return tuple(rule for rule in rules if TIERS.index(rule.tier) <= TIERS.index(tier))
