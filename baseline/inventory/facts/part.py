"""The base of the inventory's models, and facts that could not be read."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from baseline.cloud.aws_errors import DISABLED_REGION_CODES, EXPIRED
from baseline.cloud.reader import Reader
from baseline.cloud.refusals import NoAnswer, Refusal

_LONGEST_REASON = 300


class Part(BaseModel):
    """A part of the inventory."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Unknown(Part):
    """A fact that could not be read, so that it is unknown whether the resource exists."""

    unknown: str = Field(description="The reason, such as AWS's error code and message.")


T = TypeVar("T")


def in_each_region(readers: Iterable[Reader], read: Callable[[Reader], T]) -> Iterator[tuple[Reader, T]]:
    """Each reader and its result; Regions where the service has no endpoint are skipped."""
    for reader in readers:
        try:
            yield reader, read(reader)
        except NoAnswer as error:
            if not error.is_absent:
                raise


def known_or_unknown(read: Callable[[], T], *, may_be_disabled: bool = False) -> T | Unknown:
    """The fact, or the reason why AWS did not return it.

    Args:
        read: Reads the fact.
        may_be_disabled: Whether the Region may be disabled: AWS then rejects valid credentials.

    Raises:
        Refusal: if the credentials have expired.
        NoAnswer: if AWS cannot be reached.
    """
    try:
        return read()
    except Refusal as error:
        if error.code in EXPIRED and not (may_be_disabled and error.code in DISABLED_REGION_CODES):
            raise
        return _unknown(f"{error.operation}: {error.code}: {error.message}")
    except NoAnswer as error:
        if not error.is_absent:
            raise
        return _unknown(str(error))


def _unknown(reason: str) -> Unknown:
    """The reason in one line, without the ids of requests, which differ each time."""
    line = " ".join(reason.partition("(Request ID")[0].split())
    return Unknown(unknown=line[:_LONGEST_REASON])
