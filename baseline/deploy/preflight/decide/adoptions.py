"""Decisions about resources that the profile adopts."""

from collections.abc import Iterator

from baseline.deploy.adoption.decide import Import, obstacles
from baseline.deploy.stacks.decide import ADOPTED
from baseline.findings import Problem
from baseline.frozen import frozen


@frozen
class Adopted:
    """A resource that a stack imports."""

    stack: str
    item: Import


@frozen
class OutOfReach:
    """Accounts in which a StackSet's stacks import resources, without a role to do it."""

    stack: str
    accounts: tuple[str, ...]


def adoptions(fact: Adopted | OutOfReach) -> Iterator[Problem]:
    """Check that adopted resources exist, are accessible, and are not replaced."""
    if isinstance(fact, OutOfReach):
        yield Problem(
            message=f"{fact.stack} adopts resources in {', '.join(fact.accounts)}: StackSets cannot import",
            fix="name a role in these accounts: deploy --member-role NAME",
        )
        return
    for reason in obstacles((fact.item,)):
        yield Problem(message=f"{fact.stack}: the {reason}", fix=ADOPTED)
