"""The lock file beside a profile: ids that AWS has assigned, as `baseline deploy --lock` wrote them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from baseline.errors import LockFileError
from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.profile.document import parse_document
from baseline.profile.problem_ids import problem
from baseline.profile.source import decode, read_bytes
from baseline.profile.tree import Place, Tree

FORMAT = 1
_KEYS = ("format", "organization", "assigned")


@frozen
class Lock:
    """The content of a lock file.

    Attributes:
        organization: The organization's name, and the place of the name in the file.
        assigned: Parameter name, or `organizational_units/` and a path → id, and its place in the file.
    """

    path: Path
    organization: Tree
    assigned: Mapping[str, Tree]


@frozen
class LockInUse:
    """The ids that a run takes from a lock file.

    Attributes:
        path: The file.
        values: Name and id of every value that only the lock file has.
    """

    path: Path
    values: tuple[tuple[str, str], ...]


def read_lock_file(path: Path) -> Lock:
    """The file at `path`.

    Raises:
        LockFileError: with every problem at once, sorted by place.
    """
    tree, problems = _tree(path)
    if tree is not None:
        problems += _misshapen(tree)
    if tree is None or problems:
        raise LockFileError(sorted(problems, key=lambda finding: finding.sort_key))
    return Lock(path=path, organization=tree.value["organization"], assigned=tree.value["assigned"].value)


def _tree(path: Path) -> tuple[Tree | None, list[Finding]]:
    data = read_bytes(path)
    text = data if isinstance(data, Finding) else decode(data, str(path))
    if isinstance(text, Finding):
        return None, [text]
    tree, problems = parse_document(text, str(path))
    return tree, [_of_a_lock_file(finding) for finding in problems]


def _of_a_lock_file(finding: Finding) -> Finding:
    """Adapt a finding about the top of a profile to lock files."""
    if finding.id not in ("profile-empty", "profile-type"):
        return finding
    message = "not a mapping: a lock file is one JSON object"
    said = problem("lock-shape", Place(finding.location.file, 1, 1), (), message)
    return replace(said, location=finding.location)


def _misshapen(tree: Tree) -> Iterator[Finding]:
    for key in tree.value.keys() - set(_KEYS):
        message = f"unknown key: {key}; a lock file has {', '.join(_KEYS)}"
        yield problem("lock-shape", tree.keys[key], (key,), message)
    for key in _KEYS:
        if key not in tree.value:
            yield problem("lock-shape", tree.place, (key,), f"missing key: {key}")
            continue
        said = _NOT[key](tree.value[key])
        if said:
            yield problem("lock-shape", tree.value[key].place, (key,), said)
        elif key == "assigned":
            yield from _entries(tree.value[key])


def _entries(assigned: Tree) -> Iterator[Finding]:
    for key, value in assigned.value.items():
        if not isinstance(value.value, str):
            yield problem("lock-shape", value.place, ("assigned", key), f"not a text: {key} must be an id in quotes")


def _is_format(value: object) -> bool:
    """Whether the value is the format number; `true` and `1.0` are equal to 1, but not accepted."""
    return type(value) is int and value == FORMAT


_NOT: Mapping[str, Callable[[Tree], str]] = {
    "format": lambda tree: "" if _is_format(tree.value) else f"format {tree.text}: this program reads {FORMAT}",
    "organization": lambda tree: "" if isinstance(tree.value, str) else "not a text: an organization has a name",
    "assigned": lambda tree: "" if isinstance(tree.value, dict) else "not a mapping of names to ids",
}
"""The problem of a key's value, or ""."""
