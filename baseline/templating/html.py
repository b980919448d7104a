"""HTML pages. All values are escaped."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from baseline.templating.labels import labelled_cells


class _Compiled(BytecodeCache):
    """Compiled templates in memory: a process that makes several pages compiles each template once."""

    def __init__(self) -> None:
        self._code: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the code that was compiled from the same text."""
        bucket.code = self._code.get(f"{bucket.key}{bucket.checksum}")

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the compiled code."""
        if bucket.code:
            self._code[f"{bucket.key}{bucket.checksum}"] = bucket.code


_COMPILED = _Compiled()


class HtmlTemplates:
    """Our own template files in a directory; undefined names are errors."""

    def __init__(self, directory: Path, say: Callable[[str], str] = str) -> None:
        """In templates, `say` is available as `_`: it translates fixed texts."""
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(directory),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=_COMPILED,
        )
        self._environment.globals["_"] = say
        self._environment.filters["labelled_cells"] = labelled_cells

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """The text of a template. It may be large, so no copy is made of it."""
        pieces = self._environment.get_template(name).stream(context)
        pieces.enable_buffering(1_000)  # a table of a large organization has half a million
        return "".join(pieces)


def trusted_markup(text: str) -> Markup:
    """HTML that the program has written and escaped itself."""
    return Markup(text)  # noqa: S704 - by the caller's word
