"""Security Hub's findings in ASFF, from the AWS CLI or from Prowler.

Source: Security Hub user guide, AWS Security Finding Format: Compliance.Status and SecurityControlId, RecordState,
Workflow.Status; API reference, Compliance.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from baseline.errors import ScanError
from baseline.evidence.scans.result import Outcome, ScanResult, Tool, parse_answers, read_text, text_at

_OUTCOMES: Mapping[str, Outcome] = {"PASSED": "pass", "FAILED": "fail"}
_GENERATORS = ("security-control/", "aws-foundational-security-best-practices/v/1.0.0/")


def read_security_hub(path: Path) -> tuple[ScanResult, ...]:
    """Every active result in the file that belongs to a control.

    Raises:
        ScanError: if it contains no findings.
    """
    findings = [item for document in parse_answers(path, read_text(path)) for item in _findings(document)]
    if not all(text_at(item, "GeneratorId") for item in findings):
        raise ScanError(
            f"{path}:1: no Security Hub findings: Findings must be a list of findings, each with a GeneratorId",
            hint="pass the output of `aws securityhub get-findings`",
        )
    return tuple(_results(findings))


def _findings(document: Any) -> list[Any]:  # noqa: ANN401 - JSON
    """The findings of one response or list, or the single finding."""
    found = document.get("Findings", document) if isinstance(document, dict) else document
    return found if isinstance(found, list) else [found]


def _results(findings: list[Any]) -> Iterator[ScanResult]:
    for item in findings:
        tool, detector = _detector(item)
        if detector and text_at(item, "RecordState") != "ARCHIVED":
            yield ScanResult(
                tool=tool,
                detector=detector,
                outcome=_outcome(item),
                resource=text_at(item, "Resources", 0, "Id"),
                account=text_at(item, "AwsAccountId"),
                region=text_at(item, "Resources", 0, "Region") or text_at(item, "Region"),
            )


def _detector(item: Any) -> tuple[Tool, str]:  # noqa: ANN401 - JSON
    generator = text_at(item, "GeneratorId")
    if generator.startswith("prowler-"):
        return "prowler", generator.removeprefix("prowler-")
    named = next((generator.removeprefix(start) for start in _GENERATORS if generator.startswith(start)), "")
    return "security_hub", text_at(item, "Compliance", "SecurityControlId") or named


def _outcome(item: Any) -> Outcome:  # noqa: ANN401 - JSON
    found = _OUTCOMES.get(text_at(item, "Compliance", "Status"), "unknown")
    return "muted" if found == "fail" and text_at(item, "Workflow", "Status") == "SUPPRESSED" else found
