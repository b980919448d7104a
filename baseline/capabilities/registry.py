"""Every capability, in the order in which people read about them."""

from collections.abc import Mapping

from baseline.capabilities import (
    access_analyzer,
    account_settings,
    alarms,
    cloudtrail,
    config,
    guardduty,
    guardrails,
    iam_roles,
    identity_center,
    kms,
    log_archive,
    notifications,
    organization,
    security_hub,
)
from baseline.capabilities.capability import Capability

CAPABILITIES: Mapping[str, Capability] = {
    module.CAPABILITY.name: module.CAPABILITY
    for module in (
        organization,
        guardrails,
        account_settings,
        kms,
        log_archive,
        cloudtrail,
        config,
        notifications,
        alarms,
        iam_roles,
        identity_center,
        guardduty,
        security_hub,
        access_analyzer,
    )
}
