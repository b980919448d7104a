"""The evidence of a written output directory, read back after the plan's digests are proved."""

import json
from pathlib import Path
from typing import Any

from baseline.errors import TamperedError
from baseline.plan.written import read_written_plan

EVIDENCE_FILE = "report/evidence.json"
FORMAT = 3
"""Of the document; raised whenever a reader would have to change."""

_PARTS = {
    **dict.fromkeys(("organization", "prefix", "tier"), str),
    **dict.fromkeys(("frameworks", "controls"), list),
    "stacks": dict,
}


def read_written_evidence(directory: Path) -> dict[str, Any]:
    """The document in `report/evidence.json`; its schema is published.

    Raises:
        TamperedError: when a file is not what the plan says, or when there is no evidence that this version reads.
    """
    read_written_plan(directory)
    path = directory / EVIDENCE_FILE
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        found = document["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TamperedError(
            f"{path} is no evidence that baseline wrote: {type(error).__name__} {error}",
            hint="generate the directory again",
        ) from error
    if found != FORMAT:
        raise TamperedError(
            f"{path} has format {found}; this program reads {FORMAT}",
            hint="generate the directory again with this version",
        )
    wrong = [name for name, kind in _PARTS.items() if not isinstance(document.get(name), kind)]
    if wrong:
        raise TamperedError(
            f"{path} is no evidence that baseline wrote: {', '.join(wrong)} missing, or of another kind",
            hint="generate the directory again",
        )
    return document
