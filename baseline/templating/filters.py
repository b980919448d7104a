"""The filters, the only way to insert a value into a template: each ensures that it remains one value."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import yaml

from baseline.capabilities.landscape import Reference
from baseline.errors import RenderError

_OWN_IMPORT = re.compile(r"^from templates\.functions\..+ import .+\n\n?", re.MULTILINE)
_TOKEN = re.compile(r"[A-Za-z0-9/][A-Za-z0-9/._+=@*-]*\Z")
_PLAIN = re.compile(r"(?![0-9.+-])[A-Za-z/][A-Za-z0-9_/.-]*(?::[A-Za-z0-9*_/.-]+)*\Z")
_WORDS_WITH_MEANING = frozenset({"on", "off", "yes", "no", "y", "n", "true", "false", "null", "none", "nan"})
_BEFORE_BRACE = re.compile(r"(?<=\$)(?={)")
_SIMPLE = re.compile(r"[ !#-\[\]-~]*\Z")
"""Text that has nothing to escape between double quotes."""
_PRINTABLE = re.compile(r"[ -~]*\Z")
_WIDTH = 100_000
_LONGEST_KEY = 100
"""YAML writes keys longer than this, up to 128, in a separate form."""


class Rendered(str):
    """Text that a filter has made safe; the environment rejects anything else."""

    __slots__ = ()


class _BlockDumper(yaml.SafeDumper):
    """Block style, insertion order, no aliases; text is quoted if any YAML reader could interpret it."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - PyYAML's
        del indentless
        super().increase_indent(flow=flow, indentless=False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = _PLAIN.match(text) and text.lower() not in _WORDS_WITH_MEANING
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


def _represent_reference(dumper: yaml.SafeDumper, reference: Reference) -> yaml.ScalarNode:
    return dumper.represent_scalar("!Sub", str(reference))


_BlockDumper.add_representer(str, _represent_text)
_BlockDumper.add_representer(Reference, _represent_reference)
_BlockDumper.add_representer(tuple, yaml.SafeDumper.represent_list)


def scalar(value: object) -> Rendered:
    """One YAML value: numbers and booleans unchanged, text always double-quoted, a `Reference` as `!Sub`.

    Text that contains `${` is split there and joined again by CloudFormation, so that neither a reader nor cfn-lint
    mistakes this data for a forgotten `Fn::Sub`.

    Raises:
        RenderError: for anything that is not text, a number or a boolean.
    """
    if isinstance(value, bool):
        return Rendered("true" if value else "false")
    if isinstance(value, int):
        return Rendered(str(value))
    if not isinstance(value, str):
        raise RenderError(f"scalar got {type(value).__name__}: it accepts text, a whole number or a boolean")
    if isinstance(value, Reference):
        return Rendered(f"!Sub {_quoted(str(value))}")
    parts = [_quoted(part) for part in re.split(_BEFORE_BRACE, value)]
    return Rendered(parts[0] if len(parts) == 1 else f'!Join ["", [{", ".join(parts)}]]')


@lru_cache(4096)
def _quoted(text: str) -> str:
    if _SIMPLE.match(text) and len(text) < _WIDTH / 2:
        return f'"{text}"'
    dumped = yaml.dump(text, Dumper=yaml.SafeDumper, default_style='"', width=_WIDTH, allow_unicode=True)
    return dumped.rstrip("\n")


def block(value: Any, indent: int, room: int = 0) -> Rendered:  # noqa: ANN401 - any plain structure
    """A structure in YAML block style, each line after the first indented by `indent` spaces.

    Text with `${` in it is joined as in `scalar`; a `Reference` becomes `!Sub`. A structure that fits into a line
    of `room` characters is written as JSON, which is also YAML: this keeps long templates below their limit.
    """
    joined = _joined(value)
    try:
        text = "\n".join(_lines(joined, room=room))
    except _UnusualError:
        text = dumped(joined)
    return Rendered(text.replace("\n", "\n" + " " * indent))


def dumped(value: Any) -> str:  # noqa: ANN401 - any plain structure
    """The structure as PyYAML serializes it."""
    text = yaml.dump(value, Dumper=_BlockDumper, sort_keys=False, width=_WIDTH, allow_unicode=True)
    return text.rstrip("\n")


class _UnusualError(Exception):
    """A value that only PyYAML can serialize correctly."""


def _lines(value: Any, pad: str = "", room: int = 0) -> Iterator[str]:  # noqa: ANN401 - any plain structure
    """The lines of a mapping or list as PyYAML writes them, ten times as fast.

    Raises:
        _UnusualError: if the value needs more than indentation and quotes.
    """
    if type(value) is dict and value:
        for key, item in value.items():
            yield from _entry(f"{pad}{_key(key)}:", item, pad, room)
    elif type(value) in (list, tuple) and value:
        for item in value:
            yield from _entry(f"{pad}-", item, pad, room)
    else:
        raise _UnusualError


def _entry(head: str, item: Any, pad: str, room: int) -> Iterator[str]:  # noqa: ANN401 - any plain structure
    if type(item) not in (dict, list, tuple) or not item:
        yield f"{head} {_flat(item)}"
        return
    if room and len(in_line := f"{head} {json.dumps(_long_form(item))}") <= room:
        yield in_line
        return
    inner = _lines(item, f"{pad}  ", room)
    if head.endswith("-"):
        yield f"{head} {next(inner).lstrip(' ')}"
    else:
        yield head
    yield from inner


def _long_form(value: Any) -> Any:  # noqa: ANN401 - any plain structure
    if isinstance(value, dict):
        return {key: _long_form(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_long_form(item) for item in value]
    return {"Fn::Sub": str(value)} if isinstance(value, Reference) else value


def _key(key: object) -> str:
    if type(key) is not str or not 0 < len(key) <= _LONGEST_KEY or not _PRINTABLE.match(key):
        raise _UnusualError
    return _flat(key)


def _flat(value: Any) -> str:  # noqa: ANN401 - any plain value
    kind = type(value)
    if kind is str and len(value) < _WIDTH / 2:
        return value if _PLAIN.match(value) and value.lower() not in _WORDS_WITH_MEANING else _quoted(value)
    if kind is Reference and _PRINTABLE.match(value) and len(value) < _WIDTH / 2:
        return f"!Sub '{value.replace(chr(39), chr(39) * 2)}'"
    if kind is bool or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if kind is int:
        return str(value)
    if kind in (dict, list, tuple):
        return "{}" if kind is dict else "[]"
    raise _UnusualError


def _joined(value: Any) -> Any:  # noqa: ANN401 - any plain structure
    if isinstance(value, Mapping):
        return {key: _joined(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_joined(item) for item in value]
    if isinstance(value, str) and not isinstance(value, Reference) and "${" in value:
        return {"Fn::Join": ["", re.split(_BEFORE_BRACE, value)]}
    return value


def one_module(text: str) -> str:
    """The parts of a function's source as one module: a part comes after the parts that it imports from."""
    return _OWN_IMPORT.sub("", text)


def literal(text: str, indent: int) -> Rendered:
    """The lines of a YAML block literal (`key: |`), indented by `indent` spaces.

    Raises:
        RenderError: if a line has a character that no block literal can hold, or the first line begins with a space.
    """
    lines = text.rstrip("\n").split("\n")
    if text.startswith((" ", "\n")) or not all(line.isprintable() for line in lines):
        raise RenderError("literal got text that a YAML block literal would change: control characters, leading spaces")
    return Rendered("".join(f"{' ' * indent}{line}\n" if line else "\n" for line in lines))


def token(value: object) -> Rendered:
    """A name inside a longer value, such as a Region in an ARN, or a `Reference` to a parameter.

    Raises:
        RenderError: if YAML or `Fn::Sub` could read the value as more than a name.
    """
    text = str(value)
    if not isinstance(value, Reference) and not _TOKEN.match(text):
        raise RenderError(f"token got {text!r}: it accepts letters, digits and / . _ + = @ * - only")
    return Rendered(text)


def refuse_raw(value: object) -> object:
    """The environment's finalizer: prints only the output of filters."""
    if isinstance(value, Rendered):
        return value
    raise RenderError(f"a template prints {value!r} without the scalar, block or token filter")
