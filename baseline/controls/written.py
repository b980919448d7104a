"""The tables of controls as their capabilities write them: `controls.toml` in the directory of each."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import tomli

from baseline.areas import capability_files


@cache
def written_controls() -> Mapping[str, Mapping[str, Any]]:
    """Control id → its table, and the name of the capability.

    Raises:
        ValueError: if two capabilities have a control with the same id.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for directory, file in capability_files("controls.toml"):
        for key, entry in tomli.loads(file.read_text(encoding="utf-8")).items():
            if key in found:
                raise ValueError(f"{file}: {key} is a control of {found[key]['capability']} already")
            found[key] = {**entry, "capability": directory.rpartition("/")[2]}
    return found
