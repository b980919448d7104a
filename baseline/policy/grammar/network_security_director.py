"""NETWORK_SECURITY_DIRECTOR_POLICY.

Source: AWS Organizations user guide, AWS Shield Network Security Director policy syntax and examples (2026-11-25).
"""

from baseline.policy.grammar.operators import Node, RegionSwitch


class Enablement(Node):
    """Kinds of scans."""

    network_security_scan: RegionSwitch


class NetworkSecurityDirector(Node):
    """Settings of the policy."""

    enablement: Enablement


class NetworkSecurityDirectorPolicy(Node):
    """A Network Security Director policy."""

    network_security_director: NetworkSecurityDirector
