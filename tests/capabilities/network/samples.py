"""Sample settings of `network`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "record": ["flow", "queries", "eks_audit"],
    "archive": {
        "on": {"account": "management", "region": "eu-west-1", "vpc": "vpc-0123456789abcdef0"},
        "yes": {"account": "management", "region": "eu-west-1", "vpc": "vpc-01234567"},
    },
}
VALUES: dict[str, list[Any]] = {
    "record": [[], ["flow"], ["queries"]],
    "archive": [
        {},
        {"a": {"account": "management", "region": "eu-west-1", "vpc": "vpc-01234567"}},
    ],
    "archive.*.account": ["management", "security"],
    "archive.*.region": ["eu-west-1", "eu-central-1"],
    "archive.*.vpc": ["vpc-01234567", "vpc-89abcdef"],
}
