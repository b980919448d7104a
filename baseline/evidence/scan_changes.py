"""Comparison of two scan records: new failures, fixed failures, and changed verdicts."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from baseline.evidence.scan_record import KeptRecord
from baseline.frozen import frozen


class Failure(NamedTuple):
    """A failing result of a control's detector."""

    control: str
    tool: str
    detector: str
    account: str
    region: str
    resource: str


class VerdictChange(NamedTuple):
    """A control with a changed verdict."""

    control: str
    before: str
    after: str


@frozen
class ScanChanges:
    """The change between two records.

    Attributes:
        before: Name of the older record.
        after: Name of the newer one.
        verdicts: Controls with a changed verdict; a control that only one record has is `absent` in the other.
        new: Results that fail now but did not fail before.
        fixed: Results that failed before, in places that the newer scan covers, but do not fail now.
        unseen: Results that failed in accounts and Regions where the newer scan has no results.
    """

    before: str
    after: str
    verdicts: tuple[VerdictChange, ...]
    new: tuple[Failure, ...]
    fixed: tuple[Failure, ...]
    unseen: tuple[Failure, ...]


def scan_changes(before: KeptRecord, after: KeptRecord) -> ScanChanges:
    """The change from one record to another."""
    failed, fails = set(_failures(before.document)), set(_failures(after.document))
    gone = sorted(failed - fails)
    return ScanChanges(
        before=before.path.name,
        after=after.path.name,
        verdicts=tuple(_verdicts(before.document, after.document)),
        new=tuple(sorted(fails - failed)),
        fixed=tuple(item for item in gone if covers(after.document, item)),
        unseen=tuple(item for item in gone if not covers(after.document, item)),
    )


def _failures(document: Mapping[str, Any]) -> Iterator[Failure]:
    for control in document["controls"]:
        yield from failures_of(control)


def failures_of(control: Mapping[str, Any]) -> Iterator[Failure]:
    """The failing results of a control of a record."""
    return (Failure(control=control["id"], **item) for item in control["failing"])


def covers(document: Mapping[str, Any], item: Failure) -> bool:
    """Whether the record's scan covered the failure's place with the same tool.

    Results without an account prove nothing about other places. Records of format 1 do not distinguish tools.
    """
    if item.tool not in {source["tool"] for source in document["sources"]}:
        return False
    scanned = document["scanned_by"].get(item.tool, {}) if "scanned_by" in document else document["scanned"]
    return not item.account or item.region in scanned.get(item.account, ())


def _verdicts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[VerdictChange]:
    old, new = ({item["id"]: item["verdict"] for item in side["controls"]} for side in (before, after))
    for control in dict.fromkeys((*new, *old)):
        pair = (old.get(control, "absent"), new.get(control, "absent"))
        if pair[0] != pair[1]:
            yield VerdictChange(control, *pair)
