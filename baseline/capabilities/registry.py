"""Every capability, in the order in which people read about them."""

from collections.abc import Mapping

from baseline.capabilities import access_analyzer, alarms, cloudtrail, kms, log_archive, notifications
from baseline.capabilities.account_settings import account_settings
from baseline.capabilities.capability import Capability
from baseline.capabilities.config import config
from baseline.capabilities.guardduty import guardduty
from baseline.capabilities.guardrails import guardrails
from baseline.capabilities.iam_roles import iam_roles
from baseline.capabilities.identity_center import identity_center
from baseline.capabilities.organization import organization
from baseline.capabilities.security_hub import security_hub

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
