"""A dated record of a comparison with live scans, and the directory that keeps them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from baseline import __version__
from baseline.errors import OutputError, ScanError
from baseline.evidence.reconcile import Comparison, Reconciliation
from baseline.evidence.scans.result import ScanResult, Tool
from baseline.evidence.shape import schema_mistake
from baseline.files import UnreadableError, parse_json, read_file, replace_file
from baseline.frozen import frozen

FORMAT = 2
"""Version of the record's format, increased with every change that readers must handle. Format 1 is still readable."""

RECORD_SCHEMA = Path(__file__).with_name("scan_record.schema.json")
"""The record's published JSON Schema (2020-12); `baseline schema scan-record` prints it."""

_LARGEST = 200 * 1024 * 1024


@frozen
class ScanSource:
    """A file with results.

    Attributes:
        tool: The tool that wrote it.
        file: Its name, without directories.
        sha256: Its digest.
    """

    tool: Tool
    file: str
    sha256: str


@frozen
class KeptRecord:
    """A record in a directory.

    Attributes:
        path: The file.
        sha256: Its digest.
        document: Its content, in the format of the published schema.
    """

    path: Path
    sha256: str
    document: Mapping[str, Any]

    @property
    def day(self) -> date:
        """The day of the scans."""
        return date.fromisoformat(self.document["scanned_on"])


def scan_record(
    found: Reconciliation, document: Mapping[str, Any], evidence_sha256: str, sources: Iterable[ScanSource], day: date
) -> dict[str, Any]:
    """The record of a comparison, without a link to the previous record.

    Args:
        found: The comparison.
        document: Content of `report/evidence.json`.
        evidence_sha256: Digest of that file.
        sources: The files with results.
        day: The day of the scans.
    """
    return {
        "format": FORMAT,
        "generator": f"baseline {__version__}",
        "organization": document["organization"],
        "scanned_on": day.isoformat(),
        "evidence": {"sha256": evidence_sha256, "dated": document.get("provenance", {}).get("dated")},
        "sources": [vars(item) for item in sources],
        "versions": _versions(found),
        "completeness": _completeness(found, document.get("scope", {})),
        "scanned": _by_account((account, region) for _, account, region in found.scanned),
        "scanned_by": {
            tool: _by_account((account, region) for name, account, region in found.scanned if name == tool)
            for tool in sorted({tool for tool, _, _ in found.scanned})
        },
        "controls": [_control(item) for item in found.comparisons],
        "security_hub": [
            {"id": name, **_counts(results), "failing": _failing(results)}
            for name, results in sorted(found.security_hub.items())
        ],
        "unknown_accounts": dict(sorted(found.unknown.items())),
        "previous": None,
    }


def _versions(found: Reconciliation) -> dict[str, list[str]]:
    versions: dict[str, set[str]] = {}
    for item in found.comparisons:
        for result in item.results:
            if result.version:
                versions.setdefault(result.tool, set()).add(result.version)
    return {tool: sorted(some) for tool, some in sorted(versions.items())}


def _completeness(found: Reconciliation, scope: Mapping[str, Any]) -> dict[str, Any]:
    """The share of accounts and governed Regions in scope that have any result, and a result of each tool."""
    claimed = [
        (item["id"] or item["account"], region) for item in scope.get("accounts", ()) for region in scope["regions"]
    ]
    tools: dict[Tool, set[tuple[str, str]]] = {}
    for tool, account, region in found.scanned:
        tools.setdefault(tool, set()).add((account, region))
    scanned = set().union(*tools.values())
    missing = [f"{account} {region}" for account, region in claimed if (account, region) not in scanned]
    return {
        "scanned": len(claimed) - len(missing),
        "claimed": len(claimed),
        "by_tool": {tool: sum(pair in some for pair in claimed) for tool, some in sorted(tools.items())},
        "missing": missing,
    }


