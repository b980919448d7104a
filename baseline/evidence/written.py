"""The evidence of a written output directory, read back after verification by the plan's digests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from baseline.errors import TamperedError
from baseline.evidence.shape import READABLE, first_mistake
from baseline.files import UnreadableError, parse_json
from baseline.plan.model import Template
from baseline.plan.trust import Trust
from baseline.plan.written import read_written_plan

EVIDENCE_FILE = "report/evidence.json"


def read_written_evidence(directory: Path, trust: Trust | None = None) -> dict[str, Any]:
    """The document in `report/evidence.json`; its schema is published.

    Raises:
        TamperedError: if a file differs from the plan, or if there is no evidence in a supported format.
    """
    return read_written_output(directory, trust)[0]


def read_written_output(directory: Path, trust: Trust | None = None) -> tuple[dict[str, Any], tuple[Template, ...]]:
    """The document in `report/evidence.json`, and the templates.

    Raises:
        TamperedError: if a file differs from the plan, or if there is no evidence in a supported format.
    """
    written = read_written_plan(directory, trust, keep=(EVIDENCE_FILE,))
    templates = tuple(Template(stack=stack, text=written.texts[stack.name]) for stack in written.plan.stacks)
    return _evidence(directory, written.reports), templates


def _evidence(directory: Path, reports: Mapping[str, bytes]) -> dict[str, Any]:
    path = directory / EVIDENCE_FILE
    if EVIDENCE_FILE not in reports:
        raise _no_evidence(path, "the plan does not list it")
    try:
        return _checked(path, parse_json(reports[EVIDENCE_FILE]))
    except UnreadableError as error:
        raise _no_evidence(path, str(error)) from error


def _no_evidence(path: Path, why: str) -> TamperedError:
    return TamperedError(f"{path} is not evidence that baseline wrote: {why}", hint="generate the directory again")


def _checked(path: Path, document: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    if not isinstance(document, dict) or "format" not in document:
        raise _no_evidence(path, "it is not an object with a format")
    if document["format"] not in READABLE:
        raise TamperedError(
            f"{path} has format {document['format']!a}; this program reads {' and '.join(map(str, READABLE))}",
            hint="generate the directory again with this version",
        )
    mistake = first_mistake(document)
    if mistake:
        raise _no_evidence(path, mistake)
    return document
