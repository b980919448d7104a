"""Policy documents in the form that AWS Organizations counts and accepts."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

VERSION = "2012-10-17"
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def document_of(statements: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The policy document of the statements."""
    return {"Version": VERSION, "Statement": list(statements)}


def minified(document: Mapping[str, Any]) -> str:
    """The document without white space between its parts."""
    return _ENCODER.encode(document)
