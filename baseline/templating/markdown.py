"""Conversion of the program's own Markdown to HTML."""

from markdown_it import MarkdownIt
from markupsafe import Markup

from baseline.templating.html import trusted_markup


def markdown_html(text: str, *, shift: int = 0) -> Markup:
    """Tables and code included; HTML in the text is shown as it is written.

    Links are reduced to their text: the pages that they point to are not beside a page.

    Args:
        text: Markdown.
        shift: Number of levels by which headings are lowered, so that they fit below others.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + shift, 6)}"
        if token.children:
            token.children = [item for item in token.children if item.type not in ("link_open", "link_close", "image")]
    return trusted_markup(parser.renderer.render(tokens, parser.options, {}))
