"""The architecture as source text for Mermaid, for the user's own documents."""

from collections.abc import Iterator, Sequence

from baseline.plan.model import Plan
from baseline.report.figures.flows import Flow
from baseline.report.figures.grouped_accounts import grouped_accounts, undrawn_ends
from baseline.text.line import fold
from baseline.text.visible import visible


def mermaid_source(plan: Plan, flows: Sequence[Flow]) -> str:
    """A flowchart: units as subgraphs with their accounts, and arrows for logs, findings and alerts.

    Raises:
        LookupError: when the plan was read from a directory, which does not list the accounts.
    """
    return "\n".join(["flowchart LR", *_tree(plan), *_arrows(plan, flows), ""])


def _tree(plan: Plan) -> Iterator[str]:
    for number, unit in enumerate(grouped_accounts(plan)):
        yield f"  subgraph u{number}[{_label(unit.name)}]"
        yield from (f"    {_id(key)}[{_label(key)}]" for key in unit.accounts)
        if unit.rest:
            yield f"    u{number}more[{_label(unit.rest)}]"
        yield "  end"


def _arrows(plan: Plan, flows: Sequence[Flow]) -> Iterator[str]:
    yield from (f"  {_id(name)}([{_label(name)}])" for name in undrawn_ends(plan, flows))
    yield from (f"  {_id(flow.source)} -->|{_label(flow.what)}| {_id(flow.target)}" for flow in flows)


def _id(name: str) -> str:
    """An identifier; `n_` distinguishes it from keywords of Mermaid."""
    return "n_" + "".join(character if character.isalnum() else "_" for character in name)


def _label(text: str) -> str:
    return '"' + visible(fold(text)).replace("#", "#35;").replace('"', "#quot;") + '"'
