"""The accounts and Regions that stacks must cover, according to the declared reach of controls.

Derived only from the profile's organization, independently of the code that creates the targets of stacks.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from baseline.aws.availability import is_available
from baseline.aws.config_rules import is_rule_available
from baseline.aws.config_types import records_iam
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.overrides import Override, overrides_of
from baseline.controls.control import Control, controls
from baseline.controls.reach import EVERY, HOME_IF_OPT_IN, ControlReach
from baseline.frozen import frozen
from baseline.plan.model import Plan, Stack, Template
from baseline.plan.reach import Destination, Reach, Spread, together
from baseline.plan.units import MANAGEMENT, ROOT, units_above


@frozen
class Planned:
    """A plan and its organization."""

    landscape: Landscape
    plan: Plan

    @cached_property
    def suspended(self) -> frozenset[Destination]:
        """Accounts in suspended OUs, which stacks must not target through their OU."""
        return frozenset(item for item in self._members if not self._suspended.isdisjoint(units_above(item.unit)))

    @cached_property
    def every(self) -> frozenset[Destination]:
        """Every account that a stack for all accounts must cover.

        Future accounts of an OU are left out if an OU below is suspended: StackSets target an OU with everything in it.
        """
        around = {unit for path in self._suspended for unit in units_above(path)}
        return frozenset(item for item in self._members if item.account or item.unit not in around) - self.suspended

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the stacks."""
        return frozenset(stack.name for stack in self.plan.stacks)

    def override(self, capability: str, account: Destination) -> Override | None:
        """The override of a capability that applies to an account: the one of the nearest place."""
        if account.account == MANAGEMENT:
            return None
        owners = {place: item for item in self._overrides(capability) for place in item.to}
        nearest = (place for place in (account.account, *units_above(account.unit)) if place in owners)
        return next((owners[place] for place in nearest), None)

    def beside(self, capability: str) -> frozenset[Destination]:
        """Future accounts of OUs in which some place has an override of a capability.

        A StackSet targets an OU with everything in it; in such an OU it names the accounts.
        """
        accounts = self.landscape.accounts
        places = [place for item in self._overrides(capability) for place in item.to]
        around = [
            units_above(accounts[place].ou or ROOT) if place in accounts else units_above(place)[1:] for place in places
        ]
        return frozenset(Destination(unit) for units in around for unit in units)

    def lacking(self, family: str) -> frozenset[Destination]:
        """Accounts from which an override removes a stack, and future accounts of the OUs around them."""
        capability = next((stack.capability for stack in self.plan.stacks if stack.family == family), "")
        overridden = ((item, self.override(capability, item)) for item in self._members)
        removed = {item for item, override in overridden if override and not self._has(family, override)}
        return frozenset(removed) | self.beside(capability)

    def _has(self, family: str, override: Override) -> bool:
        return f"{family}-{override.name}" in self.names or all(override.values.values())

    def _overrides(self, capability: str) -> tuple[Override, ...]:
        settings = self.landscape.capabilities.get(capability)
        return overrides_of(settings) if settings else ()

    @cached_property
    def _suspended(self) -> frozenset[str]:
        return self.landscape.suspended

    @cached_property
    def _members(self) -> frozenset[Destination]:
        landscape = self.landscape
        known = {Destination(account.ou or ROOT, key) for key, account in landscape.accounts.items()}
        to_come = () if landscape.standalone else map(Destination, (ROOT, *landscape.ous))
        return frozenset(known.union(to_come))


