"""One result of a live scan, and the parsing of result files."""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from baseline.errors import ScanError
from baseline.files import DEEPEST_JSON, UnreadableError, check_depth, read_file
from baseline.frozen import frozen

Tool = Literal["prowler", "config", "security_hub"]
Outcome = Literal["pass", "fail", "muted", "unknown"]
"""`muted`: it fails, and the failure is accepted in the tool. `unknown`: the tool could not tell."""

LARGEST_SCAN = 200 * 1024 * 1024
"""In bytes: some 100,000 findings of Prowler in OCSF. A larger scan is given as several files."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_GZIP = b"\x1f\x8b"


@frozen
class ScanResult:
    """A detector's result for one resource.

    Attributes:
        tool: The tool of the detector.
        detector: Its id, as controls name it.
        outcome: The result.
        resource: ARN, name or id of the evaluated resource; "" for a whole account or rule.
        account: Account id, or "" if the file has none.
        region: Region, or "" if the file has none.
        version: Version of the tool, or "" if the file has none.
    """

    tool: Tool
    detector: str
    outcome: Outcome
    resource: str = ""
    account: str = ""
    region: str = ""
    version: str = ""


def read_text(path: Path) -> str:
    """The file's text.

    Raises:
        ScanError: if it cannot be read or is not UTF-8.
    """
    content = _content(path)
    if content.startswith(_GZIP):
        raise ScanError(f"{path}: compressed: results must be uncompressed", hint="unpack it first, with gunzip")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScanError(f"{path}: not UTF-8: byte {error.start} is invalid", hint="export it again as UTF-8") from error


def scan_sha256(path: Path) -> str:
    """SHA-256 of the file.

    Raises:
        ScanError: if it cannot be read.
    """
    return sha256(_content(path)).hexdigest()


def _content(path: Path) -> bytes:
    try:
        return read_file(path, limit=LARGEST_SCAN)
    except UnreadableError as error:
        raise ScanError(f"{path} cannot be read: {error}") from error


def parse_documents(path: Path, text: str) -> list[Any]:
    """The JSON documents in the text: one value, or several pages or findings one after the other.

    Raises:
        ScanError: if the text is not JSON; names line and column.
    """
    try:
        check_depth(text, DEEPEST_JSON)
        return list(_documents(text))
    except json.JSONDecodeError as error:
        raise ScanError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except UnreadableError as error:
        raise ScanError(f"{path}: not a scan's results: {error}") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise ScanError(f"{path}: not a scan's results: {error}") from error


def parse_answers(path: Path, text: str) -> list[Any]:
    """The documents, which must be complete: partial results cannot prove agreement.

    Raises:
        ScanError: if they are not JSON, or if every document indicates that another page follows.
    """
    documents = parse_documents(path, text)
    if all(isinstance(item, Mapping) and item.get("NextToken") for item in documents):
        raise ScanError(
            f"{path}: incomplete: its NextToken says that more results follow",
            hint="omit --max-items and --no-paginate, or put all pages into the file, one after the other",
        )
    return documents


def _documents(text: str) -> Iterator[Any]:
    decoder, end = json.JSONDecoder(), 0
    while not end or end < len(text):
        value, end = decoder.raw_decode(text, _after_blanks(text, end))
        yield value
        end = _after_blanks(text, end)


def _after_blanks(text: str, start: int) -> int:
    found = _BLANKS.match(text, start)
    return found.end() if found else start


def text_at(value: Any, *path: str | int) -> str:  # noqa: ANN401 - any JSON
    """The text at the end of the path, or "" if there is none; unpaired surrogates become question marks."""
    for part in path:
        if isinstance(value, Mapping) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return ""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
