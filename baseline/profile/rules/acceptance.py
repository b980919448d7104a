"""Exceptions and attestations: their requirements are reported, and they are exclusive and not expired."""

from collections.abc import Iterator
from datetime import date

from baseline.findings import Problem
from baseline.profile.model import Profile


def excepted_and_attested(profile: Profile) -> Iterator[Problem]:
    """No requirement has both an exception and an attestation."""
    for key in profile.attestations:
        if key in profile.exceptions:
            yield Problem(
                id="profile-duplicate",
                path=("attestations", key),
                message=f"{key} is excepted and attested: a requirement is either met by people or excepted",
                about=(("exceptions", key),),
            )


def without_effect(profile: Profile) -> Iterator[Problem]:
    """Every requirement belongs to a framework that the profile reports."""
    for section, entries in (("exceptions", profile.exceptions), ("attestations", profile.attestations)):
        for key in entries:
            framework = key.partition("/")[0]
            if framework not in profile.compliance:
                yield Problem(
                    id="profile-requirement-unused",
                    path=(section, key),
                    message=f"{key} without effect: compliance does not name {framework}",
                    about=(("compliance",),),
                )


def expired(profile: Profile, as_of: date) -> Iterator[Problem]:
    """Every exception and attestation is valid on that day."""
    for section, entries in (("exceptions", profile.exceptions), ("attestations", profile.attestations)):
        for key, item in entries.items():
            if date.fromisoformat(item.expires) < as_of:
                yield Problem(
                    id="profile-expired",
                    path=(section, key, "expires"),
                    message=f"{key} has expired: {item.owner} answered for it until {item.expires}",
                )
