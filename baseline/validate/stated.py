"""The values that the plan provides for a stack's template."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from baseline.plan.model import Stack


def texts_stated_for(stack: Stack) -> frozenset[str]:
    """Every text and number in the stack's context and parameters: decided by the profile or a capability."""
    return _texts(stack.name, _Held(stack))


class _Held:
    """A stack compared by identity: its context holds mappings, which are not hashable."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def __hash__(self) -> int:
        return id(self.stack)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.stack is self.stack


@lru_cache(maxsize=1024)
def _texts(_name: str, held: _Held) -> frozenset[str]:
    values = (held.stack.context, [item.value for item in held.stack.parameters])
    return frozenset(text for value in values for text in _walk(value))


def _walk(value: Any) -> Iterator[str]:  # noqa: ANN401 - a context holds plain data of any kind
    if isinstance(value, str | int | float):
        yield from () if isinstance(value, bool) else (str(value),)
        return
    for item in _parts(value):
        yield from _walk(item)


def _parts(value: Any) -> Iterable[Any]:  # noqa: ANN401 - the same
    if isinstance(value, Mapping):
        return chain(value.keys(), value.values())
    if is_dataclass(value):
        return (getattr(value, item.name) for item in fields(value))
    if isinstance(value, list | tuple | set | frozenset):
        return value
    return getattr(value, "__dict__", {}).values()  # settings are pydantic models
