"""Sample settings of `health`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "watch": ["abuse", "issues", "changes", "notices", "trusted-advisor"],
    "support_plan": "enterprise",
    "digest": "weekly",
}
WITHOUT_EFFECT = {
    "support_plan": "decides what is a mistake",
}
