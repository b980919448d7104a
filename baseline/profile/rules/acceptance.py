"""Rules for exceptions and attestations: valid requirements, dates and approvers, and never both at once."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from baseline.capabilities.expiry import expiring
from baseline.findings import Problem
from baseline.profile.acceptance import Attestation, RequirementException, due_next
from baseline.profile.model import Profile

_FIX_OF_EXPIRED = (
    "have it reviewed and set a new date, or remove it; `generate --dated` makes evidence in which it has no effect"
)
_INSTEAD = ("compensating-control", "alternative")


def excepted_and_attested(profile: Profile) -> Iterator[Problem]:
    """Check that no requirement has both an exception and an attestation."""
    for key in profile.attestations:
        if key in profile.exceptions:
            yield Problem(
                id="profile-duplicate",
                path=("attestations", key),
                message=f"{key} is excepted and attested: a requirement is either met by people or excepted",
                about=(("exceptions", key),),
            )


def without_effect(profile: Profile) -> Iterator[Problem]:
    """Check that every requirement belongs to a framework that the profile reports."""
    for section, entries in _sections(profile):
        for key in entries:
            framework = key.partition("/")[0]
            if framework not in profile.compliance:
                yield Problem(
                    id="profile-requirement-unused",
                    path=(section, key),
                    message=f"{key} has no effect: compliance does not name {framework}",
                    about=(("compliance",),),
                )


def unsound_report_periods(profile: Profile) -> Iterator[Problem]:
    """Check that the periods of AWS's reports do not end before they begin."""
    for key, item in profile.aws_reports.items():
        if item.period_start and item.period_end and item.period_end < item.period_start:
            yield Problem(
                id="profile-aws-report",
                path=("aws_reports", key, "period_end"),
                message=f"{key}: period_end is {item.period_end}, which is before period_start, {item.period_start}",
                fix="correct one of the dates: the report states both",
            )


def unsound_exceptions(profile: Profile) -> Iterator[Problem]:
    """Check that exceptions name compensating controls if their kind needs them, and that their dates are in order."""
    for key, item in profile.exceptions.items():
        if item.kind in _INSTEAD and not item.compensating_controls:
            yield Problem(
                id="profile-exception",
                path=("exceptions", key, "kind"),
                message=f"{key} has the kind {item.kind}, but compensating_controls is empty",
                fix="describe what is done instead under compensating_controls, or choose another kind",
            )
        days = [(name, getattr(item, name)) for name in ("approved_on", "review_by", "expires")]
        stated = [(name, day) for name, day in days if day]
        for (earlier, first), (later, last) in pairwise(stated):
            if first > last:
                yield Problem(
                    id="profile-exception",
                    path=("exceptions", key, later),
                    message=f"{key}: {later} is {last}, which is before {earlier}, {first}",
                    fix="correct one of the days",
                )


def unsafe_approvals(profile: Profile) -> Iterator[Problem]:
    """Check that owners do not approve their own exceptions, and that no exception exceeds the allowed duration."""
    for section, entries in _sections(profile):
        for key, item in entries.items():
            if item.owner.strip().casefold() == item.approver.strip().casefold():
                yield Problem(
                    id="profile-approval",
                    path=(section, key, "approver"),
                    message=f"{key}: {item.owner} owns and approves it",
                )
    for key, item in profile.exceptions.items():
        if item.approved_on:
            yield from _term(profile, key, date.fromisoformat(item.approved_on), f"its approval on {item.approved_on}")


def _term(profile: Profile, key: str, start: date, since: str) -> Iterator[Problem]:
    """The exception, if it lasts longer than the profile allows."""
    last = profile.exceptions[key].expires
    longest = profile.exception_days
    if date.fromisoformat(last) > start + timedelta(days=longest):
        yield Problem(
            id="profile-approval",
            path=("exceptions", key, "expires"),
            message=f"{key} is valid until {last}: more than {longest} days from {since}",
            fix="end it earlier and have it approved again then, or set exception_days",
        )


def due(profile: Profile, as_of: date) -> Iterator[Problem]:
    """Problems of exceptions and attestations that ended by that day, and of overdue reviews and recurring work."""
    for section, entries in _sections(profile):
        for key, item in entries.items():
            if date.fromisoformat(item.expires) < as_of:
                counted = "; evidence without a date still counts the exception" if section == "exceptions" else ""
                yield Problem(
                    id="profile-expired",
                    path=(section, key, "expires"),
                    message=f"{key} has expired: {item.owner} owned it until {item.expires}{counted}",
                    fix=_FIX_OF_EXPIRED if counted else "",
                )
    yield from _expired_entries(profile, as_of)
    for key, exception in profile.exceptions.items():
        if exception.review_by and exception.review_by < as_of.isoformat() <= exception.expires:
            yield Problem(
                id="profile-overdue",
                path=("exceptions", key, "review_by"),
                message=f"{key} was due for review by {exception.review_by}: {exception.owner} owns it",
            )
        if not exception.approved_on:
            yield from _term(profile, key, as_of, f"today, {as_of}, and has no approved_on")
    for key, attestation in profile.attestations.items():
        yield from _overdue(key, attestation, as_of)


def _expired_entries(profile: Profile, as_of: date) -> Iterator[Problem]:
    """Entries of capabilities, such as suppressions, whose last day is over."""
    for name, settings in profile.capabilities.items():
        for path, entry, day in expiring(settings) if settings.enabled else ():
            if date.fromisoformat(day) < as_of:
                yield Problem(
                    id="profile-expired",
                    path=("capabilities", name, *path),
                    message=f"{entry} has expired: its last day was {day}",
                    fix="remove it, or have it reviewed and set a new date",
                )


def _overdue(key: str, attestation: Attestation, as_of: date) -> Iterator[Problem]:
    next_due = due_next(attestation)
    if next_due and next_due < as_of:
        yield Problem(
            id="profile-overdue",
            path=("attestations", key, "performed_on"),
            message=f"{key} was due on {next_due}: {attestation.owner} does it {attestation.interval}, last on "
            f"{attestation.performed_on}",
        )
    elif attestation.performed_on and date.fromisoformat(attestation.performed_on) > as_of:
        yield Problem(
            id="profile-overdue",
            path=("attestations", key, "performed_on"),
            message=f"{key} has a date in the future: {attestation.performed_on} is after {as_of}",
            fix="enter the date when it was last performed",
        )


def _sections(profile: Profile) -> Iterator[tuple[str, Mapping[str, RequirementException | Attestation]]]:
    yield "exceptions", profile.exceptions
    yield "attestations", profile.attestations
