"""Every problem that a profile can have, by its stable id."""

from collections.abc import Mapping, Sequence

from baseline.findings import Finding
from baseline.profile.problem_kinds.files import FILES
from baseline.profile.problem_kinds.kind import ProblemKind
from baseline.profile.problem_kinds.lock import LOCK
from baseline.profile.problem_kinds.policies import POLICIES
from baseline.profile.problem_kinds.values import VALUES
from baseline.profile.tree import Place, path_text

PROBLEMS: Mapping[str, ProblemKind] = {**FILES, **VALUES, **POLICIES, **LOCK}


def problem(kind: str, place: Place, path: Sequence[str | int], message: str, fix: str | None = None) -> Finding:
    """A finding of one of the kinds above; `message` is `what: why`, `fix` replaces the kind's own."""
    known = PROBLEMS[kind]
    return Finding(
        id=kind,
        severity=known.severity,
        message=message,
        location=place.location(),
        path=path_text(path),
        fix=known.fix if fix is None else fix,
    )
