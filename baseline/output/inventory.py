"""Files of a directory that baseline wrote: only those whose digest its own plan lists."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from baseline.files import UnreadableError, kind_of, parse_json, read_file
from baseline.frozen import frozen
from baseline.plan.document import (
    FORMAT,
    GENERATOR,
    LARGEST_FILE,
    LARGEST_PLAN,
    PLAN_FILE,
    SUMS_FILE,
    is_output_path,
    sums_of,
)

_DIGEST = re.compile("[0-9a-f]{64}")
_GENERATOR = re.compile(rf"{GENERATOR} [0-9A-Za-z.+!-]+")


@frozen
class Inventory:
    """Every file, link and special file below a directory, as sorted relative paths.

    Attributes:
        ours: Files with the digest that the directory's valid plan lists, and the plan itself.
        changed: Files that the plan lists with another digest, or that are no longer regular files.
        foreign: Files that the plan does not list.
        missing: Files that the plan lists and that do not exist.
        special: Path → kind, of files that cannot be compared or copied: pipes, sockets, devices.
    """

    ours: frozenset[str] = frozenset()
    changed: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    special: Mapping[str, str] | None = None

    @property
    def is_proved(self) -> bool:
        """Whether baseline wrote every file in the directory."""
        return not self.changed and not self.foreign


def inventory(directory: Path) -> Inventory:
    """Classify the files of a directory without following links; a missing directory is empty.

    Raises:
        OSError: if a subdirectory cannot be read.
    """
    listed = _listed(directory)
    ours, changed, foreign, special = set(), [], [], {}
    for path in everything_in(directory):
        mode = os.lstat(directory / path).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            special[path] = kind_of(mode)
        if path not in listed:
            foreign.append(path)
        elif listed[path] == _digest(directory / path):
            ours.add(path)
        else:
            changed.append(path)
    missing = listed.keys() - {*ours, *changed, SUMS_FILE}  # earlier versions did not write the sums
    return Inventory(
        ours=frozenset(ours),
        changed=tuple(changed),
        foreign=tuple(foreign),
        missing=tuple(sorted(missing)),
        special=special,
    )


def everything_in(directory: Path) -> list[str]:
    """Relative paths of all files, links and special files, sorted."""
    return sorted(_walk(directory)) if directory.is_dir() else []


def _walk(directory: Path) -> Iterator[str]:
    for root, directories, names in os.walk(directory, followlinks=False, onerror=_raise):
        links = [name for name in directories if (Path(root) / name).is_symlink()]
        yield from ((Path(root) / name).relative_to(directory).as_posix() for name in [*names, *links])


def _raise(error: OSError) -> None:
    raise error


def _digest(path: Path) -> str:
    try:
        return sha256(read_file(path, limit=LARGEST_FILE, follow_links=False)).hexdigest()
    except UnreadableError:
        return ""


def _listed(directory: Path) -> Mapping[str, str]:
    """Path → digest of every file in the directory's plan, including the plan; empty if it is not ours.

    Includes plans of earlier formats, which an upgrade overwrites. A plan with an entry that no version of baseline
    writes (a path outside its own directories, an invalid digest) is foreign as a whole.
    """
    try:
        content = read_file(directory / PLAN_FILE, limit=LARGEST_PLAN, follow_links=False)
        document = parse_json(content)
    except UnreadableError:
        return {}
    if not isinstance(document, dict) or not _is_ours(document):
        return {}
    digest = sha256(content).hexdigest()
    sums = sha256(sums_of(document["files"], digest)).hexdigest()
    return {**document["files"], PLAN_FILE: digest, SUMS_FILE: sums}


def _is_ours(document: Mapping[str, object]) -> bool:
    files, generator = document.get("files"), document.get("generator")
    return (
        document.get("format") in range(1, FORMAT + 1)
        and isinstance(generator, str)
        and _GENERATOR.fullmatch(generator) is not None
        and isinstance(files, dict)
        and all(is_output_path(path) for path in files)
        and all(isinstance(digest, str) and _DIGEST.fullmatch(digest) for digest in files.values())
    )