@frozen
class Claim:
    """A control with declared reach, and the stacks that claim to implement it there."""

    control: Control
    reach: ControlReach
    templates: tuple[Template, ...]

    def lacks(self, planned: Planned, *, least: bool = True) -> Reach:
        """The accounts and Regions that the stacks together do not cover.

        Args:
            planned: The plan.
            least: Whether to leave out Regions without the AWS features that the control needs, and places where an
                override disables it.
        """
        found = together(planned.plan.reach(item.stack) for item in self.templates)
        anywhere = self.reach.regions == "any"
        regions = found.regions if anywhere else self._regions(planned.landscape, least=least)
        accounts = self._accounts(planned) - planned.beside(self.control.capability)
        if least and self.reach.needs:
            accounts -= planned.lacking(f"{planned.plan.prefix}-{self.reach.needs}")
        if least:
            accounts -= frozenset(item for item in accounts if not self._is_wanted(planned, item))
        return found.lacks(Reach((Spread(destinations=accounts, regions=regions),)))

    def _is_wanted(self, planned: Planned, account: Destination) -> bool:
        """Whether the settings that apply to the account enable the control."""
        override = planned.override(self.control.capability, account)
        family = self.templates[0].stack.family
        if not family:
            return True
        earning = {item.stack.name for item in self.templates}
        name = f"{family}-{override.name}" if override else family
        if override is None or name in planned.names:
            return name in earning
        switches_off = not all(override.values.values())
        return family in earning and not switches_off  # without a stack of its own it has the shared one, or none

    def _accounts(self, planned: Planned) -> frozenset[Destination]:
        landscape = planned.landscape
        if self.reach.accounts_of:
            keys = tuple(_chosen(landscape, self.reach, self.templates[0].stack))
        elif EVERY in self.reach.accounts:
            return planned.every
        else:
            keys = tuple(map(landscape.role, self.reach.accounts))
        return frozenset(Destination(landscape.accounts[key].ou or ROOT, key) for key in keys)

    def _regions(self, landscape: Landscape, *, least: bool) -> tuple[str, ...]:
        word = self.reach.regions
        if word == "governed":
            return tuple(_offered(landscape, landscape.regions, self.reach.least)) if least else landscape.regions
        if word == "rule":
            rules = self.control.detectors.config
            return tuple(r for r in landscape.regions if all(is_rule_available(rule, r) for rule in rules))
        found: Mapping[str, Iterable[str]] = {
            "home": (landscape.home_region,),
            "own": (self._own_region(landscape) or landscape.home_region,),
            "sign-in": (landscape.sign_in_region,),
            "governed-and-sign-in": (*landscape.regions, landscape.sign_in_region),
            "alert": landscape.alert_regions,
            "iam": [*filter(records_iam, landscape.regions), landscape.home_region][:1],
        }
        regions = tuple(dict.fromkeys(found[word]))
        return tuple(_offered(landscape, regions, self.reach.least)) if least and self.reach.least else regions

    def _own_region(self, landscape: Landscape) -> str:
        return getattr(landscape.capabilities[self.control.capability], "region", None) or ""


def claims(templates: Iterable[Template]) -> Iterator[Claim]:
    """Every claim of a plan's stacks."""
    earned: dict[str, list[Template]] = {}
    for template in templates:
        for name in template.controls:
            earned.setdefault(name, []).append(template)
    known = controls()
    for control, some in ((known[key], some) for key, some in earned.items() if key in known):
        for reach in control.reach:
            meant = tuple(item for item in some if _is_meant(reach, item))
            groups = [(item,) for item in meant] if reach.accounts_of or reach.each else [meant] if meant else []
            yield from (Claim(control=control, reach=reach, templates=group) for group in groups)


def _is_meant(reach: ControlReach, template: Template) -> bool:
    stack = template.stack
    if reach.template and stack.template.rpartition("/")[2] != reach.template:
        return False
    has = (
        bool(getattr(stack.context, name)) == wanted
        for name, wanted in ((reach.when, True), (reach.unless, False))
        if name
    )
    return all(has)


def _chosen(landscape: Landscape, reach: ControlReach, stack: Stack) -> Iterator[str]:
    """The accounts that the settings name for a stack."""
    settings, same = landscape.capabilities[stack.capability], getattr(stack.context, reach.match)
    others = getattr(settings, reach.apart_from) if reach.apart_from else ()
    for item in getattr(settings, reach.accounts_of):
        if getattr(item, reach.match) == same:
            yield from (key for key in item.accounts if key not in others)


def _offered(landscape: Landscape, regions: Iterable[str], least: str) -> Iterator[str]:
    """The Regions with the features that a control needs."""
    home = landscape.home_region
    for region in regions:
        if least == HOME_IF_OPT_IN:
            wanted = region == home or home not in landscape.opt_in_regions
        else:
            wanted = not least or is_available(least, region) is True
        if wanted:
            yield region
