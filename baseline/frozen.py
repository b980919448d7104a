"""Frozen values: dataclasses with keyword-only fields, whose methods are shared.

`@dataclass(frozen=True)` compiles six methods for each class. With 500 classes that was a fifth of the start of a
command; here only `__init__` is compiled, for the first value of a class.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a class what `@dataclass(frozen=True, kw_only=True)` makes it; `fields` and `replace` know it as one.

    Every field is an argument: a class with `field(init=False)` needs `@dataclass`.
    """
    dataclass(kw_only=True, init=False, repr=False, eq=False)(cls)
    methods = {"__init__": _initializer_later(cls), "_field_values": staticmethod(_values_of(cls)), **_SHARED}
    for name, method in methods.items():
        if name not in vars(cls):
            setattr(cls, name, method)
    return cls


def _initializer_later(cls: Any) -> Callable[..., None]:  # noqa: ANN401 - a class that has just become a dataclass
    def initialize(self: Any, *positional: object, **values: object) -> None:  # noqa: ANN401 - a frozen value
        cls.__init__ = _initializer(cls)
        cls.__init__(self, *positional, **values)

    return initialize


def _initializer(cls: Any) -> Callable[..., None]:  # noqa: ANN401 - the same
    known: dict[str, Any] = {"_set_field": object.__setattr__, "_missing": MISSING}
    arguments, lines = [], ["pass"]
    for item in fields(cls):
        known[f"_default_{item.name}"] = item.default if item.default_factory is MISSING else item.default_factory
        arguments.append(f"{item.name}{_default(item)}")
        lines.append(f"_set_field(self, '{item.name}', {_value(item)})")
    text = f"def __init__({', '.join(['self', *(['*'] if arguments else []), *arguments])}): {'; '.join(lines)}"
    exec(text, known)  # noqa: S102 - dataclasses does it as well; the names are those of the class
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"  # for the message about a missing argument
    return made


def _default(item: Field[Any]) -> str:
    if item.default_factory is not MISSING:
        return "=_missing"
    return "" if item.default is MISSING else f"=_default_{item.name}"


def _value(item: Field[Any]) -> str:
    if item.default_factory is MISSING:
        return item.name
    return f"_default_{item.name}() if {item.name} is _missing else {item.name}"


def _values_of(cls: Any) -> Callable[[object], object]:  # noqa: ANN401 - the same
    """Return a function from an instance to its values: all that equality and hashes compare."""
    names = [item.name for item in fields(cls) if item.compare]
    return attrgetter(*names) if names else lambda _: ()


def _is_equal(self: Any, other: Any) -> object:  # noqa: ANN401 - a frozen value and anything
    if other.__class__ is not self.__class__:
        return NotImplemented
    values = self._field_values
    return values(self) == values(other)


def _hash(self: Any) -> int:  # noqa: ANN401 - a frozen value
    return hash(self._field_values(self))


@recursive_repr()
def _text(self: Any) -> str:  # noqa: ANN401 - a frozen value
    shown = ", ".join(f"{item.name}={getattr(self, item.name)!r}" for item in fields(self) if item.repr)
    return f"{self.__class__.__qualname__}({shown})"


def _refuse_to_set(self: object, name: str, value: object) -> NoReturn:
    del self, value
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> NoReturn:
    del self
    raise FrozenInstanceError(f"cannot delete field {name!r}")


_SHARED: Mapping[str, Callable[..., object]] = {
    "__eq__": _is_equal,
    "__hash__": _hash,
    "__repr__": _text,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
}
