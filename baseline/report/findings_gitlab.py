"""Findings as GitLab's Code Quality report: a widget in the merge request, and marks in its diff.

Source: docs.gitlab.com/ci/testing/code_quality/, "Code Quality report format".
"""

import json
import posixpath
from collections import Counter
from hashlib import sha256
from typing import Any

from baseline.findings import Finding, Severity
from baseline.report.findings_text import message_with_place

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def format_gitlab(findings: tuple[Finding, ...]) -> str:
    """The findings that are not accepted; a fingerprint stays the same if lines above are added."""
    seen: Counter[str] = Counter()
    document = []
    for finding in findings:
        if finding.accepted is None:
            key = f"{finding.id}\0{finding.existing_location.file}\0{finding.path}\0{finding.message}"
            seen[key] += 1
            document.append(_entry(finding, sha256(f"{key}\0{seen[key]}".encode()).hexdigest()))
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _entry(finding: Finding, fingerprint: str) -> dict[str, Any]:
    place = finding.existing_location
    return {
        "description": message_with_place(finding),
        "check_name": finding.id,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        # Without ./ in front: GitLab compares it with the paths of the repository.
        "location": {"path": posixpath.normpath(place.file.replace("\\", "/")), "lines": {"begin": max(place.line, 1)}},
    }
