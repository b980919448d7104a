"""Common parts of OSCAL documents: metadata, content-based identifiers, and ids that OSCAL accepts.

Source: NIST, Open Security Controls Assessment Language, version 1.2.1, https://pages.nist.gov/OSCAL-Reference/.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from baseline import __version__
from baseline.controls.framework import frameworks
from baseline.controls.requirement import Requirement
from baseline.evidence.evidence import Evidence
from baseline.report.json_text import format_json_text

OSCAL_VERSION = "1.2.1"
NAMESPACE = "urn:secure-baseline:oscal"
"""Namespace of our properties. Documents identify the properties by it, so it never changes."""

_UUIDS: UUID = uuid5(NAMESPACE_URL, NAMESPACE)
_TOKEN = re.compile(r"[^\W\d][\w.-]*", re.ASCII)


def identifier(*parts: str) -> str:
    """A UUID that depends only on the parts."""
    return str(uuid5(_UUIDS, "\n".join(parts)))


def control_id(requirement: Requirement) -> str:
    """The requirement's id in OSCAL's syntax; ids of NIST's own catalog are valid already.

    Other ids may begin with a digit or contain blanks and parentheses: `4.2` is `cis-7.0_4.2`, `Art. 5(1)(c)` is
    `gdpr_Art.-5-1-c`. The property `label` has the publisher's id.
    """
    form = frameworks()[requirement.framework].oscal_control
    if form:
        return form.format(id=requirement.id)
    if _TOKEN.fullmatch(requirement.id):
        return requirement.id
    return f"{requirement.framework}_{re.sub(r'[^A-Za-z0-9.]+', '-', requirement.id).strip('-')}"


def statement_id(requirement: Requirement) -> str:
    """Id of the statement of the requirement, as NIST's catalogs name it: `ac-2.4_smt`, or `statement_03.01.01`."""
    form = frameworks()[requirement.framework].oscal_statement
    return form.format(id=requirement.id) if form else f"{control_id(requirement)}_smt"


def role_id(owner: str) -> str:
    """Id of the role that is responsible for the rest of a requirement."""
    return re.sub(r"[^a-z0-9]+", "-", owner.lower()).strip("-")


def line(text: str) -> str:
    """The text on one line: OSCAL's strings have no line breaks and no blanks at their ends."""
    return " ".join(text.split())


def properties(**values: str) -> list[dict[str, str]]:
    """Our own properties; `_` in a name becomes `-`. Properties without a value are omitted."""
    return [
        {"name": name.replace("_", "-"), "ns": NAMESPACE, "value": line(value)}
        for name, value in values.items()
        if value.strip()
    ]


def moment(evidence: Evidence) -> str:
    """The date that the user gave, or that of the newest list of requirements: files do not depend on the clock."""
    if evidence.provenance.dated:
        return evidence.provenance.dated.strftime("%Y-%m-%dT%H:%M:%SZ")
    chosen = evidence.frameworks or tuple(frameworks())
    return f"{max(frameworks()[name].as_of for name in chosen)}T00:00:00Z"


def metadata(evidence: Evidence, title: str) -> dict[str, Any]:
    """Metadata of a document; `last-modified` is not the time of writing."""
    return {
        "title": line(title),
        "last-modified": moment(evidence),
        "version": __version__,
        "oscal-version": OSCAL_VERSION,
        "remarks": "Generated from rendered templates. All times are set by SOURCE_DATE_EPOCH."
        if evidence.provenance.dated
        else "Generated from rendered templates, independently of the current time: `last-modified` and all "
        "other times are the date of the newest requirement list among the frameworks. Set SOURCE_DATE_EPOCH "
        "to change them.",
    }


def write(kind: str, content: Mapping[str, Any], depth: int) -> str:
    """The document as JSON with this depth, and a UUID that changes with its content."""
    uuid = identifier(kind, json.dumps(content, sort_keys=True))
    return format_json_text({kind: {"uuid": uuid, **content}}, depth)
