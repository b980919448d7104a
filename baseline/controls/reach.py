"""The accounts and Regions that a control requires: `reach` in its table in `controls.toml`."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.areas import DIRECTORIES
from baseline.frozen import frozen

EVERY = "every"
ACCOUNTS = (EVERY, "management", "log_archive", "security")
REGIONS = ("home", "governed", "sign-in", "governed-and-sign-in", "alert", "rule", "iam", "own", "any")
_CAPABILITIES = frozenset(directory.rpartition("/")[2] for directory in DIRECTORIES)
HOME_IF_OPT_IN = "home-if-opt-in"


@frozen
class ControlReach:
    """Accounts × Regions that the stacks with a control must cover together.

    Attributes:
        template: Name of the template that these stacks have, without its directory; empty for any.
        accounts: `every` account outside suspended units, or roles of accounts: the three that every organization has,
            or that of a capability.
        accounts_of: A list in the settings of the capability, in place of `accounts`: the accounts that its items name,
            evaluated separately for each stack.
        match: Keys whose values an item of that list shares with the template's context if the item belongs to the
            stack.
        apart_from: A list in the settings of accounts that are excluded.
        regions: Which Regions: `home`, `governed`, `sign-in`, `governed-and-sign-in`, `alert`; `rule` for the governed
            ones that have the control's AWS Config rule, `iam` for the one where AWS Config records IAM, `own` for the
            capability's setting `region`, or home; `any` for those that the profile names.
        least: The minimum, if AWS does not support all of them: a resource type that a Region may lack, or
            `home-if-opt-in`. In the other Regions the control is not met.
        needs: A stack that has overrides, without the prefix: accounts in which an override removes it are left out.
        each: Whether each of these stacks must cover them alone, rather than all stacks together.
        when: A name in the template's context: only stacks with a value there are checked.
        unless: A name in the template's context: only stacks without a value there are checked.
    """

    template: str = ""
    accounts: tuple[str, ...] = ()
    accounts_of: str = ""
    match: str = "name"
    apart_from: str = ""
    regions: str
    least: str = ""
    needs: str = ""
    each: bool = False
    when: str = ""
    unless: str = ""


def read_reach(control: str, entry: Mapping[str, Any]) -> tuple[ControlReach, ...]:
    """The reach of a control, one item for each place that it must cover.

    Raises:
        ValueError: if a word is not allowed.
    """
    written = entry.get("reach", ())
    return tuple(_read(control, item) for item in ([written] if isinstance(written, Mapping) else written))


def _read(control: str, entry: Mapping[str, Any]) -> ControlReach:
    accounts = entry.get("accounts", ())
    found = ControlReach(**{**entry, "accounts": (accounts,) if isinstance(accounts, str) else tuple(accounts)})
    wrong = ", ".join(_wrong(found))
    if wrong:
        raise ValueError(f"{control}: reach does not know {wrong}")
    return found


def _wrong(found: ControlReach) -> Iterator[str]:
    yield from (name for name in found.accounts if name not in ACCOUNTS and name not in _CAPABILITIES)
    if bool(found.accounts) == bool(found.accounts_of):
        yield "both or neither of accounts and accounts_of"
    if "/" in found.template:
        yield f"{found.template}, a path"
    if found.regions not in REGIONS:
        yield found.regions
    if found.least and "::" not in found.least and found.least != HOME_IF_OPT_IN:
        yield found.least
