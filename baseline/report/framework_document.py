"""A framework's own document, such as ISO's Statement of Applicability: a table made from the evidence."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.controls.framework import frameworks
from baseline.evidence.evidence import Evidence
from baseline.frozen import frozen
from baseline.report.evidence_origin import origin_lines
from baseline.report.framework_fields import FIELDS
from baseline.report.requirement_words import STATES
from baseline.report.workbook import Sheet, format_workbook
from baseline.text.markdown import markdown_text

_FILE = Path(__file__).with_name("framework_documents.toml")


@frozen
class FrameworkDocument:
    """A document.

    Attributes:
        title: Title of the document, with the framework and the organization.
        about: Its purpose, its origin, and the meaning of its terms; one paragraph each.
        headings: Headings of its columns.
        widths: Widths of its columns, in characters.
        rows: One for each requirement; the texts may have several lines.
    """

    title: str
    about: tuple[str, ...]
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


def framework_document(evidence: Evidence) -> FrameworkDocument:
    """The document of the evidence's only framework."""
    (name,) = evidence.frameworks
    layout = _layout(name)
    levels = set(layout.get("levels", ()))
    judged = [item for item in evidence.judgements[name] if not levels or levels & set(item.requirement.level)]
    fields = [FIELDS[field] for _, field in layout["columns"]]
    return FrameworkDocument(
        title=f"{frameworks()[name].title}: {layout['title']}, {evidence.plan.organization}",
        about=(*filter(None, (frameworks()[name].covers,)), *_about(layout), *origin_lines(evidence)),
        headings=tuple(heading for heading, _ in layout["columns"]),
        widths=tuple(width for width, _ in fields),
        rows=tuple(tuple(text(evidence, item) for _, text in fields) for item in judged),
    )


@cache
def _layouts() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tomli.loads(_FILE.read_text(encoding="utf-8"))
    return found


def _layout(framework: str) -> dict[str, Any]:
    found = _layouts().get(framework, _layouts()["default"])
    return _layout(found["same_as"]) if "same_as" in found else found


def _about(layout: dict[str, Any]) -> Iterator[str]:
    yield layout["about"]
    yield (
        "Made from rendered templates and from the profile's exceptions and attestations. Ids are the publisher's, the "
        "wording is ours: read it beside the publisher's text. It does not show what runs in accounts."
    )
    fields = {field for _, field in layout["columns"]}
    if "" in fields:
        yield "Empty columns are for the organization to fill in."
    if "state" in fields:
        yield from (f"State {name}: {meaning}." for name, meaning in STATES.items())


def format_document_markdown(document: FrameworkDocument) -> str:
    """The document as a Markdown table."""
    lines = [f"# {markdown_text(document.title)}", "", *(f"- {markdown_text(item)}" for item in document.about), ""]
    lines.append(f"| {' | '.join(document.headings)} |")
    lines.append(f"|{'---|' * len(document.headings)}")
    lines.extend(f"| {' | '.join(map(_cell, row))} |" for row in document.rows)
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return "<br>".join(map(markdown_text, text.splitlines()))


def format_document_xlsx(document: FrameworkDocument) -> bytes:
    """The document as a workbook with a second sheet about it.

    Raises:
        OutputError: if openpyxl is not installed.
    """
    return format_workbook(
        [
            Sheet(title="Requirements", headings=document.headings, widths=document.widths, rows=document.rows),
            Sheet(title="About", headings=(document.title,), widths=(120,), rows=[(item,) for item in document.about]),
        ]
    )
