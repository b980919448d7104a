"""Sample settings of `detective`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {"graph": True, "packages": ["eks_audit", "security_findings"], "revert": True}
VALUES: dict[str, list[Any]] = {
    "packages": [[], ["eks_audit"], ["security_findings"]],
    "excluded_accounts": [[], ["web"]],
}
