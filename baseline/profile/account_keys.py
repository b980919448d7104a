"""Keys of accounts in a profile, made from their names."""

import re
from collections.abc import Collection, Iterator

from baseline.text.slug import slug

LOG_ARCHIVE_NAME = re.compile(r"log-?archive|(?:^|-)logs?(?:-|\Z)|logging", re.IGNORECASE)
SECURITY_NAME = re.compile(r"(?:^|-)(?:security|audit)(?:-|\Z)", re.IGNORECASE)
"""Names, as `slug` writes them, of accounts that keep logs, and in which a security team works."""

_LONGEST = 50
_RESERVED = frozenset({"management", "log_archive", "security", "root"})


def account_key(name: str, unique: str, taken: Collection[str]) -> str:
    """A key for an account that is not one of the three that every organization has.

    Args:
        name: The account's name.
        unique: A text that no other account has, such as its id, for names that are taken or have no letters.
        taken: Keys and other names of places, such as paths of units.
    """
    return next(key for key in _candidates(name, unique) if key not in _RESERVED and key not in taken)


def _candidates(name: str, unique: str) -> Iterator[str]:
    key = slug(name).lstrip("0123456789-")[:_LONGEST].rstrip("-") or f"account-{unique}"
    yield key
    yield f"{key[: _LONGEST - 1 - len(unique)].rstrip('-')}-{unique}"
