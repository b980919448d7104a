"""Sample settings of `security_lake`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "sources": {"cloudtrail": {}, "vpc_flow": {"version": "2.0", "accounts": ["management"]}},
    "transitions": [{"days": 60, "storage_class": "GLACIER_IR"}],
    "keys": {
        "eu-west-1": "1234abcd-12ab-34cd-56ef-1234567890ab",
        "eu-central-1": "1234abcd-12ab-34cd-56ef-1234567890ac",
    },
    "subscribers": [
        {"name": "on", "account": "management", "external_id": "007", "access": "data", "notify": True},
        {"name": "no-007", "account": "012345678901", "external_id": "on", "sources": ["cloudtrail"]},
    ],
    "revert": True,
}
VALUES: dict[str, list[Any]] = {
    "sources": [{"cloudtrail": {}}, {"cloudtrail": {}, "waf": {}}],
    "sources.*.accounts": [[], ["web"]],
    "sources.*.version": ["1.0", "2.0"],
    "keys": [{}, {"eu-west-1": "1234abcd-12ab-34cd-56ef-1234567890ab"}],
    "subscribers": [
        [],
        [{"name": "siem", "account": "999999999999", "external_id": "siem"}],
    ],
    "subscribers.*.account": ["web", "999999999999"],
    "subscribers.*.sources": [[], ["cloudtrail"]],
}
