"""Every problem that a profile can have, by its stable id."""

from collections.abc import Mapping, Sequence

from baseline.findings import Finding
from baseline.profile.problem_kinds.files import FILES
from baseline.profile.problem_kinds.kind import ProblemKind
from baseline.profile.problem_kinds.lock import LOCK
from baseline.profile.problem_kinds.policies import POLICIES
from baseline.profile.problem_kinds.values import VALUES
from baseline.profile.tree import Place, path_text
from baseline.text.line import shorten

PROBLEMS: Mapping[str, ProblemKind] = {**FILES, **VALUES, **POLICIES, **LOCK}

_LONGEST_MESSAGE = 1_000
_LONGEST_KEY = 100


def problem(kind: str, place: Place, path: Sequence[str | int], message: str, fix: str | None = None) -> Finding:
    """A finding of one of these kinds; `message` is `what: why`, `fix` replaces the kind's fix."""
    known = PROBLEMS[kind]
    return Finding(
        id=kind,
        severity=known.severity,
        message=shorten(message, _LONGEST_MESSAGE),
        location=place.location(),
        path=path_text([shorten(part, _LONGEST_KEY) if isinstance(part, str) else part for part in path]),
        fix=known.fix if fix is None else fix,
    )
