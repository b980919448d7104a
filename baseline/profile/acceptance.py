"""Statements about single requirements: exceptions, and attestations that people meet them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from baseline.controls.framework import framework_ids, frameworks
from baseline.profile.fields import anchored, reject
from baseline.profile.organization import Section
from baseline.text.nearest import did_you_mean, nearest

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = r"\S"  # more than blanks


def _requirement(value: str) -> str:
    framework, slash, name = value.partition("/")
    if not slash:
        reject("profile-requirement", f'"{value}" names no requirement: it begins with its framework')
    if framework not in framework_ids():
        known = f"known: {', '.join(framework_ids())}"
        reject("profile-framework", f'unknown framework "{framework}"{did_you_mean(framework, framework_ids())}', known)
    known_ids = frameworks()[framework].requirements
    if name not in known_ids:
        spelled = nearest(name, known_ids)
        guess = f'; did you mean "{framework}/{spelled}"?' if spelled else ""
        fix = f"`baseline explain {framework}` lists its requirements"
        reject("profile-requirement", f'{framework} has no requirement "{name}"{guess}', fix)
    return value


def _date(value: str) -> str:
    if not _DATE.fullmatch(value):
        reject("profile-date", f'"{value}" is not a date')
    try:
        date.fromisoformat(value)
    except ValueError:
        reject("profile-date", f'"{value}" is not a day of the calendar')
    return value


RequirementId = Annotated[
    str, AfterValidator(_requirement), Field(json_schema_extra={"pattern": rf"^({'|'.join(framework_ids())})/.+$"})
]
Day = Annotated[str, AfterValidator(_date), Field(json_schema_extra={"format": "date", "pattern": anchored(_DATE)})]
Sentence = Annotated[str, Field(min_length=1, max_length=2000, pattern=_WORDS)]
Person = Annotated[str, Field(min_length=1, max_length=128, pattern=_WORDS)]


class _Signed(Section):
    """An exception or attestation: its owner, approver and end."""

    owner: Person = Field(description="Who answers for it, a person or a team.", examples=["Platform team"])
    approver: Person = Field(description="Who agreed to it.", examples=["CISO"])
    expires: Day = Field(
        description="The last day, as YYYY-MM-DD, on which it counts; later it is a finding.", examples=["2027-06-30"]
    )


class RequirementException(_Signed):
    """An accepted gap: a requirement that will not be met, and the reason."""

    reason: Sentence = Field(
        description="Why the requirement is not met, and what is done instead.",
        examples=["The workload has no personal data; reviewed with the auditor."],
    )


class Attestation(_Signed):
    """A person's statement that a manual requirement is met."""

    statement: Sentence = Field(
        description="What is done, and where that can be seen.",
        examples=["Contact details are reviewed every January; minutes in the security wiki."],
    )


Exceptions = Mapping[str, RequirementException]
Attestations = Mapping[str, Attestation]
