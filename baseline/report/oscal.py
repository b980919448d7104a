"""What both OSCAL documents share: metadata, identifiers that follow from content, and ids that OSCAL accepts.

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
"""Of our properties. Documents name them by it, so it never changes."""

_UUIDS: UUID = uuid5(NAMESPACE_URL, NAMESPACE)
_TOKEN = re.compile(r"[^\W\d][\w.-]*", re.ASCII)


def identifier(*parts: str) -> str:
    """The same UUID for the same parts."""
    return str(uuid5(_UUIDS, "\n".join(parts)))


def control_id(requirement: Requirement) -> str:
    """The requirement's id as OSCAL writes ids; that of NIST's own catalog is one already.

    Others may begin with a digit or have blanks and parentheses: `4.2` is `cis-7.0_4.2`, `Art. 5(1)(c)` is
    `gdpr_Art.-5-1-c`. The property `label` has the id as its publisher writes it.
    """
    if _TOKEN.fullmatch(requirement.id):
        return requirement.id
    return f"{requirement.framework}_{re.sub(r'[^A-Za-z0-9.]+', '-', requirement.id).strip('-')}"


def line(text: str) -> str:
    """The text on one line: OSCAL's strings have no line breaks, and no blanks at their ends."""
    return " ".join(text.split())


def properties(**values: str) -> list[dict[str, str]]:
    """Properties of ours; `_` in a name stands for `-`. Those without a value are left out."""
    return [
        {"name": name.replace("_", "-"), "ns": NAMESPACE, "value": line(value)}
        for name, value in values.items()
        if value.strip()
    ]


def moment(evidence: Evidence) -> str:
    """The day on which the youngest list of requirements was read: there is no clock in what is written."""
    chosen = evidence.frameworks or tuple(frameworks())
    return f"{max(frameworks()[name].as_of for name in chosen)}T00:00:00Z"


def metadata(evidence: Evidence, title: str) -> dict[str, Any]:
    """Of a document; `last-modified` is no time of writing."""
    return {
        "title": line(title),
        "last-modified": moment(evidence),
        "version": __version__,
        "oscal-version": OSCAL_VERSION,
        "remarks": "Written from rendered templates without a clock: `last-modified` and all other times are the day "
        "on which the youngest of the frameworks' lists of requirements was read.",
    }


def write(kind: str, content: Mapping[str, Any], depth: int) -> str:
    """The document as JSON of so many levels, with a UUID that changes whenever its content does."""
    uuid = identifier(kind, json.dumps(content, sort_keys=True))
    return format_json_text({kind: {"uuid": uuid, **content}}, depth)
