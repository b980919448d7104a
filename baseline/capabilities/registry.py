"""Every capability, in the order in which people read about them."""

from collections.abc import Mapping

from baseline.capabilities import alarms, cloudtrail, iam_roles, kms, log_archive, notifications
from baseline.capabilities.capability import Capability

CAPABILITIES: Mapping[str, Capability] = {
    module.CAPABILITY.name: module.CAPABILITY
    for module in (kms, log_archive, cloudtrail, notifications, alarms, iam_roles)
}
