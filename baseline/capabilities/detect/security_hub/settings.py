"""Settings of Security Hub."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.detect.security_hub.v2_settings import SecurityHubV2
from baseline.capabilities.expiry import CalendarDay
from baseline.capabilities.place import AnyPlaces
from baseline.capabilities.settings import Reason, Settings, tiered
from baseline.documents.section import Section

StandardId = Literal[
    "fsbp", "cis-5.0", "cis-3.0", "nist-800-53-r5", "nist-800-171-r2", "pci-dss-4.0.1", "resource-tagging"
]
ControlId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+\.[0-9]+$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]


class DisabledControl(Section):
    """A control that is not evaluated, with a reason."""

    control: ControlId = Field(description="Its id.", examples=["EC2.10"])
    reason: Reason = Field(description="Why.")


class ControlParameters(Section):
    """Values of a control's parameters in place of AWS's defaults."""

    control: ControlId = Field(description="Its id.", examples=["ACM.1"])
    parameters: dict[str, dict[str, Any]] = Field(
        min_length=1,
        description="Parameter → kind → value; the kinds are those of Security Hub's API.",
        examples=[{"daysToExpiration": {"Integer": 45}}],
    )


class UnitPolicy(Section):
    """A separate policy for some OUs or accounts; it inherits nothing from the organization's policy."""

    name: Name = Field(description="Unique.", examples=["sandbox"])
    to: AnyPlaces = Field(
        min_length=1, description="Organizational units, accounts, and groups of accounts.", examples=[["Sandbox"]]
    )
    state: Literal["enabled", "disabled", "self_managed"] = Field(
        default="enabled",
        description="`enabled`: Security Hub with these standards. `disabled`: Security Hub is turned off in these "
        "places. `self_managed`: each account decides itself.",
    )
    reason: Reason | None = Field(
        default=None, description="Why Security Hub is disabled or self-managed in these places; accepts the finding."
    )
    standards: list[StandardId] = Field(
        default=[], description="Standards to enable in these places; required if `state` is `enabled`."
    )
    disabled_controls: list[DisabledControl] = Field(default=[], description="Controls to disable in these places.")


class AcceptedFindings(Section):
    """Accepted findings: suppressed on arrival, with a reason."""

    name: Name = Field(description="Unique.", examples=["public-website"])
    reason: Reason = Field(description="The reason; becomes the note of each finding.")
    controls: list[ControlId] = Field(min_length=1, max_length=20, description="Controls that report the findings.")
    resources: list[Annotated[str, StringConstraints(pattern=r"^[!-~]{3,400}$")]] = Field(
        default=[], max_length=100, description="Prefixes of resource ids; every resource if empty."
    )
    accounts: list[Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]] = Field(
        default=[], max_length=100, description="Ids of the accounts; every account if empty."
    )
    expires: CalendarDay | None = Field(
        default=None,
        description="The last day, as YYYY-MM-DD. After that the entry is a finding, and "
        "the rule suppresses no finding that is updated later.",
        examples=["2027-06-30"],
    )


class SecurityHubSettings(Settings):
    """Settings of `security_hub`."""

    standards: list[StandardId] = tiered(
        "Standards besides those that the profile's frameworks require. Billed per check.",
        ["fsbp"],
        stronger="superset",
        control="security-hub-standards",
        min_length=1,
    )
    disabled_controls: list[DisabledControl] = tiered("Controls to disable, each with a reason.", [])
    parameters: list[ControlParameters] = tiered("Parameter values of controls.", [])
    policies: list[UnitPolicy] = tiered("Separate policies for units and accounts.", [])
    accepted_findings: list[AcceptedFindings] = tiered("Rules for accepted findings, each with a reason.", [])
    notify: bool = tiered(
        "Whether new critical and high findings are sent to the notification topics.",
        True,
        stronger="true",
        control="security-hub-notifications",
    )
    existing_hub: bool = tiered(
        "Whether the security account already has hubs, which then remain unchanged in every Region.", False
    )
    v2: SecurityHubV2 | None = tiered(
        "The service that AWS has called Security Hub since 2025, in addition to Security Hub CSPM. Off "
        "until it is set: it moves billing to "
        "prices by resource.",
        None,
        examples=[{"accepts_billing": True, "to": ["Workloads"]}],
    )
