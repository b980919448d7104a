"""INSPECTOR_POLICY. Source: AWS Organizations user guide, Amazon Inspector policy syntax and examples (2026-11-25)."""

from baseline.policy.grammar.operators import Node, RegionSwitch


class LambdaScanning(RegionSwitch):
    """Scanning of functions, and of their code."""

    lambda_code_scanning: RegionSwitch | None = None


class Enablement(Node):
    """Kinds of scans."""

    ec2_scanning: RegionSwitch | None = None
    ecr_scanning: RegionSwitch | None = None
    lambda_standard_scanning: LambdaScanning | None = None
    code_repository_scanning: RegionSwitch | None = None


class Inspector(Node):
    """Settings of the policy."""

    enablement: Enablement


class InspectorPolicy(Node):
    """An Inspector policy."""

    inspector: Inspector
