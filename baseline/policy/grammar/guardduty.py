"""GUARDDUTY_POLICY. Source: AWS Organizations user guide, Amazon GuardDuty policy syntax and examples (2026-11-25)."""

from typing import Annotated

from pydantic import Field, model_validator

from baseline.aws.regions import REGIONS
from baseline.findings import Problem
from baseline.policy.grammar.operators import Node, Value
from baseline.policy.grammar.rules import hold
from baseline.policy.grammar.scalars import Switch, one_of

Block = Annotated[str, one_of((*REGIONS, "default"), "Region, nor default")]


class Feature(Node):
    """Whether a feature is enabled."""

    status: Value[Switch]


class AgentManagement(Node):
    """The agents that GuardDuty manages."""

    eks_addon_management: Feature | None = None
    ec2_agent_management: Feature | None = None
    ecs_fargate_agent_management: Feature | None = None


class RuntimeMonitoring(Feature):
    """Runtime monitoring."""

    additional_configuration: AgentManagement | None = None


class Features(Node):
    """Every feature of one block; a Region's block replaces the whole default."""

    foundational: Feature | None = None
    s3_data_events: Feature | None = None
    eks_audit_logs: Feature | None = None
    ebs_malware_protection: Feature | None = None
    rds_login_events: Feature | None = None
    lambda_network_logs: Feature | None = None
    runtime_monitoring: RuntimeMonitoring | None = None
    ai_protection: Feature | None = None

    @model_validator(mode="after")
    def _foundation_first(self) -> "Features":
        on = [name for name, item in self if item is not None and item.status.assign == "enabled"]
        if on and "foundational" not in on:
            hold(
                [
                    Problem(
                        path=("foundational",),
                        message=f"not enabled, while {', '.join(on)} is",
                        fix="enable foundational in this block",
                    )
                ]
            )
        return self


class GuardDuty(Node):
    """Blocks by Region."""

    enablement: dict[Block, Features] = Field(min_length=1)


class GuardDutyPolicy(Node):
    """A GuardDuty policy."""

    guardduty: GuardDuty
