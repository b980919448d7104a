"""A profile's bytes: reading, decoding and checks before YAML parsing."""

import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from baseline.files import NotAFileError, TooLargeError, UnreadableError, read_file
from baseline.findings import Finding
from baseline.profile.problem_ids import problem
from baseline.profile.tree import Place
from baseline.text.line import BIDIRECTIONAL, LINE_BREAKS, code_point
from baseline.text.nearest import did_you_mean, nearest

STANDARD_INPUT = "-"
LARGEST_FILE = 5 * 1024 * 1024
_ENDINGS = frozenset({".yaml", ".yml", ".json"})
_SIMILAR = 0.75
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "UTF-8", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
# What YAML 1.2 calls printable (section 5.1), without what editors do not show: characters that reorder a line
# (CVE-2021-42574), and line breaks of YAML 1.1 that most editors show as no line break.
FORBIDDEN = re.compile(
    rf"[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    rf"|[\u2028\u2029{BIDIRECTIONAL}]|\r(?!\n)"
)
_REORDERING = re.compile(f"[{BIDIRECTIONAL}]")


def read_bytes(path: Path) -> bytes | Finding:
    """The file's bytes, or the reason why it cannot be read."""
    place = Place(str(path))
    if str(path) == STANDARD_INPUT:
        return _standard_input(sys.stdin.buffer)
    try:
        return read_file(path, limit=LARGEST_FILE)
    except TooLargeError as error:
        return problem("profile-too-large", place, (), f"file {error}")
    except NotAFileError as error:
        return problem("profile-unreadable", place, (), str(error), "name the profile itself, which is a YAML file")
    except UnreadableError as error:
        reason = str(error).removesuffix(" or directory")
        return problem("profile-unreadable", place, (), f"cannot be read: {reason}{_file_beside(path)}")


def _file_beside(path: Path) -> str:
    """A suggestion if the file is missing, and one beside it has a similar name, apart from the ending."""
    try:
        names = [] if path.exists() else [item.name for item in path.parent.iterdir() if item.suffix in _ENDINGS]
    except (OSError, ValueError):
        return ""
    return did_you_mean(path.name, [name for name in names if nearest(path.stem, [Path(name).stem], _SIMILAR)])


@lru_cache(maxsize=1)
def _standard_input(stream: BinaryIO) -> bytes:
    """The bytes of a stream, cached: it can be read only once, but the profile is needed several times."""
    return stream.read(LARGEST_FILE + 1)


def decode(data: bytes, file: str) -> str | Finding:
    """The text, or the first place that is not plain UTF-8."""
    if len(data) > LARGEST_FILE:
        message = f"file too large: {len(data):,} bytes, at most {LARGEST_FILE:,}"
        return problem("profile-too-large", Place(file), (), message)
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            message = f"byte order mark: the file begins with the mark of {encoding}"
            return problem("profile-encoding", Place(file, 1, 1), (), message)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = f"not UTF-8: byte 0x{data[error.start]:02x} is not part of any character here"
        return problem("profile-encoding", _place_after(before, file), (), message)
    return _without_control_characters(text, file)


def _without_control_characters(text: str, file: str) -> str | Finding:
    match = FORBIDDEN.search(text)
    if match is None:
        return text
    return problem(
        "profile-characters", _place_after(text[: match.start()], file), (), why_forbidden(match.group()[:1])
    )


def why_forbidden(character: str) -> str:
    """The reason why a character found by `FORBIDDEN` is rejected."""
    if _REORDERING.match(character):
        return f"bidirectional character: {code_point(character)} changes the order in which a line is shown"
    if character in LINE_BREAKS:
        return f"line break: {code_point(character)} begins a line that most editors do not show"
    return f"control character: {code_point(character)} is not allowed in YAML"


def _place_after(before: str, file: str) -> Place:
    lines = re.split(r"\r\n|\r|\n", before)
    return Place(file, len(lines), len(lines[-1]) + 1)
