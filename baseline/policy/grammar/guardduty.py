"""GUARDDUTY_POLICY. Source: AWS Organizations user guide, Amazon GuardDuty policy syntax and examples (2026-11-25)."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from baseline.aws.regions import REGIONS
from baseline.policy.grammar.operators import Node, Value


def _is_block(name: str) -> str:
    if name != "default" and name not in REGIONS:
        raise ValueError(f"{name} is neither a Region nor default")
    return name


class Feature(Node):
    """Whether a feature is on."""

    status: Value[Literal["enabled", "disabled"]]


class AgentManagement(Node):
    """Whose agents GuardDuty manages."""

    eks_addon_management: Feature | None = None
    ec2_agent_management: Feature | None = None
    ecs_fargate_agent_management: Feature | None = None


class RuntimeMonitoring(Feature):
    """Runtime monitoring."""

    additional_configuration: AgentManagement | None = None


class Features(Node):
    """Every feature of one block; a Region's block replaces the default whole."""

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
            raise ValueError(f"foundational has to be enabled for {', '.join(on)}")
        return self


class GuardDuty(Node):
    """Blocks by Region."""

    enablement: dict[Annotated[str, AfterValidator(_is_block)], Features] = Field(min_length=1)


class GuardDutyPolicy(Node):
    """A GuardDuty policy."""

    guardduty: GuardDuty
