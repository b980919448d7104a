"""SECURITYHUB_POLICY. Source: AWS Organizations user guide, Security Hub policy syntax and examples (2026-11-25)."""

from baseline.policy.grammar.operators import Node, RegionSwitch


class SecurityHubPolicy(Node):
    """A Security Hub policy; it is about Security Hub, not about Security Hub CSPM."""

    securityhub: RegionSwitch
