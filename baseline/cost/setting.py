"""The values that decide whether, and how often, a driver applies."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from typing import Any

from baseline.capabilities.settings import Settings
from baseline.frozen import frozen
from baseline.plan.model import Stack
from baseline.prices.drivers import Driver

_DAYS_OF_A_MONTH = 30
_STANDARD = "STANDARD"
_OF_STACK = "stack."


@frozen
class Values:
    """The values of settings, changed ones first. `stack.NAME` is a value of the stack's context instead.

    The stacks of an override have other values than the settings; these are in the stack's context.
    """

    stack: Stack
    settings: Settings
    changed: Mapping[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:  # noqa: ANN401 - plain data of any type
        """The value of a setting; a path with `/` leads below it, and `*` selects every item of a mapping or list."""
        bare = name.removeprefix(_OF_STACK)
        if bare in self.changed:
            return self.changed[bare]
        if bare != name:
            return getattr(self.stack.context, bare)
        return list(_below([self.settings], name.split("/"))) if "/" in name else getattr(self.settings, name)

    def apply_to(self, driver: Driver) -> bool:
        """Whether the driver's conditions hold."""
        return all(_has(self.value(name), wanted) for name, wanted in driver.when.items()) and not any(
            _has(self.value(name), wanted) for name, wanted in driver.unless.items()
        )

    def factor(self, driver: Driver) -> Decimal:
        """The product of the driver's factors."""
        factor = driver.factor
        if driver.count_of:
            value = self.value(driver.count_of)
            factor *= len(value) if isinstance(value, list | tuple | Mapping) else int(value)
        if driver.months_of:
            factor *= _months(self.value(driver.months_of))
        if driver.months_in:
            factor *= _months(self._days_in(driver.months_in))
        return factor

    def _days_in(self, storage_class: str) -> int:
        """Days that a log stays in a storage class before S3 deletes it or moves it to the next class."""
        end = self.value("retention_days")
        moves = [(0, _STANDARD), *((item.days, item.storage_class) for item in self.value("transitions"))]
        ends = [*(days for days, _ in moves[1:]), end]
        both = zip(moves, ends, strict=True)
        return sum(max(min(until, end) - days, 0) for (days, name), until in both if name == storage_class)


def _months(days: int) -> Decimal:
    return Decimal(days) / _DAYS_OF_A_MONTH


def _has(value: object, wanted: object) -> bool:
    return wanted in value if isinstance(value, list | tuple) else value == wanted


def _below(values: list[Any], path: list[str]) -> Iterator[Any]:
    """Every value at a path, with the items of a final list one by one; none below a section that is not set."""
    for name in path:
        if name == "*":
            values = [item for value in values for item in (value.values() if isinstance(value, dict) else value)]
        else:
            values = [getattr(value, name) for value in values if value is not None]
    for value in values:
        yield from value if isinstance(value, list) else [value]
