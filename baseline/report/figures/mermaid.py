"""The architecture as source text for Mermaid, for the user's own documents."""

from collections.abc import Iterator, Sequence

from baseline.plan.model import Plan
from baseline.plan.units import ROOT
from baseline.report.figures.flows import Flow
from baseline.text.line import fold
from baseline.text.visible import visible

_MOST_ACCOUNTS = 6


def mermaid_source(plan: Plan, flows: Sequence[Flow]) -> str:
    """A flowchart: units as subgraphs with their accounts, and arrows for logs, findings and alerts.

    Raises:
        LookupError: when the plan was read from a directory, which does not list the accounts.
    """
    return "\n".join(["flowchart LR", *_tree(plan), *_arrows(plan, flows), ""])


def _tree(plan: Plan) -> Iterator[str]:
    if plan.membership is None:
        raise LookupError("a written plan does not list the organization's accounts")
    accounts: dict[str, list[str]] = {}
    for key, unit in plan.membership.accounts.items():
        accounts.setdefault(unit, []).append(key)
    for number, unit in enumerate(sorted(accounts, key=lambda path: (path != ROOT, path))):
        name = plan.organization if unit == ROOT else unit
        yield f"  subgraph u{number}[{_label(name)}]"
        for key in accounts[unit][:_MOST_ACCOUNTS]:
            yield f"    {_id(key)}[{_label(key)}]"
        if len(accounts[unit]) > _MOST_ACCOUNTS:
            yield f"    u{number}more[{_label(f'and {len(accounts[unit]) - _MOST_ACCOUNTS:,} more accounts')}]"
        yield "  end"


def _arrows(plan: Plan, flows: Sequence[Flow]) -> Iterator[str]:
    accounts = plan.membership.accounts if plan.membership else {}
    others = {name for flow in flows for name in (flow.source, flow.target)} - accounts.keys()
    yield from (f"  {_id(name)}([{_label(name)}])" for name in sorted(others))
    yield from (f"  {_id(flow.source)} -->|{_label(flow.what)}| {_id(flow.target)}" for flow in flows)


def _id(name: str) -> str:
    """An identifier: no word of Mermaid begins with `n_`."""
    return "n_" + "".join(character if character.isalnum() else "_" for character in name)


def _label(text: str) -> str:
    return '"' + visible(fold(text)).replace("#", "#35;").replace('"', "#quot;") + '"'
