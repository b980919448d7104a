"""Sample settings of `access_analyzer`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "unused_access": True,
    "internal_access": [
        {"region": "eu-west-1", "accounts": ["management"], "resource_types": ["AWS::S3::Bucket"]},
    ],
    "archive_rules": [
        {
            "name": "partner",
            "reason": 'Agreed: "on" # ${x}',
            "criteria": [{"key": "principal.AWS", "eq": ["012345678901"]}, {"key": "isPublic", "exists": False}],
        },
    ],
}
VALUES: dict[str, list[Any]] = {
    "archive_rules.*.criteria": [
        [{"key": "resource", "eq": ["a"]}],
        [{"key": "resource", "eq": ["a"]}, {"key": "isPublic", "eq": ["false"]}],
    ],
    "internal_access.*.accounts": [["management"], ["security"]],
    **{f"archive_rules.*.criteria.*.{name}": [["a"], ["b"]] for name in ("eq", "neq", "contains")},
}
