"""Sample settings of `response`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "playbooks": {
        "isolate-instance": {"automatic": ["Workloads"], "detach_profile": True, "also_from": ["inspector"]},
        "disable-access-keys": {"approve": ["Workloads"], "severity": "medium"},
        "close-bucket": {"automatic": ["root"], "also_from": ["macie"]},
        "quarantine-role": {"approve": ["root"]},
        "close-snapshot": {"automatic": ["Workloads"], "dry_run": True},
        "close-database-snapshot": {"approve": ["Workloads"]},
        "close-ports": {"automatic": ["root"]},
        "isolate-function": {"automatic": ["root"], "also_from": ["inspector"]},
        "stop-task": {},
    },
    "hourly_limit": 7,
}
VALUES: dict[str, list[Any]] = {"playbooks.*.also_from": [[], ["inspector"]]}
