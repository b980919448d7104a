"""Claims and live scans, for a terminal."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from baseline.evidence.reconcile import Comparison, Reconciliation
from baseline.evidence.scans.result import ScanResult
from baseline.text.terminal import terminal_line

_MOST = 10
_TOOLS = {"prowler": "Prowler", "config": "AWS Config", "security_hub": "Security Hub"}


def format_reconciliation_text(found: Reconciliation) -> str:
    """Disagreements with up to ten failing results each, then agreements, then controls without a result."""
    return "\n".join(map(terminal_line, _lines(found))) + "\n"


def _lines(found: Reconciliation) -> Iterator[str]:
    if found.is_empty:
        yield "no result belongs to any control: nothing was compared"
    for verdict in ("disagree", "agree", "not scanned"):
        items = [item for item in found.comparisons if item.verdict == verdict]
        yield f"{verdict}: {len(items)} controls"
        if verdict == "not scanned":
            yield from _names(item.control for item in items)
        for item in items if verdict != "not scanned" else ():
            yield from _disagreement(item) if verdict == "disagree" else [f"  {item.control}: {_said(item)}"]
    for account, count in sorted(found.unknown.items()):
        results = "1 result" if count == 1 else f"{count} results"
        yield f"set aside: {results} of the account {account}: the evidence has no account with this id"
    for tool, detectors in found.unmatched.items():
        yield f"results of {_TOOLS[tool]} whose detector no control names: {sum(detectors.values())}"
        yield from _names(f"{name} ({count})" for name, count in sorted(detectors.items()))


def _names(names: Iterable[str]) -> list[str]:
    text = ", ".join(names)
    return wrap(text, 78, initial_indent="  ", subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _disagreement(item: Comparison) -> Iterator[str]:
    yield f"  {item.control}: {_said(item)}"
    if item.requirements:
        yield f"    counts for {', '.join(item.requirements)}"
    failing = [result for result in item.results if result.outcome == "fail"]
    yield from (f"    {_place(result)}" for result in failing[:_MOST])
    if len(failing) > _MOST:
        yield f"    and {len(failing) - _MOST} more: --format json has them all"


def _said(item: Comparison) -> str:
    """The verdict's extent and its reason: `in 1 of 7 accounts, 1 of 3 Regions: deployed, and none of 3 fails`."""
    return f"{item.extent}: {item.why}" if item.extent else item.why


def _place(result: ScanResult) -> str:
    where = " in ".join(filter(None, (result.account, result.region)))
    return ": ".join(filter(None, (f"{_TOOLS[result.tool]} {result.detector}", where, result.resource)))
