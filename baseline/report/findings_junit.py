"""Findings as JUnit XML, for CI systems that show test results."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from baseline.findings import Finding, Severity
from baseline.report.findings_text import format_finding
from baseline.text.xml import xml_text


def format_junit(findings: tuple[Finding, ...]) -> str:
    """One test suite per file; errors fail, warnings are output, accepted ones are skipped with their reason."""
    root = Element("testsuites", name="baseline")
    for file in sorted({finding.location.file for finding in findings}) or ["profile"]:
        of_file = [finding for finding in findings if finding.location.file == file]
        suite = SubElement(
            root,
            "testsuite",
            name=xml_text(file),
            tests=str(max(len(of_file), 1)),
            failures=str(sum(_fails(finding) for finding in of_file)),
            errors="0",
            skipped=str(sum(finding.accepted is not None for finding in of_file)),
        )
        for finding in of_file:
            _case(suite, finding)
        if not of_file:
            SubElement(suite, "testcase", classname=xml_text(file), name="no findings")
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _fails(finding: Finding) -> bool:
    return finding.accepted is None and finding.severity is Severity.ERROR


def _case(suite: Element, finding: Finding) -> None:
    place = f"{finding.path or finding.logical_id}:{finding.location.line}:{finding.location.column}"
    file, name = xml_text(finding.location.file), xml_text(f"{finding.id} {place}")
    case = SubElement(suite, "testcase", classname=file, name=name)
    said = xml_text(format_finding(finding))
    if finding.accepted is not None:
        SubElement(case, "skipped", message=xml_text(f"accepted: {finding.accepted}"))
    elif _fails(finding):
        SubElement(case, "failure", message=xml_text(finding.message), type=finding.id).text = said
    else:
        SubElement(case, "system-out").text = said
