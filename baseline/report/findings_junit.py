"""Findings as JUnit XML, for CI systems that show test results."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from baseline.findings import Finding, Severity
from baseline.report.findings_text import format_finding


def format_junit(findings: tuple[Finding, ...]) -> str:
    """One test suite per file; errors fail, warnings are output, accepted ones are skipped with their reason."""
    root = Element("testsuites", name="baseline")
    for file in sorted({finding.location.file for finding in findings}) or ["profile"]:
        of_file = [finding for finding in findings if finding.location.file == file]
        suite = SubElement(
            root,
            "testsuite",
            name=file,
            tests=str(max(len(of_file), 1)),
            failures=str(sum(_fails(finding) for finding in of_file)),
            errors="0",
            skipped=str(sum(finding.accepted is not None for finding in of_file)),
        )
        for finding in of_file:
            _case(suite, finding)
        if not of_file:
            SubElement(suite, "testcase", classname=file, name="no findings")
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _fails(finding: Finding) -> bool:
    return finding.accepted is None and finding.severity is Severity.ERROR


def _case(suite: Element, finding: Finding) -> None:
    place = f"{finding.path or finding.logical_id}:{finding.location.line}:{finding.location.column}"
    case = SubElement(suite, "testcase", classname=finding.location.file, name=f"{finding.id} {place}")
    if finding.accepted is not None:
        SubElement(case, "skipped", message=f"accepted: {finding.accepted}")
    elif _fails(finding):
        SubElement(case, "failure", message=finding.message, type=finding.id).text = format_finding(finding)
    else:
        SubElement(case, "system-out").text = format_finding(finding)
