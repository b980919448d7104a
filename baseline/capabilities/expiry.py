"""Days of the calendar; the last day of an entry that hides findings is also part of AWS's filter."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from baseline.findings import KeyPath

_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def _day(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        message = {"message": f'"{value}" is not a day of the calendar', "fix": ""}
        raise PydanticCustomError("profile-date", "{message}", message)  # type: ignore[type-var,unused-ignore]
    return value


CalendarDay = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date", "pattern": _PATTERN})]
"""A day as YYYY-MM-DD."""


def end_of(day: str) -> datetime:
    """The last second of the day, in UTC."""
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), tzinfo=UTC)


def until(day: str) -> Mapping[str, str]:
    """The days up to the last one; Security Hub's filters require a first day, too, and no finding is older."""
    return {"Start": "2018-01-01T00:00:00.000Z", "End": f"{day}T23:59:59.999Z"}


def expiring(settings: BaseModel) -> Iterator[tuple[KeyPath, str, str]]:
    """Entries of the settings that have a last day: path of the day, name and reason of the entry, and the day."""
    yield from _ends((), settings)


def _ends(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, str, str]]:  # noqa: ANN401 - any setting
    if isinstance(value, dict | list | tuple):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            if isinstance(item, BaseModel):
                yield from _ends((*path, key), item)
    elif isinstance(value, BaseModel):
        if day := getattr(value, "expires", None):
            yield (*path, "expires"), str(getattr(value, "name", path[-1])), day
        for field in type(value).model_fields:
            yield from _ends((*path, field), getattr(value, field))
