"""Origin and scope of the evidence in sentences, for the Markdown report and the page."""

from collections.abc import Iterable, Iterator

from baseline import __version__
from baseline.controls.framework import frameworks
from baseline.controls.written import controls_digest
from baseline.evidence.evidence import Evidence
from baseline.evidence.scan_record import KeptRecord
from baseline.text.markdown import markdown_code

_NO_DATE = "not written: set SOURCE_DATE_EPOCH, or --dated, to the date of the profile's last commit"


def origin_lines(evidence: Evidence) -> Iterator[str]:
    """Date, version, digests of the inputs, accounts and Regions in scope and out, and accepted findings."""
    origin = evidence.provenance
    yield f"Date: {origin.dated.isoformat() if origin.dated else _NO_DATE}"
    yield f"Program: baseline {__version__}; SHA-256 of its controls: {controls_digest()}"
    for name in evidence.frameworks:
        framework = frameworks()[name]
        yield f"{framework.title}: list of requirements read on {framework.as_of}; SHA-256: {framework.sha256}"
    for source in origin.sources:
        yield f"Profile file {source.file}: SHA-256 {source.sha256}"
    yield f"Accounts in scope: {_accounts(evidence, evidence.accounts)}"
    yield f"Accounts left out (suspended units): {_accounts(evidence, origin.left_out)}"
    yield f"Classes of data: {_data_classes(evidence)}"
    if evidence.live:
        records = evidence.live.records
        days = f"{records[0].day} to {records[-1].day}"
        yield f"Live scans: {len(records)} records from {days}; the newest: {_newest(records[-1])}"
    yield f"Regions in scope: {', '.join(evidence.regions)}; every other Region is out of scope"
    for item in evidence.plan.accepted:
        yield f"Accepted: {item.path}: {item.message} Reason: {item.accepted}"


def _data_classes(evidence: Evidence) -> str:
    """Data classes that the profile sets for accounts, and tags that may indicate such classes."""
    origin = evidence.provenance
    stated = [f"{key}: {', '.join(classes)}" for key, classes in origin.data_classes.items()]
    tags = [
        f"tags of {name}: {', '.join(f'{key}={value}' for key, value in some.items())}"
        for name, some in {"every account": origin.tags, **origin.account_tags}.items()
        if some
    ]
    return "; ".join([*(stated or ["the profile states none"]), *tags])


def _newest(record: KeptRecord) -> str:
    complete = record.document["completeness"]
    scanned = f"{complete['scanned']} of {complete['claimed']} accounts × governed Regions"
    return f"{record.path.name}, {scanned}, SHA-256 {record.sha256}"


def origin_sentence(evidence: Evidence) -> str:
    """The origin of the evidence in one line of Markdown, for reports that are read without it."""
    origin = evidence.provenance
    profile = next((f"{markdown_code(item.file)} (SHA-256 `{item.sha256}`)" for item in origin.sources), "a profile")
    others = len(origin.sources) - 1
    more = f" and {others} other file{'s' if others > 1 else ''}" if others > 0 else ""
    dated = f"Dated {origin.dated.isoformat()}" if origin.dated else "Not dated"
    return f"{dated}; made by baseline {__version__} from {profile}{more}. `report/evidence.md` names every input."


def _accounts(evidence: Evidence, keys: Iterable[str]) -> str:
    ids = {**evidence.accounts, **evidence.provenance.left_out}
    units = evidence.provenance.units
    return ", ".join(f"{key} ({ids[key] or 'id unknown'}, {units.get(key) or 'no unit'})" for key in keys) or "none"
