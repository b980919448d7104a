"""Sample settings of `account_settings`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "account_alias": True,
    "block_public_clusters": True,
    "ebs_key": "customer",
    "instance_metadata_v2_enforced": True,
    "password_max_age_days": 90,
    "remove_default_vpcs": True,
    "revert": True,
}
VALUES: dict[str, list[Any]] = {
    "overrides.*.password_reuse_prevention": [10, 20],
    "overrides.*.config_retention_days": [30, 60],
}
WITHOUT_EFFECT = {
    "overrides.*.reason": "goes into the evidence",
}
