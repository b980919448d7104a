"""Exceptions that change nothing, because the requirement is met."""

from collections.abc import Iterator, Mapping

from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import NEEDS_NO_EXCEPTION
from baseline.findings import Finding, Location
from baseline.profile.problem_ids import problem
from baseline.profile.tree import Place


def needless_exceptions(evidence: Evidence, places: Mapping[str, Location]) -> Iterator[Finding]:
    """One finding for each organization-wide exception whose requirement is met anyway.

    Args:
        evidence: The evidence.
        places: Requirement → place of its exception in the profile.
    """
    for judgements in evidence.judgements.values() if places else ():
        for item in judgements:
            key, exception = item.requirement.key, item.exception
            if exception and item.met in NEEDS_NO_EXCEPTION and not (exception.scope or exception.resources):
                at = places[key]
                yield problem(
                    "profile-exception-needless",
                    Place(at.file, at.line, at.column),
                    ("exceptions", key),
                    f"{key} is {item.met.value}: the exception changes nothing",
                )
