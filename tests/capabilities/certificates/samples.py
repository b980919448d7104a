"""Sample settings of `certificates`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {"remind_on_days": [30, 7, 1]}
