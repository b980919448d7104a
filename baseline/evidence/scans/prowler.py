"""Prowler's results in CSV or JSON (OCSF).

Source: examples/output of github.com/prowler-cloud/prowler, version 5 (OCSF 1.4.0): columns and keys as written there.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from baseline.errors import ScanError
from baseline.evidence.scans.result import Outcome, ScanResult, parse_documents, read_text, text_at

_COLUMNS = ("CHECK_ID", "STATUS", "MUTED", "RESOURCE_UID", "ACCOUNT_UID", "REGION")
_OUTCOMES: Mapping[str, Outcome] = {"PASS": "pass", "FAIL": "fail"}
_HINT = "pass the file that `prowler aws -M csv` or `-M json-ocsf` wrote"


def read_prowler(path: Path) -> tuple[ScanResult, ...]:
    """Every result in the file.

    Raises:
        ScanError: if it has neither of Prowler's formats; names the line.
    """
    text = read_text(path)
    return tuple(_from_ocsf(path, text) if text.lstrip()[:1] in ("[", "{") else _from_csv(path, text))


def _from_csv(path: Path, text: str) -> Iterator[ScanResult]:
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise ScanError(f"{path}:1: not Prowler's CSV: no column {', '.join(missing)}", hint=_HINT)
        for row in rows:
            if None in row or None in row.values():
                raise ScanError(
                    f"{path}:{rows.line_num}: this row has fewer or more columns than the first", hint=_HINT
                )
            yield ScanResult(
                tool="prowler",
                detector=row["CHECK_ID"],
                outcome=_outcome(row["STATUS"], muted=row["MUTED"].lower() == "true"),
                resource=row["RESOURCE_UID"],
                account=row["ACCOUNT_UID"],
                region=row["REGION"],
                version=row.get("PROWLER_VERSION", ""),
            )
    except csv.Error as error:
        raise ScanError(f"{path}:{rows.reader.line_num}: not Prowler's CSV: {error}", hint=_HINT) from error


def _from_ocsf(path: Path, text: str) -> Iterator[ScanResult]:
    documents = parse_documents(path, text)
    findings = [item for some in documents for item in (some if isinstance(some, list) else [some])]
    for number, item in enumerate(findings):
        check = text_at(item, "metadata", "event_code")
        if not check or not text_at(item, "status_code"):
            raise ScanError(f"{path}: finding {number} has no metadata.event_code or no status_code", hint=_HINT)
        yield ScanResult(
            tool="prowler",
            detector=check,
            outcome=_outcome(text_at(item, "status_code"), muted=text_at(item, "status") == "Suppressed"),
            resource=text_at(item, "resources", 0, "uid"),
            account=text_at(item, "cloud", "account", "uid"),
            region=text_at(item, "cloud", "region") or text_at(item, "resources", 0, "region"),
            version=text_at(item, "metadata", "product", "version"),
        )


def _outcome(status: str, *, muted: bool) -> Outcome:
    found = _OUTCOMES.get(status, "unknown")
    return "muted" if muted and found == "fail" else found
