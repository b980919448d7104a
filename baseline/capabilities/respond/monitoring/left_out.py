"""The account that receives data from others: StackSets leave it out, and never target a whole unit around it."""

from collections.abc import Collection, Iterator
from itertools import chain

from baseline.capabilities.capability import ROOT
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.places import path_of
from baseline.findings import Problem, Severity


def units_around(landscape: Landscape, account: str, to: Collection[str]) -> tuple[str, ...]:
    """The units of `to` that StackSets target account by account, because `account` is in them or below.

    A unit is left out if it contains nothing else, or if a suspended unit below it has the same effect on every stack.
    """
    if landscape.standalone or account == "management" or account not in landscape.accounts:
        return ()
    above = path_of(landscape, account)[:-1]
    inside = above[next((depth for depth, unit in enumerate(above) if unit in to), len(above)) :]
    around_suspended = {unit for path in landscape.suspended for unit in path_of(landscape, path)}
    return tuple(unit for unit in inside if unit not in around_suspended and any(_others(landscape, account, unit)))


def has_others(landscape: Landscape, account: str, to: Collection[str]) -> bool:
    """Whether the places have an account or a unit besides `account` and the units around it."""
    around = path_of(landscape, account)
    return ROOT in to or any(place not in around or any(_others(landscape, account, place)) for place in to)


def not_sent(landscape: Landscape, setting: str, account: str, to: Collection[str], verb: str) -> Iterator[Problem]:
    """Note the units whose future accounts are not targeted until the profile lists them."""
    units = units_around(landscape, account, to)
    if units:
        listing = ", ".join("the root" if unit == ROOT else unit for unit in units)
        yield Problem(
            path=(setting, "to"),
            message=f"accounts and units directly in {listing} that the profile does not list {verb} nothing: "
            f"StackSets leave out {account}, and so target the others there one by one",
            fix=f"put {account} in a unit of its own directly below the root, or add these accounts and units to the "
            "profile and deploy again",
            severity=Severity.INFO,
        )


def _others(landscape: Landscape, account: str, unit: str) -> Iterator[str]:
    """Other member accounts and units below a unit that are in no suspended unit."""
    around = path_of(landscape, account)
    places = chain((key for key in landscape.accounts if key != "management"), landscape.ous)
    for place in places:
        path = path_of(landscape, place)
        if unit in path[:-1] and place not in around and landscape.suspended.isdisjoint(path):
            yield place
