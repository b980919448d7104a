"""Accounts that move to another unit, and the stacks that are deleted and created in them as a result."""

from collections.abc import Iterator, Mapping

from baseline.frozen import frozen
from baseline.plan.model import Plan


@frozen
class MovedAccount:
    """An account that moved to another unit.

    Attributes:
        account: Its key in the profile.
        before: Path of its former unit; "/" is the root.
        after: Path of its new unit.
        deleted: Name of a stack → number of Regions in which it is deleted from the account.
        created: Name of a stack → number of Regions in which it is created in the account.
    """

    account: str
    before: str
    after: str
    deleted: Mapping[str, int]
    created: Mapping[str, int]


def moved_accounts(before: Plan, after: Plan) -> tuple[MovedAccount, ...]:
    """The accounts of both profiles whose unit differs. Stacks that only one of the plans has are left out."""
    old, new = (plan.membership.accounts if plan.membership else {} for plan in (before, after))
    moved = [key for key in new if key in old and old[key] != new[key]]
    if not moved:
        return ()
    names = {stack.name for stack in before.stacks} & {stack.name for stack in after.stacks}
    former, current = (_stacks(plan, names) for plan in (before, after))
    return tuple(
        MovedAccount(
            account=key,
            before=old[key],
            after=new[key],
            deleted=_difference(former.get(key, {}), current.get(key, {})),
            created=_difference(current.get(key, {}), former.get(key, {})),
        )
        for key in moved
    )


def _stacks(plan: Plan, names: set[str]) -> Mapping[str, Mapping[str, int]]:
    """Account → stack → number of Regions."""
    found: dict[str, dict[str, int]] = {}
    for name, account in _places(plan, names):
        counts = found.setdefault(account, {})
        counts[name] = counts.get(name, 0) + 1
    return found


def _places(plan: Plan, names: set[str]) -> Iterator[tuple[str, str]]:
    for stack in plan.stacks:
        if stack.name in names:
            yield from ((stack.name, item.account) for item, _ in plan.reach(stack).pairs() if item.account)


def _difference(some: Mapping[str, int], others: Mapping[str, int]) -> Mapping[str, int]:
    return {name: count for name, count in some.items() if name not in others}
