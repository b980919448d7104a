"""The stacks that share the assignments, so that none of them is too large."""

from collections.abc import Iterator
from hashlib import sha256

from baseline.capabilities.identity.identity_center.access import Access

_MOST_ASSIGNMENTS = 80
"""Maximum per stack: each needs a parameter for its account, and the template must stay under 51,200 bytes."""
_COUNTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900)
"""Possible numbers of stacks: each is twice the one before, within the 1,000 StackSets of an account."""


def shards(rows: tuple[Access, ...]) -> Iterator[tuple[int, tuple[Access, ...]]]:
    """Stack number, from 1, and its rows, in as few stacks as possible.

    An assignment cannot be changed, only replaced, so its name and its stack depend on its content and not on its
    position: adding or removing an account does not move any other. When the number of stacks doubles, an assignment
    stays, or moves to a later stack, which is deployed after the earlier one has deleted it.
    """
    for count in _COUNTS:
        parts: list[list[Access]] = [[] for _ in range(count)]
        for row in rows:
            parts[int(digest_of(row), 16) % count].append(row)
        if max(map(len, parts)) <= _MOST_ASSIGNMENTS or count == _COUNTS[-1]:
            break
    return ((number, tuple(sorted(part, key=digest_of))) for number, part in enumerate(parts, start=1) if part)


def digest_of(row: Access) -> str:
    """The identity of an assignment: account, principal and permission set, hashed."""
    kind = "\nuser" if row.is_user else ""
    return sha256(f"{row.account}\n{row.principal}\n{row.permission_set}{kind}".encode()).hexdigest()[:12]
