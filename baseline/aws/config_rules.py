"""AWS Config managed rules: identifiers and parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from baseline.aws.facts import facts


@dataclass(frozen=True, kw_only=True)
class RuleParameter:
    """A parameter of a managed rule. `type` is `string`, `number`, `bool`, …; `default` is None where there is none.

    `required` holds only where the rule's page says so: most pages leave out which parameters are optional.
    """

    name: str
    type: str
    required: bool
    default: str | None


@dataclass(frozen=True, kw_only=True)
class ConfigRule:
    """A managed rule. `resource_types` is empty for rules that run on a schedule only."""

    identifier: str
    resource_types: tuple[str, ...]
    parameters: Mapping[str, RuleParameter]


@cache
def config_rule(identifier: str) -> ConfigRule | None:
    """The managed rule of that identifier, or None.

    Source: AWS Config developer guide, List of AWS Config Managed Rules.
    """
    data = facts("config_rules").get(identifier)
    if data is None:
        return None
    parameters = {
        name: RuleParameter(name=name, type=kind, required=required, default=default)
        for name, (kind, required, default) in data["parameters"].items()
    }
    return ConfigRule(identifier=identifier, resource_types=tuple(data["types"]), parameters=parameters)


_NEWER = ("ap-east-2", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "il-central-1")
_ROOT_MFA_MISSING = frozenset(
    {
        *_NEWER,
        *("me-central-1", "mx-central-1", "cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"),
    }
)
_MISSING: Mapping[str, frozenset[str]] = {
    "ROOT_ACCOUNT_MFA_ENABLED": _ROOT_MFA_MISSING,
    "ROOT_ACCOUNT_HARDWARE_MFA_ENABLED": _ROOT_MFA_MISSING,
}
"""Regions that lack a rule, for the rules that the templates use (AWS Config developer guide, each rule's own page)."""


def is_rule_available(identifier: str, region: str) -> bool | None:
    """Whether the Region has the managed rule; None where we have not looked it up."""
    missing = _MISSING.get(identifier)
    return None if missing is None else region not in missing


def nearest_rule(identifier: str) -> str | None:
    """The identifier that was most likely meant."""
    close = get_close_matches(identifier.upper(), list(facts("config_rules")), n=1, cutoff=0.7)
    return close[0] if close else None
