"""AWS Config managed rules: identifiers and parameters."""

from collections.abc import Mapping
from functools import cache

from baseline.aws.facts import facts
from baseline.frozen import frozen
from baseline.text.nearest import nearest


@frozen
class RuleParameter:
    """A parameter of a managed rule. `type` is `string`, `number`, `bool`, …; `default` is None if it has none.

    `required` holds only where the rule's page says so: most pages leave out which parameters are optional.
    """

    name: str
    type: str
    required: bool
    default: str | None


@frozen
class ConfigRule:
    """A managed rule. `resource_types` is empty for rules that only run on a schedule."""

    identifier: str
    resource_types: tuple[str, ...]
    parameters: Mapping[str, RuleParameter]


@cache
def config_rule(identifier: str) -> ConfigRule | None:
    """The managed rule with this identifier, or None.

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


def is_rule_available(identifier: str, region: str) -> bool | None:
    """Whether the Region has the managed rule; None if the data does not cover it.

    Source: AWS Config developer guide, each rule's own page. If copies of a page differ, the narrower list
    applies. A Region that opened after a list of exceptions was written is treated as one of the exceptions.
    """
    known = facts("config_rule_regions").get(identifier)
    if known is None:
        return None
    only: list[str] | None = known.get("only")
    return region in only if only is not None else region not in known["missing"]


def nearest_rule(identifier: str) -> str | None:
    """The identifier that the author probably meant."""
    return nearest(identifier, facts("config_rules"), cutoff=0.7)
