"""Profiles and policies with one mistake each: what is planted where, and what has to be said about it."""

import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from baseline.errors import ProfileError
from baseline.findings import Finding
from baseline.profile.load import load_profile

HERE = Path(__file__).parent
CLEAN = HERE / "clean"


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One change of the clean profile, or of one of its policies.

    Attributes:
        id: In kebab case.
        what: What is wrong, in a few words.
        file: The file that is changed, below `clean`.
        old: Text that stands there once; the whole file when empty.
        new: What stands there instead; `…` is 6,000 characters.
        expect: Id of the problem that has to be said.
        at: Text whose first line it has to be said of; the first line of `new` when empty.
        place: The file that it has to be said of; `file` when empty.
        common: Whether it is among the mistakes that other tools are measured by.
    """

    id: str
    what: str
    file: str
    old: str
    new: str
    expect: str
    at: str = ""
    place: str = ""
    common: bool = False


def mistakes() -> tuple[Mistake, ...]:
    """Every mistake, in the order of the data file."""
    data = tomllib.loads((HERE / "mistakes.toml").read_text(encoding="utf-8"))
    return tuple(Mistake(id=key, **entry) for key, entry in data.items())


def plant(mistake: Mistake, directory: Path) -> tuple[str, int]:
    """Write the clean profile with the mistake in it; the place, file and line, that has to be named.

    Raises:
        ValueError: when the text that is replaced does not stand there just once.
    """
    shutil.copytree(CLEAN, directory, dirs_exist_ok=True)
    target = directory / mistake.file
    text = target.read_text(encoding="utf-8")
    if mistake.old and text.count(mistake.old) != 1:
        raise ValueError(f"{mistake.id}: {mistake.old!r} stands {text.count(mistake.old)} times in {mistake.file}")
    new = mistake.new.replace("…", "x" * 6000)
    target.write_text(text.replace(mistake.old, new) if mistake.old else new, encoding="utf-8")
    place = mistake.place or mistake.file
    written = (directory / place).read_text(encoding="utf-8")
    wanted = mistake.at or mistake.new.strip().partition("\n")[0]
    return place, written[: written.index(wanted)].count("\n") + 1


def said_of(directory: Path) -> tuple[Finding, ...]:
    """Every finding about the profile in a directory, its errors or what it is accepted with."""
    try:
        return load_profile(directory / "profile.yaml").findings
    except ProfileError as error:
        return error.problems


def caught(mistake: Mistake, directory: Path) -> Iterator[Finding]:
    """The findings that name the mistake at its place."""
    place, line = plant(mistake, directory)
    for finding in said_of(directory):
        where = finding.location
        if finding.id == mistake.expect and where.line == line and Path(where.file) == directory / place:
            yield finding
