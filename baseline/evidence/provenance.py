"""The origin of evidence: digests of the profile's files, the user's date, and accounts that are left out."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePath

from baseline.files import read_file
from baseline.frozen import frozen
from baseline.profile.load import LoadedProfile
from baseline.profile.source import STANDARD_INPUT

_LARGEST = 16 * 1024 * 1024


@frozen
class Source:
    """A file that the profile was read from.

    Attributes:
        file: Its path, relative to the profile's directory.
        sha256: Digest of its content.
    """

    file: str
    sha256: str


@frozen
class Provenance:
    """The origin of evidence.

    Attributes:
        sources: The profile, which is first, its layers, and the files that these name.
        dated: The date of the evidence, if the user gave one: files do not depend on the clock.
        units: Profile key of each account → its OU path; "" for an account without one.
        left_out: Profile key → id of the accounts in suspended OUs.
        tags: Tags of every account's stacks, which may indicate the class of their data.
        account_tags: Profile key → further tags of the account.
        data_classes: Profile key → classes of the data in the account, such as CDE, as the profile states them.
    """

    sources: tuple[Source, ...] = ()
    dated: datetime | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str | None] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    account_tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    data_classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def sources_of(files: Iterable[Path]) -> tuple[Source, ...]:
    """The files with their digests; the first one is the profile. Standard input has none, as it cannot be read again.

    Raises:
        UnreadableError: if a file can no longer be read.
    """
    found = tuple(files)
    directory = found[0].parent if found else Path()
    return tuple(
        Source(
            file=PurePath(os.path.relpath(file, directory)).as_posix(),
            sha256=sha256(read_file(file, limit=_LARGEST)).hexdigest(),
        )
        for file in found
        if file.name != STANDARD_INPUT
    )


def provenance_of(loaded: LoadedProfile) -> Provenance:
    """The origin of evidence for a profile, without a date.

    Raises:
        UnreadableError: if a file can no longer be read.
    """
    accounts, suspended = loaded.landscape.accounts, loaded.landscape.suspended
    return Provenance(
        sources=sources_of(loaded.files),
        units={key: account.ou or "" for key, account in accounts.items()},
        left_out={key: account.id for key, account in accounts.items() if account.ou in suspended},
        tags=loaded.landscape.tags,
        account_tags={key: account.tags for key, account in accounts.items() if account.tags},
        data_classes={
            key: tuple(item.data_classes) for key, item in loaded.profile.accounts.items() if item.data_classes
        },
    )
