"""The key `organization.control_tower`: a landing zone of AWS Control Tower, and the settings that are left to it."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from baseline.capabilities.control_tower import (
    GIVEN_WAY,
    RESERVED_SLOTS,
    ControlTower,
    Integration,
    TowerBaseline,
    TowerControl,
    Version,
)
from baseline.capabilities.detect.config.config import ConfigSettings
from baseline.capabilities.detect.config.recording import RecorderOverride
from baseline.capabilities.settings import Settings
from baseline.documents.section import Section
from baseline.profile.fields import OuPath, id_pattern

Alias = Annotated[
    str,
    *id_pattern(
        r"(?:CT|SH|CONFIG)\.[A-Za-z0-9.]{2,60}|AWS-GR_[A-Z0-9_]{3,100}",
        "the public name of a control, such as CT.S3.PV.4",
    ),
]
ControlArn = Annotated[
    str,
    *id_pattern(
        r"arn:aws(?:-cn|-us-gov)?:(?:controlcatalog|controltower):[a-z0-9-]*::control/[0-9A-Za-z_-]{1,128}",
        "the ARN of a control",
    ),
]
EnabledBaselineArn = Annotated[
    str,
    *id_pattern(
        r"arn:aws(?:-cn|-us-gov)?:controltower:[a-z0-9-]+:[0-9]{12}:enabledbaseline/[0-9A-Z]{1,64}",
        "the ARN of an enabled baseline",
    ),
]
BaselineVersion = Annotated[
    str, *id_pattern(r"[0-9]{1,3}\.[0-9]{1,3}", 'the version of a baseline, in quotes, such as "5.0"')
]
MANDATORY_CONTROLS = frozenset(
    f"AWS-GR_{name}"
    for name in (
        *("REGION_DENY", "AUDIT_BUCKET_DELETION_PROHIBITED", "AUDIT_BUCKET_PUBLIC_READ_PROHIBITED"),
        *("AUDIT_BUCKET_PUBLIC_WRITE_PROHIBITED", "CLOUDTRAIL_CHANGE_PROHIBITED", "CLOUDTRAIL_CLOUDWATCH_LOGS_ENABLED"),
        *("CLOUDTRAIL_ENABLED", "CLOUDTRAIL_VALIDATION_ENABLED", "CLOUDWATCH_EVENTS_CHANGE_PROHIBITED"),
        *("CONFIG_AGGREGATION_AUTHORIZATION_POLICY", "CONFIG_AGGREGATION_CHANGE_PROHIBITED"),
        *("CONFIG_CHANGE_PROHIBITED", "CONFIG_ENABLED", "CONFIG_RULE_CHANGE_PROHIBITED"),
        *(
            "CT_AUDIT_BUCKET_ENCRYPTION_CHANGES_PROHIBITED",
            "CT_AUDIT_BUCKET_LIFECYCLE_CONFIGURATION_CHANGES_PROHIBITED",
        ),
        *("CT_AUDIT_BUCKET_LOGGING_CONFIGURATION_CHANGES_PROHIBITED", "CT_AUDIT_BUCKET_POLICY_CHANGES_PROHIBITED"),
        *("IAM_ROLE_CHANGE_PROHIBITED", "LAMBDA_CHANGE_PROHIBITED", "LOG_GROUP_POLICY", "SNS_CHANGE_PROHIBITED"),
        *("SNS_SUBSCRIPTION_CHANGE_PROHIBITED",),
    )
)
"""Controls that no call can switch on or off
(docs.aws.amazon.com/controltower/latest/controlreference/cannot-change-with-gr-api.html)."""

_EXAMPLE_ARN = "arn:aws:controlcatalog:::control/1abcdefghijklmnopqrstuvwx"


class Integrations(Section):
    """Integrations of the landing zone. Only version 4.0 can switch off AWS Config and the security roles."""

    centralized_logging: bool = Field(
        default=True,
        description="Its organization trail: `cloudtrail` is off, and alarms watch the log group of that trail.",
        examples=[False],
    )
    config: bool = Field(
        default=True,
        description="Its recorders and aggregator: `config` records only where Control Tower does not.",
        examples=[False],
    )
    security_roles: bool = Field(
        default=True,
        description="Its roles and topics for the audit account. Those of the baseline have other names and are kept.",
        examples=[False],
    )
    access_management: bool = Field(
        default=True,
        description="Its groups and permission sets in IAM Identity Center, which no stack of the baseline creates.",
        examples=[False],
    )
    backup: bool = Field(
        default=False, description="Its plans of AWS Backup. The baseline has none of its own.", examples=[True]
    )


class Control(Section):
    """A control of Control Tower that a stack of the baseline switches on."""

    control: Alias = Field(description="Its public name.", examples=["CT.S3.PV.4"])
    to: Annotated[tuple[OuPath, ...], Field(strict=False, min_length=1)] = Field(
        description="OUs for which it is enabled, including nested OUs.", examples=[["Workloads"]]
    )
    parameters: dict[str, Any] = Field(
        default_factory=dict,
        description="Parameters, as named in the control's documentation.",
        examples=[{"AllowedRegions": ["eu-west-1"]}],
    )


class ControlTowerSection(Section):
    """The landing zone of AWS Control Tower that governs the organization."""

    version: Version = Field(description="Version of the landing zone, in quotes: 3.3 or 4.0.", examples=["4.0"])
    integrations: Integrations = Field(
        default_factory=Integrations,
        description="Settings of the landing zone that differ from the defaults of its version.",
        examples=[{"centralized_logging": False}],
    )
    registered_units: Annotated[tuple[OuPath, ...], Field(strict=False)] = Field(
        default=(),
        description="Registered OUs, including nested OUs. Default: every first-level OU that is not suspended.",
        examples=[["Security", "Workloads"]],
    )
    security_unit: OuPath = Field(
        default="Security", description="OU of its log archive and audit accounts.", examples=["Core"]
    )
    controls: Annotated[tuple[Control, ...], Field(strict=False)] = Field(
        default=(),
        description="Controls to enable, by their public names.",
        examples=[[{"control": "CT.S3.PV.4", "to": ["Workloads"]}]],
    )
    identifiers: dict[Alias, ControlArn] = Field(
        default_factory=dict,
        description="Public name of a control → its ARN in AWS Control Catalog, as `baseline inventory "
        "--print-identifiers` prints it.",
        examples=[{"CT.S3.PV.4": _EXAMPLE_ARN}],
    )
    baselines: dict[OuPath, BaselineVersion] = Field(
        default_factory=dict,
        description="OU to register → version of the baseline AWSControlTowerBaseline: 4.0 with landing zone 3.3, "
        "5.0 with 4.0.",
        examples=[{"Workloads/Data": "5.0"}],
    )
    identity_center_baseline: EnabledBaselineArn | None = Field(
        default=None,
        description="ARN of the enabled baseline IdentityCenterBaseline, which `baselines` need where Control Tower "
        "manages IAM Identity Center.",
        examples=["arn:aws:controltower:eu-west-1:111111111111:enabledbaseline/XAHCR4CJTSI4W07M"],
    )

    def on(self) -> frozenset[Integration]:
        """The integrations that are on."""
        return frozenset(name for name in Integrations.model_fields if getattr(self.integrations, name))  # type: ignore[misc]


def landing_zone(section: ControlTowerSection, units: Mapping[str, object], suspended: frozenset[str]) -> ControlTower:
    """The landing zone as capabilities see it, without unknown units.

    Args:
        section: The key of the profile.
        units: Every unit by path.
        suspended: The paths of suspended units.
    """
    first_level = tuple(path for path in units if "/" not in path and path not in suspended)
    baselines = {unit: version for unit, version in section.baselines.items() if unit in units}
    registered = [unit for unit in section.registered_units if unit in units] or first_level
    return ControlTower(
        version=section.version,
        integrations=section.on(),
        units=tuple(dict.fromkeys((*registered, *baselines))),
        controls=tuple(
            TowerControl(
                alias=item.control,
                identifier=section.identifiers.get(item.control, ""),
                unit=unit,
                parameters=item.parameters,
            )
            for item in section.controls
            for unit in item.to
            if unit in units
        ),
        baselines=tuple(TowerBaseline(unit=unit, version=version) for unit, version in baselines.items()),
        identity_center_baseline=section.identity_center_baseline or "",
    )


def left_to_tower(document: object) -> Mapping[str, Mapping[str, Any]]:
    """Capability → settings that leave tasks to Control Tower, from a profile that is not checked yet."""
    organization = document.get("organization") if isinstance(document, dict) else None
    given = organization.get("control_tower") if isinstance(organization, dict) else None
    try:
        section = ControlTowerSection.model_validate(given)
    except ValidationError:
        return {}
    found: dict[str, Mapping[str, Any]] = {"guardrails": {"reserved_slots": RESERVED_SLOTS}}
    for integration in sorted(section.on() & GIVEN_WAY.keys()):
        found |= GIVEN_WAY[integration]
    return found


def with_recorders_left(settings: Settings, zone: ControlTower) -> Settings:
    """The settings of `config` with an override for the registered units, in which Control Tower records."""
    if not isinstance(settings, ConfigSettings) or "config" not in zone.integrations or settings.recorder == "existing":
        return settings
    own = {place for item in settings.overrides for place in item.to}
    places = [unit for unit in zone.units if unit not in own]
    if not places:
        return settings
    override = RecorderOverride(name="control-tower", to=places, recorder="existing")
    return settings.model_copy(update={"overrides": [*settings.overrides, override]})
