"""Controls of the baseline that AWS Control Tower provides, by the names of its own controls."""

from collections.abc import Mapping

from baseline.capabilities.control_tower import ControlTower, Integration

_PROVIDED: Mapping[Integration, Mapping[str, str]] = {
    "centralized_logging": {
        "cloudtrail-enabled": "AWS-GR_CLOUDTRAIL_ENABLED",
        "cloudtrail-multi-region": "AWS-GR_CLOUDTRAIL_ENABLED",
        "cloudtrail-organization": "AWS-GR_CLOUDTRAIL_ENABLED",
        "cloudtrail-log-file-validation": "AWS-GR_CLOUDTRAIL_VALIDATION_ENABLED",
        "cloudtrail-cloudwatch-logs": "AWS-GR_CLOUDTRAIL_CLOUDWATCH_LOGS_ENABLED",
    },
    "config": {
        "config-recorder": "AWS-GR_CONFIG_ENABLED",
        "config-aggregator": "AWS-GR_CONFIG_AGGREGATION_CHANGE_PROHIBITED",
    },
}
"""Integration → control of the baseline → mandatory control of Control Tower that says the same
(docs.aws.amazon.com/controltower/latest/controlreference/mandatory-controls.html). Properties that differ between
landing zones are left out: the key of the trail, its retention, data events."""


def provided_by(tower: ControlTower | None) -> Mapping[str, str]:
    """Control of the baseline → the origin that evidence names."""
    if tower is None:
        return {}
    return {
        control: f"inherited from Control Tower ({name})"
        for integration, controls in _PROVIDED.items()
        if integration in tower.integrations
        for control, name in controls.items()
    }
