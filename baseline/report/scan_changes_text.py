"""Kept records of scans and the change between two, for a terminal."""

from collections.abc import Iterator, Sequence

from baseline.evidence.scan_changes import Failure, ScanChanges
from baseline.evidence.scan_record import KeptRecord
from baseline.text.terminal import terminal_line

_MOST = 20


def format_scan_history_text(records: Sequence[KeptRecord], changes: ScanChanges | None) -> str:
    """A line for each record, and the change between the two that are compared."""
    lines = (*map(_record, records), *(_changes(changes) if changes else ()))
    return "\n".join(map(terminal_line, lines)) + "\n"


def _record(record: KeptRecord) -> str:
    document = record.document
    count = dict.fromkeys(("agree", "disagree", "not scanned"), 0)
    for item in document["controls"]:
        count[item["verdict"]] += 1
    complete = document["completeness"]
    tools = ", ".join(dict.fromkeys(_tool(document["versions"], item["tool"]) for item in document["sources"]))
    verdicts = ", ".join(f"{number} {name}" for name, number in count.items())
    return (
        f"{record.path.name}: {verdicts}; {complete['scanned']} of {complete['claimed']} accounts × Regions; {tools}; "
        f"SHA-256 {record.sha256}"
    )


def _tool(versions: dict[str, list[str]], tool: str) -> str:
    return " ".join((tool, *versions.get(tool, ())))


def _changes(changes: ScanChanges) -> Iterator[str]:
    yield ""
    yield f"from {changes.before} to {changes.after}"
    yield f"verdicts: {len(changes.verdicts)} changed"
    yield from (f"  {item.control}: {item.before} → {item.after}" for item in changes.verdicts)
    for words, some in (
        ("fail now", changes.new),
        ("no longer fail", changes.fixed),
        ("not scanned again", changes.unseen),
    ):
        yield f"{words}: {len(some)}"
        yield from (f"  {_failure(item)}" for item in some[:_MOST])
        if len(some) > _MOST:
            yield f"  and {len(some) - _MOST} more: --format json has them all"


def _failure(item: Failure) -> str:
    where = " in ".join(filter(None, (item.account, item.region)))
    return ": ".join(filter(None, (item.control, f"{item.tool} {item.detector}", where, item.resource)))
