"""The cost drivers of each capability: the `prices.toml` of its directory."""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import tomli

from baseline.areas import capability_files
from baseline.frozen import frozen


@frozen
class Driver:
    """A cost driver: one item that a capability is billed for.

    Attributes:
        id: Unique in its capability, in kebab case.
        title: The billed item.
        price: Id in the price list.
        resource: Type of the resources that cause it: without any there is no charge. Empty if every stack does.
        template: Name of the only template that counts; empty for all templates of the capability.
        assumption: Name of the assumed amount; empty if the resources themselves are billed.
        counts: The number that the factors multiply if there is no assumption: that of the resources, or of stacks with
            any.
        factor: Constant factor, such as the hours of a month.
        count_of: Setting whose items, or whose value, are another factor.
        months_of: Setting with the days that something is kept; a factor in months.
        months_in: S3 storage class; the factor is the months that a log is in it.
        when: Setting → value without which there is no charge. `stack.NAME` is a value of the stack's context, and a
            path with `/` leads below a setting.
        unless: Setting → value with which there is no charge.
        reach: The accounts: `stack` for those of the stacks, `organization` for all outside suspended OUs, `members`
            for these except the management account. The Regions are those of the stacks.
    """

    id: str
    title: str
    price: str
    resource: str = ""
    template: str = ""
    assumption: str = ""
    counts: Literal["resources", "stacks"] = "resources"
    factor: Decimal = Decimal(1)
    count_of: str = ""
    months_of: str = ""
    months_in: str = ""
    when: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Any] = field(default_factory=dict)
    reach: Literal["stack", "members", "organization"] = "stack"


@frozen
class Lever:
    """A change that lowers the cost.

    Attributes:
        title: The change to make.
        price: The drawback of the change.
        set: Setting → value.
        without: Ids of the drivers that no longer apply.
    """

    title: str
    price: str
    set: Mapping[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()


@frozen
class CapabilityPrices:
    """The drivers and levers of a capability, and resource type → the reason why it has no price or is free."""

    drivers: tuple[Driver, ...] = ()
    levers: tuple[Lever, ...] = ()
    unpriced: Mapping[str, str] = field(default_factory=dict)
    free: Mapping[str, str] = field(default_factory=dict)


@cache
def capability_prices() -> Mapping[str, CapabilityPrices]:
    """Capability → its cost drivers."""
    return {
        directory.rpartition("/")[2]: _read(tomli.loads(file.read_text(encoding="utf-8"), parse_float=Decimal))
        for directory, file in capability_files("prices.toml")
    }


def _read(data: Mapping[str, Any]) -> CapabilityPrices:
    return CapabilityPrices(
        drivers=tuple(
            Driver(**{**entry, "factor": Decimal(entry.get("factor", 1))}) for entry in data.get("drivers", ())
        ),
        levers=tuple(
            Lever(**{**entry, "without": tuple(entry.get("without", ()))}) for entry in data.get("levers", ())
        ),
        unpriced=data.get("unpriced", {}),
        free=_free(data),
    )


@cache
def free_types() -> Mapping[str, str]:
    """Resource type → why AWS does not charge for it: from `free.toml` and the `prices.toml` of each capability."""
    data = tomli.loads(Path(__file__).with_name("free.toml").read_text(encoding="utf-8"))
    own = (prices.free for prices in capability_prices().values())
    return {name: why for types in (_free(data), *own) for name, why in types.items()}


def _free(data: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: entry["why"] for entry in data.get("free", ()) for name in entry["types"]}
