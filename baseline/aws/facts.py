"""Reading the data files: each is `{"source": …, "date": …, "data": {…}}`."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def facts(name: str) -> Mapping[str, Any]:
    """The `data` of `data/<name>.json`."""
    document: dict[str, Any] = json.loads((Path(__file__).with_name("data") / f"{name}.json").read_text("utf-8"))
    data: Mapping[str, Any] = document["data"]
    return data


def sources() -> Mapping[str, tuple[str, str]]:
    """Name of each data file → its date and its source."""
    found = {}
    for file in sorted(Path(__file__).with_name("data").glob("*.json")):
        document: dict[str, Any] = json.loads(file.read_text("utf-8"))
        found[file.stem] = (str(document["date"]), str(document["source"]))
    return found
