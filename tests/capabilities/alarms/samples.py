"""Sample settings of `alarms`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "custom": [{"name": "secrets-deleted", "description": "A secret went.", "pattern": "{ $.a = 1 }"}]
}
