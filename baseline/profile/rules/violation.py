"""What a rule says, before it is known where in the file that is."""

from dataclasses import dataclass

from baseline.findings import Severity
from baseline.profile.tree import KeyPath


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A rule that does not hold.

    Attributes:
        kind: Id of the problem.
        path: The key path to point at.
        message: `what: why`.
        fix: What to do; the kind's own fix when None.
        about: Other key paths that it depends on; when one of them could not be read, nothing is said.
        fallback: Where to point when nothing of `path` below its first key is written in the profile.
        file: The file that the value names, when it is in there.
        place: Where it is in that file.
        severity: How much it matters; as much as its kind says when None.
    """

    kind: str
    path: KeyPath
    message: str
    fix: str | None = None
    about: tuple[KeyPath, ...] = ()
    fallback: tuple[KeyPath, ...] = ()
    file: str = ""
    place: KeyPath = ()
    severity: Severity | None = None
