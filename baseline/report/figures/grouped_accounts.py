"""The accounts by unit, as the source text of figures shows them: large units are collapsed."""

from collections.abc import Iterator, Sequence

from baseline.frozen import frozen
from baseline.plan.model import Plan
from baseline.plan.units import ROOT
from baseline.report.figures.drawing import first_of
from baseline.report.figures.flows import Flow
from baseline.text.natural import natural_key

_MOST_ACCOUNTS = 6


@frozen
class GroupedAccounts:
    """A unit, its first accounts, and a note about the others; the note is empty if there are none."""

    name: str
    accounts: tuple[str, ...]
    rest: str


def grouped_accounts(plan: Plan) -> Iterator[GroupedAccounts]:
    """The units with accounts; the root is the first, with the name of the organization.

    Raises:
        LookupError: when the plan was read from a directory, which does not list the accounts.
    """
    if plan.membership is None:
        raise LookupError("a written plan does not list the organization's accounts")
    accounts: dict[str, list[str]] = {}
    for key, unit in plan.membership.accounts.items():
        accounts.setdefault(unit, []).append(key)
    for unit in sorted(accounts, key=lambda path: (path != ROOT, natural_key(path))):
        shown = first_of(accounts[unit], _MOST_ACCOUNTS)
        more = len(accounts[unit]) - len(shown)
        yield GroupedAccounts(
            name=plan.organization if unit == ROOT else unit,
            accounts=tuple(shown),
            rest=f"and {more:,} more accounts" if more > 0 else "",
        )


def undrawn_ends(plan: Plan, flows: Sequence[Flow]) -> list[str]:
    """The ends of flows that are not an account in a unit, sorted.

    Raises:
        LookupError: when the plan was read from a directory, which does not list the accounts.
    """
    drawn = {key for unit in grouped_accounts(plan) for key in unit.accounts}
    return sorted({name for flow in flows for name in (flow.source, flow.target)} - drawn)
