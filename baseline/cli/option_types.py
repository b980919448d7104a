"""Types of options: choices that suggest the nearest one, days, and ranges of waves."""

import re
import sys
from datetime import UTC, datetime
from typing import Any

import click

_LAST_SECOND = 253402300799
"""The end of the year 9999."""


class Choice(click.Choice[str]):
    """One of several words in any case; the error for another word suggests the nearest."""

    def __init__(self, choices: tuple[str, ...] | list[str]) -> None:
        super().__init__(choices, case_sensitive=False)

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:  # noqa: ANN401 - as in click
        """Return click's message, with the nearest choice."""
        from baseline.text.nearest import nearest

        close = nearest(str(value), self.choices)
        guess = f" Did you mean {close!r}?" if close else ""
        return f"{super().get_invalid_choice_message(value, ctx)}{guess}"


class Day(click.ParamType[datetime]):
    """A day as YYYY-MM-DD: its first moment, without a time zone."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401
        """Return the day, or fail with the required form."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d")  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(f"{value!r} is not a day of the form YYYY-MM-DD, such as 2027-03-01.", param, ctx)


class Moment(click.ParamType[datetime]):
    """Seconds since 1970, as in SOURCE_DATE_EPOCH, or a day, which stands for its first second in UTC."""

    name = "YYYY-MM-DD|SECONDS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401
        """Return the moment, or fail with the accepted forms."""
        if isinstance(value, datetime):
            return value
        if value.isascii() and value.isdecimal():
            if len(value) > len(str(_LAST_SECOND)) or int(value) > _LAST_SECOND:
                self.fail(f"{value} seconds are after the year 9999.", param, ctx)
            return datetime.fromtimestamp(int(value), UTC)
        try:
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            self.fail(f"{value!r} is neither a day of the form YYYY-MM-DD nor seconds since 1970.", param, ctx)


class WaveRange(click.ParamType[range]):
    """Waves by number: `3`, `1-10`, or `11-`."""

    name = "waves"
    _form = re.compile(r"([1-9][0-9]{0,3})(-([1-9][0-9]{0,3})?)?")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> range:  # noqa: ANN401
        """The numbers of the waves; all from the first if no last one is given."""
        found = self._form.fullmatch(str(value))
        if found is None:
            self.fail(f"'{value}' is neither a wave nor a range of waves; write 3, 1-10 or 11-", param, ctx)
        first, dash, last = found.groups()
        end = int(last or sys.maxsize - 1) if dash else int(first)
        if end < int(first):
            self.fail(f"'{value}' ends before it begins; write {end}-{first}", param, ctx)
        return range(int(first), end + 1)
