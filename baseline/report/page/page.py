"""A page made of sections."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import field
from hashlib import sha256
from pathlib import Path
from typing import Any

from baseline.frozen import frozen
from baseline.languages.catalog import ENGLISH, Catalog
from baseline.templating.html import HtmlTemplates, trusted_markup

_DIRECTORY = Path(__file__).parent
_MARGIN_FONT = "font: 8pt system-ui, sans-serif; color: #57606a;"


@frozen
class Section:
    """A part of a page.

    Attributes:
        name: Its id on the page, and the name of its template in `sections/`.
        title: Its heading in English; empty for a part of the page above all headings.
        context: The values that its template reads.
        is_interactive: Whether the page's script works on it.
    """

    name: str
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    is_interactive: bool = False


def format_page(
    title: str, sections: Sequence[Section], catalog: Catalog = ENGLISH, *, margins: Mapping[str, str] | None = None
) -> str:
    """One file with style, and with the script if a section needs it. A page of one section has no further heading.

    Args:
        title: The page's title.
        sections: Its sections; one without a heading can only be the first.
        catalog: The language of its fixed texts.
        margins: Margin box of CSS, such as `top-left` → its text on printed pages. The first page has no top boxes.
    """
    templates = HtmlTemplates(_DIRECTORY, catalog.say)
    alone = len(sections) == 1
    bodies = [
        templates.render(f"sections/{item.name}.html.j2", {**item.context, "level": 2 if alone else 3})
        for item in sections
    ]
    boxes = _margin_boxes(margins or {})
    return templates.render(
        "page.html.j2",
        {
            "boxes": trusted_markup(boxes),
            "boxes_digest": _digest_of(boxes),
            "title": title,
            "alone": alone,
            "language": catalog.code,
            "parts": [
                {"name": item.name, "title": item.title, "body": body}
                for item, body in zip(sections, bodies, strict=True)
            ],
            "interactive": any(item.is_interactive for item in sections),
            "style_digest": _digest("style.css"),
            "script_digest": _digest("script.js"),
        },
    )


def _margin_boxes(margins: Mapping[str, str]) -> str:
    """The style of printed pages. The first page is a cover, which already shows the texts of the top boxes."""
    if not any(margins.values()):
        return ""
    shown = "".join(
        f"@{place} {{ content: {_css_string(words)}; {_MARGIN_FONT} }} " for place, words in margins.items()
    )
    hidden = "".join(f"@{place} {{ content: none; }} " for place in margins if place.startswith("top"))
    return f"@page {{ {shown}}} @page :first {{ {hidden}}}"


def _digest(name: str) -> str:
    """The integrity digest of a file that is embedded in the page."""
    return _digest_of((_DIRECTORY / name).read_text(encoding="utf-8"))


def _digest_of(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _css_string(text: str) -> str:
    """A string of CSS, in which each character but letters, digits and spaces is escaped (CSS Syntax 3, 4.3.7)."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
