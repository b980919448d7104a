"""Conversion of the program's own Markdown to HTML."""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from baseline.templating.html import trusted_markup
from baseline.templating.labels import labelled_cells

_LINKS = ("link_open", "link_close", "image")


def markdown_html(text: str, *, shift: int = 0) -> Markup:
    """HTML of Markdown text, including tables and code; HTML in the text is shown as it is written.

    Links are reduced to their text: the pages that they point to are not beside a page. A wide table scrolls by itself.
    On narrow screens, its rows are cards.

    Args:
        text: Markdown.
        shift: Number of levels by which headings are lowered, so that they fit below others.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = list(_fitted(parser.parse(text), shift))
    return labelled_cells(trusted_markup(parser.renderer.render(tokens, parser.options, {})))


def _fitted(tokens: Sequence[Token], shift: int) -> Iterator[Token]:
    tables = 0
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + shift, 6)}"
        if token.children:
            token.children = [item for item in token.children if item.type not in _LINKS]
        if token.type == "table_open":
            tables += 1
            yield _html(f'<div class="wide" tabindex="0" role="region" aria-label="Table {tables}">')
        yield token
        if token.type == "table_close":
            yield _html("</div>")


def _html(text: str) -> Token:
    return Token("html_block", "", 0, content=text)
