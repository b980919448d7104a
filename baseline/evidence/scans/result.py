"""One result of a live scan, and how the files that hold them are read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from baseline.errors import ScanError

Tool = Literal["prowler", "config", "security_hub"]
Outcome = Literal["pass", "fail", "muted", "unknown"]
"""`muted`: it fails, and somebody has accepted that in the tool. `unknown`: the tool could not tell."""


@dataclass(frozen=True, kw_only=True)
class ScanResult:
    """What a detector says.

    Attributes:
        tool: Whose detector it is.
        detector: Its id, as controls name it.
        outcome: What it says.
        resource: ARN, name or id of what was looked at; "" for a whole account or rule.
        account: Account id, or "" where the file does not say.
        region: Region, or "" where the file does not say.
    """

    tool: Tool
    detector: str
    outcome: Outcome
    resource: str = ""
    account: str = ""
    region: str = ""


def read_text(path: Path) -> str:
    """The file's text.

    Raises:
        ScanError: when it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ScanError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ScanError(f"{path}: not UTF-8: byte {error.start} is none", hint="export it again as UTF-8") from error


def parse_json(path: Path, text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """The text as JSON.

    Raises:
        ScanError: with line and column of what is no JSON.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ScanError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise ScanError(f"{path}: not a scan's results: nested too deeply") from error
    except ValueError as error:  # a number of more digits than Python reads
        raise ScanError(f"{path}: not a scan's results: {error}") from error


def text_at(value: Any, *path: str | int) -> str:  # noqa: ANN401 - any JSON
    """The text at the end of the path, or "" where there is none; halves of characters are question marks."""
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
