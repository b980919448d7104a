"""Text values in policies: their formats, and the descriptions of these formats.

AWS documents numbers and booleans as text (`"60"`, `"true"`). JSON integers and booleans are also accepted: public
policies in use have them, and no AWS page says that they are rejected.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from baseline.aws.regions import REGIONS

FILLED_IN = "${"
"""Prefix of values from CloudFormation; AWS's own placeholders are `$account` and `$region`, without a brace."""


def like(pattern: str, form: str) -> AfterValidator:
    """A text that matches the pattern, or that CloudFormation completes; `form` describes it: "an id of 12 digits"."""
    known = re.compile(pattern, re.DOTALL)

    def check(text: str) -> str:
        if FILLED_IN in text or known.fullmatch(text):
            return text
        raise PydanticCustomError("form", "not {form}", {"form": form})

    return AfterValidator(check)


def one_of(names: Iterable[str], what: str, *, grows: bool = False) -> AfterValidator:
    """One of the names, or a value from CloudFormation; `what` is the noun for messages, such as "Region".

    `grows` means that AWS adds names over time: an unknown name is then only a warning.
    """
    known = tuple(names)

    def check(text: str) -> str:
        if FILLED_IN in text or text in known:
            return text
        raise PydanticCustomError("unfamiliar" if grows else "name", "no {what}", {"what": what, "names": known})

    return AfterValidator(check)


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


AsText = BeforeValidator(_as_text)
Text = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, like(r"(?!@@).+", "a name, which is not empty and does not begin with @@")]
"""A key that the policy's author chooses."""

Digits = Annotated[str, AsText, like(r"[0-9]{1,16}", "a whole number of 16 digits at most")]
Truth = Annotated[Literal["true", "false"], AsText]
Switch = Literal["enabled", "disabled"]
Region = Annotated[str, one_of(REGIONS, "Region")]
RegionOrAll = Annotated[str, one_of((*REGIONS, "ALL_SUPPORTED"), "Region")]
