"""BL102: a service principal that does not exist."""

import re
from collections.abc import Iterator

from baseline.aws.service_principals import is_known_principal, nearest_principal
from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_WHOLLY_FILLED_IN = re.compile(r"\$\{[^}]*\}\Z")
"""A parameter or an import, whose value is unknown."""


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for policy in subject.policies:
        for statement in policy.statements:
            for principal in statement.services:
                if not _WHOLLY_FILLED_IN.match(principal) and not is_known_principal(principal):
                    nearest = nearest_principal(principal)
                    yield Problem(
                        path=(*policy.path, *statement.path, "Principal", "Service"),
                        message=f"unknown service principal {principal!r}: no caller would ever match it",
                        fix=f"did you mean {nearest!r}?" if nearest else "",
                    )


CHECK = Check(
    id="BL102",
    title="unknown service principal",
    severity=Severity.ERROR,
    explanation="IAM accepts any text that looks like a service principal; a misspelled one simply never matches, and "
    "the service fails at run time. AWS publishes no list of principals: the baseline's list is derived from the "
    "documentation.",
    fix="look the name up in the service's documentation",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    find=_find,
)
