"""The one Jinja environment."""

from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from baseline.render.filters import block, literal, one_module, refuse_raw, scalar, token
from baseline.resources import templates_directory


@cache
def template_environment() -> ImmutableSandboxedEnvironment:
    """Sandboxed, strict about undefined names, and unable to print a value that no filter has approved."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates_directory()),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        optimized=False,  # templates have no constants to fold, and each is compiled for one run
        finalize=refuse_raw,
    )
    environment.filters = {
        "scalar": scalar,
        "block": block,
        "token": token,
        "literal": literal,
        "one_module": one_module,
    }
    return environment