def _by_account(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for account, region in sorted(set(pairs)):
        found.setdefault(account, []).append(region)
    return found


def _control(item: Comparison) -> dict[str, Any]:
    only = {"only": list(item.only)} if item.only else {}
    return {
        "id": item.control,
        "state": item.state,
        "verdict": item.verdict,
        "why": item.why,
        **_counts(item.results),
        "tools": sorted({result.tool for result in item.results if result.outcome in ("pass", "fail")}),
        "accounts": {"scanned": item.accounts[0], "claimed": item.accounts[1], **only},
        "regions": {"scanned": item.regions[0], "claimed": item.regions[1]},
        "failing": _failing(item.results),
    }


def _counts(results: Iterable[ScanResult]) -> dict[str, int]:
    count = Counter(result.outcome for result in results)
    return {outcome: count[outcome] for outcome in ("pass", "fail", "muted", "unknown")}


def _failing(results: Iterable[ScanResult]) -> list[dict[str, str]]:
    names = ("tool", "detector", "account", "region", "resource")
    return [{name: getattr(item, name) for name in names} for item in results if item.outcome == "fail"]


def keep_record(record: Mapping[str, Any], directory: Path) -> Path:
    """Write the record to the directory as the newest one; writing the same record again changes nothing.

    Raises:
        ScanError: if another file in the directory is not a record.
        OutputError: if it cannot be written, or is older than the newest record.
    """
    kept = read_records(directory) if directory.is_dir() else ()
    day = record["scanned_on"]
    if kept and {**kept[-1].document, "previous": None} == {**record, "previous": None}:
        return kept[-1].path
    if kept and day < kept[-1].document["scanned_on"]:
        raise OutputError(
            f"{directory}: the record of {day} is older than the newest record, {kept[-1].path.name}",
            hint="keep records in the order of their days, or keep this one in another directory",
        )
    same_day = sum(item.document["scanned_on"] == day for item in kept)
    path = directory / f"scan-{day}{f'-{same_day + 1}' if same_day else ''}.json"
    previous = {"file": kept[-1].path.name, "sha256": kept[-1].sha256} if kept else None
    try:
        directory.mkdir(parents=True, exist_ok=True)
        text = json.dumps({**record, "previous": previous}, indent=2, ensure_ascii=False) + "\n"
        replace_file(path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"{path} not written: {error.strerror or error}", hint="name another directory") from error
    return path


def read_records(directory: Path) -> tuple[KeptRecord, ...]:
    """The records in a directory, in their order.

    Raises:
        ScanError: if a file `scan-….json` is not a record.
    """
    found = [_read(path) for path in directory.glob("scan-*.json")]
    return tuple(sorted(found, key=lambda item: (item.document["scanned_on"], len(item.path.name), item.path.name)))


def broken_links(records: Sequence[KeptRecord]) -> Iterator[str]:
    """A sentence for each record whose link to the previous record does not match that record."""
    for before, after in zip((None, *records), records, strict=False):
        named = after.document["previous"]
        expected = {"file": before.path.name, "sha256": before.sha256} if before else None
        if named != expected:
            was = f"{named['file']} with SHA-256 {named['sha256']}" if named else "no record before it"
            yield f"{after.path.name} names {was}: a record was changed, removed or added"


def _read(path: Path) -> KeptRecord:
    try:
        content = read_file(path, limit=_LARGEST)
        document = parse_json(content)
    except UnreadableError as error:
        raise ScanError(f"{path} is not a record of a scan: {error}") from error
    mistake = schema_mistake(document, _schema())
    if mistake:
        raise ScanError(
            f"{path} is not a record of a scan: {mistake}", hint="`baseline schema scan-record` prints the schema"
        )
    try:
        date.fromisoformat(document["scanned_on"])
    except ValueError as error:
        raise ScanError(f"{path} is not a record of a scan: scanned_on {document['scanned_on']}: {error}") from error
    return KeptRecord(path=path, sha256=sha256(content).hexdigest(), document=document)


@cache
def _schema() -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads(RECORD_SCHEMA.read_text(encoding="utf-8"))
    return schema
