"""Sample settings of `hooks`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "hooks": {
        "on": {"rules": ["volumes-encrypted"], "to": ["Workloads", "management"]},
        "no-007": {"mode": "fail", "to": ["root"]},
    },
    "exempt_roles": ["on-*"],
}
VALUES: dict[str, list[Any]] = {
    "hooks": [{"aa": {"to": ["root"]}}, {"bb": {"to": ["root"]}}],
    "hooks.*.rules": [["volumes-encrypted"], ["keys-rotated"]],
}
