"""What a profile says about guardrails."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from baseline.capabilities.settings import Reason, Settings, tiered

RoleName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+=,.@_/*-]{1,512}$")]
RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
ActionPattern = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+:[A-Za-z0-9*?]+$")]


class GuardrailChange(BaseModel):
    """What the profile changes about one guardrail."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    enabled: bool | None = Field(default=None, description="On or off, whatever the tier says.")
    reason: Reason | None = Field(default=None, description="Why it is off although the tier has it.")
    to: list[str] = Field(
        default=[],
        description="Organizational units and keys of accounts where it holds instead; `root` is the organization.",
        examples=[["Workloads"]],
    )
    exempt_roles: list[RoleName] = Field(
        default=[],
        description="Roles that may do it all the same, by name with its path; `*` matches.",
        examples=[["NetworkAdmin"]],
    )


class GuardrailsSettings(Settings):
    """Settings of `guardrails`."""

    stage: Literal["audit", "sandbox", "all"] = tiered(
        "Where the policies are attached: nowhere, in `sandbox_units` only, or where each belongs.",
        starter="all",
        standard="all",
        regulated="all",
        stronger="later",
        ladder=("audit", "sandbox", "all"),
        control="guardrail-leave-organization",
    )
    sandbox_units: list[str] = tiered(
        "Organizational units that get the policies first, in the stage `sandbox`.",
        starter=[],
        standard=[],
        regulated=[],
    )
    rules: dict[str, GuardrailChange] = tiered(
        "Changes of single guardrails, by id.", starter={}, standard={}, regulated={}
    )
    exempt_roles: list[RoleName] = tiered(
        "Roles that may do what a guardrail with exemptions denies, by name with its path; `*` matches.",
        starter=[],
        standard=[],
        regulated=[],
    )
    allowed_regions: list[RegionName] = tiered(
        "Regions besides the governed ones that `regions` allows.", starter=[], standard=[], regulated=[]
    )
    global_actions: list[ActionPattern] = tiered(
        "Actions besides those of global services that `regions` leaves alone.", starter=[], standard=[], regulated=[]
    )
    quarantine_units: list[str] = tiered(
        "Organizational units whose accounts wait: `quarantine` holds there.", starter=[], standard=[], regulated=[]
    )
    reserved_slots: int = tiered(
        "Service control policies at a root, unit or account that are not ours, besides FullAWSAccess.",
        starter=0,
        standard=0,
        regulated=0,
        ge=0,
        le=9,
    )
