"""The environment of templates, and the rendering of our own."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import BaseLoader, BytecodeCache, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from baseline.errors import BaselineError, RenderError
from baseline.resources import templates_directory
from baseline.templating.compiled import CompiledTemplates
from baseline.templating.filters import block, literal, one_module, refuse_raw, scalar, token


def strict_environment(loader: BaseLoader, compiled: BytecodeCache | None = None) -> ImmutableSandboxedEnvironment:
    """Sandboxed, strict about undefined names, and unable to print a value that no filter has approved.

    `compiled` keeps the code of templates that are not the user's.
    """
    return ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        optimized=False,  # templates have no constants to fold, and each is compiled for one run
        finalize=refuse_raw,
        bytecode_cache=compiled,
    )


@cache
def template_environment() -> ImmutableSandboxedEnvironment:
    """The environment of the templates that are part of the program."""
    environment = strict_environment(FileSystemLoader(templates_directory()), CompiledTemplates())
    environment.filters = {
        "scalar": scalar,
        "block": block,
        "token": token,
        "literal": literal,
        "one_module": one_module,
    }
    return environment


def rendered(name: str, values: Mapping[str, Any]) -> str:
    """One of our own templates with these values.

    Raises:
        RenderError: if the template and the values do not match.
    """
    try:
        return template_environment().get_template(name).render(values)
    except (TemplateError, BaselineError) as error:
        raise RenderError(f"{name} did not render: {error}") from error
