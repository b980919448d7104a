"""HTML pages. All values are escaped."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup


class HtmlTemplates:
    """Our own template files in a directory; undefined names are errors."""

    def __init__(self, directory: Path, say: Callable[[str], str] = str) -> None:
        """Templates use `say`, which translates a fixed text, as `_`."""
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(directory),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.globals["_"] = say

    def render(self, name: str, context: Mapping[str, Any]) -> Markup:
        """The text of a template, which other templates print unescaped."""
        return Markup(self._environment.get_template(name).render(context))  # noqa: S704 - the template has escaped it


def trusted_markup(text: str) -> Markup:
    """HTML that the program has written and escaped itself."""
    return Markup(text)  # noqa: S704 - by the caller's word
