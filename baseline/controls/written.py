"""The tables of controls: `controls.toml` in the directory of each capability."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import tomli

from baseline.areas import capability_files


@cache
def controls_digest() -> str:
    """SHA-256 over every file that defines controls, guardrails and objectives."""
    files = [file for _, file in capability_files("controls.toml")]
    files += [Path(__file__).with_name("objectives.toml")]
    for _, readme in capability_files("catalog/README.md"):
        files += sorted(readme.parent.glob("*.toml"))
    found = sha256()
    for file in files:
        found.update(sha256(file.read_bytes()).digest())
    return found.hexdigest()


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
                raise ValueError(f"{file}: {key} is already a control of {found[key]['capability']}")
            found[key] = {**entry, "capability": directory.rpartition("/")[2]}
    return found
