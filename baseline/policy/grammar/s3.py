"""S3_POLICY. Source: AWS Organizations user guide, Amazon S3 policy syntax and examples (2026-11-25)."""

from typing import Literal

from baseline.policy.grammar.operators import Node, Value


class S3Attributes(Node):
    """Settings of the policy."""

    public_access_block_configuration: Value[Literal["all", "none"]]


class S3Policy(Node):
    """An S3 policy."""

    s3_attributes: S3Attributes
