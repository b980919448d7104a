"""Statements about single requirements: exceptions, and attestations that people meet them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from baseline.capabilities.expiry import CalendarDay
from baseline.capabilities.place import AnyPlaces
from baseline.controls.aws_reports import AwsReportId
from baseline.controls.framework import framework_ids, frameworks
from baseline.controls.requirement import INTERVALS, Interval
from baseline.documents.section import Section
from baseline.profile.fields import reject
from baseline.text.nearest import did_you_mean, nearest

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


RequirementId = Annotated[
    str, AfterValidator(_requirement), Field(json_schema_extra={"pattern": rf"^({'|'.join(framework_ids())})/.+$"})
]
Sentence = Annotated[str, Field(min_length=1, max_length=2000, pattern=_WORDS)]
Person = Annotated[str, Field(min_length=1, max_length=128, pattern=_WORDS)]


class Reference(Section):
    """A document that proves a statement."""

    at: Annotated[str, Field(min_length=1, max_length=1024, pattern=_WORDS)] = Field(
        description="Location: an address, or the number in a register.",
        examples=["https://wiki.northwind.example/risk/2026-14"],
    )
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="SHA-256 of the document, in lower-case hexadecimal.", examples=["0" * 64]
    )

    def __str__(self) -> str:
        return f"{self.at} (SHA-256 {self.sha256})" if self.sha256 else self.at


class CompensatingControl(Section):
    """A measure that compensates for an unmet requirement."""

    what: Sentence = Field(
        description="What is done instead.", examples=["Sign-ins are reviewed weekly by the security team."]
    )
    evidence: Reference | None = Field(
        default=None, description="Where it can be verified.", examples=[{"at": "Ticket SEC-114"}]
    )

    def __str__(self) -> str:
        return f"{self.what} ({self.evidence})" if self.evidence else self.what


class _Signed(Section):
    """An exception or attestation: its owner, approver and end."""

    owner: Person = Field(description="The owner: a person or a team.", examples=["Platform team"])
    approver: Person = Field(description="The person who approved it; not the owner.", examples=["CISO"])
    expires: CalendarDay = Field(
        description="The last day, as YYYY-MM-DD, on which it is valid; after that day it is a finding.",
        examples=["2027-06-30"],
    )


ExceptionKind = Literal["not-applicable", "risk-accepted", "compensating-control", "alternative"]


class RequirementException(_Signed):
    """An accepted gap: a requirement that will not be met, and the reason."""

    reason: Sentence = Field(
        description="Why the requirement is not met, and what is done instead.",
        examples=["The workload has no personal data; reviewed with the auditor."],
    )
    kind: ExceptionKind | None = Field(
        default=None,
        description="`not-applicable`: nothing that the requirement covers exists. `risk-accepted`: the gap remains. "
        "`compensating-control`: something else reduces the risk. `alternative`: it is met in another way, such as an "
        "addressable specification of HIPAA.",
        examples=["risk-accepted"],
    )
    scope: AnyPlaces = Field(
        default=[],
        description="Units, accounts and groups of accounts that it covers; empty for the whole organization.",
        examples=[["Sandbox"]],
    )
    resources: list[Sentence] = Field(
        default=[],
        description="Resources that it covers, such as ARNs, if it covers only some.",
        examples=[["arn:aws:s3:::northwind-public-site"]],
    )
    compensating_controls: list[CompensatingControl] = Field(
        default=[],
        description="Compensating controls, each with its evidence.",
        examples=[[{"what": "Sign-ins are reviewed weekly by the security team."}]],
    )
    risk: Literal["low", "medium", "high", "critical"] | None = Field(
        default=None, description="The risk that remains, as the approver judged it.", examples=["low"]
    )
    approved_on: CalendarDay | None = Field(
        default=None, description="The day of the approval, as YYYY-MM-DD.", examples=["2026-11-30"]
    )
    review_by: CalendarDay | None = Field(
        default=None,
        description="The day, as YYYY-MM-DD, by which it must be reviewed; an overdue review is a finding.",
        examples=["2027-03-31"],
    )
    reference: Reference | None = Field(
        default=None, description="The decision, in a register or as a document.", examples=[{"at": "Risk 2026-14"}]
    )


class Attestation(_Signed):
    """A person's statement that a manual requirement is met."""

    statement: Sentence = Field(
        description="What is done, and where this can be verified.",
        examples=["Contact details are reviewed every January; minutes in the security wiki."],
    )
    performed_on: CalendarDay | None = Field(
        default=None, description="The day, as YYYY-MM-DD, on which it was last done.", examples=["2026-11-30"]
    )
    interval: Interval | None = Field(
        default=None,
        description="How often it is done. One interval after `performed_on` it is overdue, which is a finding.",
        examples=["quarterly"],
    )
    evidence: list[Reference] = Field(
        default=[], description="Documents that prove it.", examples=[[{"at": "Minutes of 2026-11-30"}]]
    )
    signer: Person | None = Field(
        default=None, description="The person who signed it, with the title.", examples=["Sam Rivera, CISO"]
    )


class AwsReportReading(Section):
    """An AWS report that a person read, or an agreement with AWS that a person accepted."""

    owner: Person = Field(
        description="Person or team that read the report or accepted the agreement.", examples=["Compliance office"]
    )
    read_on: CalendarDay = Field(
        description="Date (YYYY-MM-DD) on which the report was read or the agreement accepted.", examples=["2026-11-30"]
    )
    period_start: CalendarDay | None = Field(
        default=None, description="First day that the report covers.", examples=["2025-10-01"]
    )
    period_end: CalendarDay | None = Field(
        default=None, description="Last day that the report covers.", examples=["2026-09-30"]
    )
    scope_checked: bool = Field(
        default=False,
        description="Whether the owner confirmed that its scope includes the profile's services and Regions.",
        examples=[True],
    )
    reference: Reference | None = Field(
        default=None,
        description="Copy that was read, or record of the acceptance.",
        examples=[{"at": "SEC-88"}],
    )


AwsReportReadings = Mapping[AwsReportId, AwsReportReading]


def due_next(attestation: Attestation) -> date | None:
    """The next due date; None if the profile does not say when it was last done, or how often."""
    if attestation.performed_on is None or attestation.interval is None:
        return None
    return date.fromisoformat(attestation.performed_on) + timedelta(days=INTERVALS[attestation.interval])


Exceptions = Mapping[str, RequirementException]
Attestations = Mapping[str, Attestation]
