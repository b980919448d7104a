"""Sample settings of `heartbeat`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "watch": ["trail", "log-archive", "recorder", "detection", "organization", "identity", "stacks", "topics"],
    "sign_of_life": "weekly",
    "count_watchers": True,
    "ignored_roles": ["stacksets-exec-*", "on/Platform+1@x"],
}
