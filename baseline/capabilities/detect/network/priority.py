"""The rank of a DNS Firewall rule group among the rule groups of a VPC."""

from hashlib import sha256

from baseline.capabilities.detect.network.settings import DnsFirewall

_FIRST = {"block": 1000, "alert": 5000}
"""Stage → the first of 4000 priorities: entries that block come before entries that only alert."""


def dns_priority(key: str, firewall: DnsFirewall) -> int:
    """The priority from the profile, or one that does not depend on other entries.

    Priorities are unique in a VPC, and CloudFormation updates associations before it deletes others: a priority derived
    from the position would still be in use while an earlier entry is deleted.
    """
    if firewall.priority is not None:
        return firewall.priority
    return _FIRST[firewall.stage] + int.from_bytes(sha256(key.encode()).digest()[:8], "big") % 4000
