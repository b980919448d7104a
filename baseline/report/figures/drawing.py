"""The parts of a figure: text, boxes and arrows, and the SVG around them."""

import textwrap
from collections.abc import Sequence
from html import escape
from typing import TypeVar

from baseline.frozen import frozen
from baseline.text.line import shorten
from baseline.text.xml import xml_text

Item = TypeVar("Item")

WIDTH = 1120
ROW = 24
_CHARACTER = 7.2
"""Width of an average character at 14 pixels; a wider font only leaves less room at the right."""

STYLE = """
svg{background:#fff;color:#1b1f24;font:14px system-ui,sans-serif}
text{fill:currentColor}.strong{font-weight:600}.soft{fill:#57606a}.small{font-size:12px}
.line{stroke:#6e7781;fill:none}.box{fill:#f6f8fa;stroke:#8c959f}.inner{fill:#fff;stroke:#d0d7de}
.closed{fill:none;stroke:#8c959f;stroke-dasharray:5 4}
@media (prefers-color-scheme:dark){svg{background:#0d1117;color:#e6edf3}.soft{fill:#9198a1}
.box{fill:#161b22;stroke:#656c76}.inner{fill:#0d1117;stroke:#3d444d}.line,.closed{stroke:#8c959f}}
@media print{svg{background:#fff;color:#000}.soft{fill:#57606a}.box{fill:#f6f8fa;stroke:#8c959f}.inner{fill:#fff}}
"""
"""Style of a figure in its own file; pages have the same classes in their own style."""


@frozen
class Figure:
    """A drawing.

    Attributes:
        name: A word in lower case, unique on a page.
        title: Its content, in a few words.
        lines: The same content as text, for readers who cannot see it, and for narrow screens.
        height: Height, in the unit of `WIDTH`.
        parts: Elements of SVG.
    """

    name: str
    title: str
    lines: Sequence[str]
    height: int
    parts: Sequence[str]

    @property
    def description(self) -> str:
        """The lines as one text."""
        return "; ".join(self.lines)


def figure_svg(figure: Figure, *, style: str = "") -> str:
    """The figure as an SVG element with a text alternative, and with its own style if it is a separate file."""
    name, title, description = figure.name, _escaped(figure.title), _escaped(figure.description)
    names = f'role="img" aria-labelledby="{name}-title {name}-description"'
    frame = f"-1 -1 {WIDTH + 2} {figure.height + 2}"  # half of a line is outside its box
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{frame}" {names}>',
            f'<title id="{name}-title">{title}</title>',
            f'<desc id="{name}-description">{description}</desc>',
            *([f"<style>{style}</style>"] if style else []),
            *figure.parts,
            "</svg>",
        ]
    )


def moved(parts: Sequence[str], y: int) -> list[str]:
    """The elements, moved down by a distance."""
    return [f'<g transform="translate(0 {y})">', *parts, "</g>"]


def text(x: int, y: int, words: str, *, style: str = "", room: int = WIDTH) -> str:
    """A line of text, shortened to the available width."""
    shown = _escaped(shorten(words, max(int(room / _CHARACTER), 4)))
    return f'<text x="{x}" y="{y}"{f" class={chr(34)}{style}{chr(34)}" if style else ""}>{shown}</text>'


def lines_of(words: str, room: int) -> list[str]:
    """The lines that a text needs in a width."""
    return textwrap.wrap(words, max(int(room / _CHARACTER), 12))


def box(x: int, y: int, width: int, height: int, *, style: str = "box") -> str:
    """A rectangle with round corners."""
    return f'<rect class="{style}" x="{x}" y="{y}" width="{width}" height="{height}" rx="5"/>'


def arrow(x: int, y: int, end: int) -> str:
    """A horizontal arrow to the right."""
    return f'<path class="line" d="M{x} {y}H{end}m-7 -5l7 5l-7 5"/>'


def first_of(items: Sequence[Item], most: int) -> Sequence[Item]:
    """The first items; all items if only one more is left, because a note about it would need as much space."""
    return items if len(items) == most + 1 else items[:most]


def _escaped(words: str) -> str:
    return escape(xml_text(words))
