"""Problems and findings: a problem has a path in some data, a finding also has its file and line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from baseline.frozen import frozen

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and list indexes (from 0) that lead from the top of some data to a value."""


class Severity(IntEnum):
    """Severity of a finding; comparable, so that a threshold is `>=`."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@frozen
class Problem:
    """A problem in a document, before its file and line are known.

    Attributes:
        path: Path in the data; () for the whole document.
        message: `what: why`, on one line.
        fix: How to fix it; if empty, the fix of the check or kind applies.
        id: Id of the check or kind; if empty, the id of the list that contains it.
        severity: Its severity; if None, the severity of the check or kind.
        about: Other paths from the top that it depends on; if one could not be read, the problem is not reported.
        fallback: Path to report if the document has nothing of `path` below its first key.
        file: The file that the value at `path` names, if the problem is in that file.
        place: Its place in that file.
        control: The control that the value weakens, or "".
        from_top: For a capability's problem: whether `path` starts at the top of the profile, not in its settings.
    """

    path: KeyPath = ()
    message: str
    fix: str = ""
    id: str = ""
    severity: Severity | None = None
    about: tuple[KeyPath, ...] = ()
    fallback: tuple[KeyPath, ...] = ()
    file: str = ""
    place: KeyPath = ()
    control: str = ""
    from_top: bool = False


@dataclass(frozen=True, kw_only=True, order=True)
class Location:
    """A place in a file. `line` and `column` start at 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@frozen
class Finding:
    """One finding about one place.

    Attributes:
        id: Stable id of the check that reports it (`BL101`, `E3012`, `profile-unknown-key`, …).
        severity: Its severity.
        message: `what: why`, on one line.
        location: File, line and column.
        path: Key path in a profile (`accounts.log_archive.id`) or in a template (`Resources.Trail.Properties`).
        fix: How to fix it.
        capability: The capability of the template, or "".
        logical_id: The CloudFormation logical id of the resource, or "".
        control: The control that the value weakens, or "".
        source: Source of the rule: the address of a page or the id of a benchmark requirement.
        accepted: The reason the profile gives for accepting it; None if it is not accepted.
        origin: Place of the capability in the profile, if `location` is in a template.
        count: Number of findings that it represents, if there are too many of its id for a list.
    """

    id: str
    severity: Severity
    message: str
    location: Location
    path: str = ""
    fix: str = ""
    capability: str = ""
    logical_id: str = ""
    control: str = ""
    source: str = ""
    accepted: str | None = None
    origin: Location | None = None
    count: int = 1

    @property
    def existing_location(self) -> Location:
        """The place in a file that exists: for a finding in a template, the place of its capability in the profile."""
        return self.origin or self.location

    @property
    def sort_key(self) -> tuple[Location, str, str, str]:
        """Sort by place, then id: the order of all lists of findings."""
        return (self.location, self.path, self.id, self.message)


def sorted_findings(findings: "list[Finding] | tuple[Finding, ...]") -> tuple[Finding, ...]:
    """The findings in sorted order, without exact duplicates."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key))


def at_or_above(findings: tuple[Finding, ...], threshold: Severity | None) -> tuple[Finding, ...]:
    """The findings at or above the threshold that are not accepted; empty without a threshold."""
    if threshold is None:
        return ()
    return tuple(f for f in findings if f.accepted is None and f.severity >= threshold)


def at_most(findings: tuple[Finding, ...], most: int) -> tuple[Finding, ...]:
    """The first `most` findings of each id, and one finding that counts the remaining ones."""
    seen: Counter[str] = Counter()
    others: dict[str, list[Finding]] = {}
    kept: list[Finding | str] = []
    for finding in findings:
        if finding.count == 1 and seen[finding.id] < most:
            seen[finding.id] += 1
            kept.append(finding)
        else:
            if finding.id not in others:
                kept.append(finding.id)
            others.setdefault(finding.id, []).append(finding)
    return tuple(more_of(others[item]) if isinstance(item, str) else item for item in kept)


def more_of(findings: Sequence[Finding]) -> Finding:
    """One finding that stands for several findings of one id, at the place of the first."""
    first, count = findings[0], sum(finding.count for finding in findings)
    message = f"{count:,} more of this kind, from here on, are not listed"
    return Finding(id=first.id, severity=first.severity, message=message, location=first.location, count=count)
