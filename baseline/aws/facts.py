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
