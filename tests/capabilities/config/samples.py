"""Sample settings of `config`; `tests/samples.py` says what they are for."""

from typing import Any

FULL: dict[str, Any] = {
    "daily_types": ["AWS::EC2::NetworkInterface"],
    "exclude_types": ["AWS::IAM::User", "AWS::Config::ResourceCompliance"],
    "exclude_rules": ["instance-profiles"],
    "rule_parameters": {"access-keys-rotated": {"maxAccessKeyAge": "60"}},
}
VALUES: dict[str, list[Any]] = {
    "continuous_types": [[], ["AWS::EC2::Instance"]],
    "exclude_rules": [[], ["instance-profiles"]],
    "overrides.*.recorder": ["existing", "none"],
    "overrides.*.recording": ["DAILY", "CONTINUOUS"],
    "overrides.*.snapshot_frequency": ["One_Hour", "Six_Hours"],
    "overrides.*.continuous_types": [[], ["AWS::EC2::Instance"]],
}
WITHOUT_EFFECT = {
    "overrides.*.reason": "goes into the evidence",
}
