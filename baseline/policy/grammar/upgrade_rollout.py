"""UPGRADE_ROLLOUT_POLICY. Source: AWS Organizations user guide, Upgrade rollout policy syntax (2026-11-25)."""

from typing import Literal

from pydantic import Field

from baseline.policy.grammar.operators import Node, Value
from baseline.policy.grammar.scalars import Name


class Order(Node):
    """When resources are upgraded."""

    patch_order: Value[Literal["first", "second", "last"]]


class Tag(Node):
    """Upgrade order by value of a tag."""

    tag_values: dict[Name, Order] = Field(min_length=1)


class UpgradeRollout(Node):
    """Settings of the policy."""

    default: Order | None = None
    tags: dict[Name, Tag] | None = None


class UpgradeRolloutPolicy(Node):
    """An upgrade rollout policy."""

    upgrade_rollout: UpgradeRollout
