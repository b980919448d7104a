"""Decisions about IAM Identity Center: the Region of its instance, and existing names."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.frozen import frozen


@frozen
class InstancePlace:
    """The Region in which the plan needs the instance, and another one that has it; "" if none has it."""

    wanted: str
    is_there: bool
    elsewhere: str = ""


def instance(fact: InstancePlace) -> Iterator[Problem]:
    """Check that the only instance of Identity Center is in the Region that the plan's stacks need."""
    if fact.is_there:
        return
    elsewhere = fact.elsewhere
    yield Problem(
        message=f"IAM Identity Center has no instance in {fact.wanted}"
        + (f": it is in {elsewhere}" if elsewhere else ""),
        fix=f"set capabilities.identity_center.region to {elsewhere} in the profile, and generate again"
        if elsewhere
        else "enable it for the organization in the console of the management account, in that Region",
    )


@frozen
class NewPermissionSet:
    """A permission set that a stack creates. `exists`: whether its name is taken."""

    stack: str
    name: str
    exists: bool


@frozen
class NewGroup:
    """A group that a stack creates, and the id of the group that has its name; "" if none."""

    stack: str
    name: str
    existing: str


def names(fact: NewPermissionSet | NewGroup) -> Iterator[Problem]:
    """Check that the names of new permission sets and groups are unused (ConflictException)."""
    if isinstance(fact, NewGroup):
        if fact.existing:
            yield Problem(
                message=f"{fact.stack}: a group {fact.name} ({fact.existing}) exists already in the identity store",
                fix="give its id in the profile: "
                f"identity_center: {{groups: {{{fact.name}: {{id: {fact.existing}}}}}}}",
            )
    elif fact.exists:
        yield Problem(
            message=f"{fact.stack}: a permission set {fact.name} exists already",
            fix="rename or delete it, or leave it out of the profile's permission sets",
        )
