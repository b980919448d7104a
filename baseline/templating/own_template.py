"""The user's own Jinja templates: a subset of Jinja with insertions, loops and conditions."""

import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any

from jinja2 import DictLoader, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from baseline.errors import RenderError
from baseline.templating.environment import strict_environment
from baseline.templating.filters import block, scalar, token

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Name, nodes.Const, nodes.List),
    *(nodes.Tuple, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And),
    *(nodes.Or, nodes.Not, nodes.CondExpr, nodes.Neg),
)
"""Without calls, assignments and arithmetic, a template ends, and needs no more memory than it prints."""

_FILTERS: Mapping[str, Callable[..., str]] = {"scalar": scalar, "block": block, "token": token}
_DEEPEST_LOOP = 2
_LONGEST = 1_000_000
_WORDS = {nodes.Assign: "`set`", nodes.Call: "a call", nodes.Include: "`include`", nodes.Macro: "a macro"}


class OwnTemplateError(RenderError):
    """A template that cannot be rendered, and the line (from 1)."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def render_own_template(text: str, values: Mapping[str, Any]) -> str:
    """Render a user's template.

    Args:
        text: The template. It can use `for`, `if`, comparisons, and the filters `scalar`, `block` and `token`.
        values: Plain values by name; undefined names are errors.

    Raises:
        OwnTemplateError: if it uses anything else, or a value does not fit.
    """
    environment = _environment(text)
    try:
        _refuse_the_rest(environment.parse(text))
        return "".join(_limited(environment.get_template("").generate(values)))
    except OwnTemplateError:
        raise
    except TemplateSyntaxError as error:
        raise OwnTemplateError(str(error.message), error.lineno) from None
    except (TemplateError, RenderError, TypeError) as error:
        raise OwnTemplateError(str(error), _line(error)) from None
    except RecursionError:
        raise OwnTemplateError("it is nested too deeply", 1) from None


def _environment(text: str) -> ImmutableSandboxedEnvironment:
    environment = strict_environment(DictLoader({"": text}))
    environment.globals = {}
    environment.filters = {name: _of_defined(found) for name, found in _FILTERS.items()}
    return environment


def _of_defined(found: Callable[..., str]) -> Callable[..., str]:
    """The filter, with Jinja's own message for an undefined name."""

    @wraps(found)
    def checked(value: object, *arguments: object) -> str:
        return found(str(value) if isinstance(value, Undefined) else value, *arguments)

    return checked


def _refuse_the_rest(node: nodes.Node, loops: int = 0) -> None:
    if not isinstance(node, _ALLOWED):
        what = _WORDS.get(type(node), f"`{type(node).__name__.lower()}`")
        message = f"{what} is not available: use for, if, and the filters scalar, block, token"
        raise OwnTemplateError(message, node.lineno)
    loops += isinstance(node, nodes.For)
    if loops > _DEEPEST_LOOP:
        raise OwnTemplateError(f"more than {_DEEPEST_LOOP} loops inside each other", node.lineno)
    for child in node.iter_child_nodes():
        _refuse_the_rest(child, loops)


def _limited(pieces: Iterator[str]) -> Iterator[str]:
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > _LONGEST:
            raise RenderError(f"it renders to more than {_LONGEST:,} characters")
        yield piece


def _line(error: BaseException) -> int:
    """The line of the template in which the error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 1 for frame in reversed(frames) if frame.filename == "<template>"), 1)
