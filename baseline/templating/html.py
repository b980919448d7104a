"""HTML pages. All values are escaped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment


def render_html(template: Path, context: Mapping[str, Any]) -> str:
    """Render one of our template files; undefined names are errors."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(template.parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template.name).render(context)
