"""The rank of a rule group of DNS Firewall among those of a VPC."""

from hashlib import sha256

from baseline.capabilities.detect.network.settings import DnsFirewall

_FIRST = {"block": 1000, "alert": 5000}
"""Stage → the first of 4000 priorities: what one entry alerts of, another one may block."""


def dns_priority(key: str, firewall: DnsFirewall) -> int:
    """The priority of the profile, or one that no other entry changes.

    Priorities are unique in a VPC, and CloudFormation updates associations before it deletes others: a priority by
    position would be taken while an entry before it goes.
    """
    if firewall.priority is not None:
        return firewall.priority
    return _FIRST[firewall.stage] + int.from_bytes(sha256(key.encode()).digest()[:8], "big") % 4000
