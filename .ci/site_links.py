"""A hook of mkdocs: links from a page to files of the repository outside `docs/` become their text."""  # noqa: INP001

import posixpath
import re
from typing import Any

_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#|mailto:)([^)\s]+)\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:  # noqa: ANN401 - mkdocs has no types
    """Return the page without links that lead out of the site."""
    here = posixpath.dirname(page.file.src_uri)

    def kept(found: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(here, found[2].partition("#")[0]))
        return found[1] if target.startswith("..") else found[0]

    return _LINK.sub(kept, markdown)
