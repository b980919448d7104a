"""Every capability, in the order in which people read about them."""

from collections.abc import Mapping

from baseline.capabilities import alarms, cloudtrail, config, kms, log_archive, notifications
from baseline.capabilities.capability import Capability

_MODULES = (kms, log_archive, cloudtrail, config, notifications, alarms)

CAPABILITIES: Mapping[str, Capability] = {module.CAPABILITY.name: module.CAPABILITY for module in _MODULES}
