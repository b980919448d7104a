"""Sample settings of `secrets`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {"watch": ["deletions", "rotations", "policies"]}
