"""The inventory as a value, in the format of `inventory.json`."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from baseline.inventory.facts.account import Budget, PasswordPolicy, PublicAccessBlock, RootUser
from baseline.inventory.facts.control_tower import LandingZone
from baseline.inventory.facts.defaults import DeployedStack, Ec2Defaults, RootAlarms
from baseline.inventory.facts.detection import Analyzer, Detector, Hub
from baseline.inventory.facts.identity_center import IdentityCenter
from baseline.inventory.facts.organization import Administrator, Identity, Policies, Tree
from baseline.inventory.facts.part import Part, Unknown
from baseline.inventory.facts.recording import Aggregator, DeliveryChannel, Recorder, Trail
from baseline.inventory.facts.stack_sets import StackSet

FORMAT: Final = 1
"""Version of the document's format, increased with every change that readers must handle."""

SCHEMA_ID = "urn:secure-baseline:inventory:1"


class OrganizationInventory(Part):
    """Facts that the management account knows."""

    identity: Identity
    tree: Tree
    policies: Policies | Unknown
    trusted_services: tuple[str, ...] | Unknown = Field(description="Service principals with trusted access.")
    delegated_administrators: tuple[Administrator, ...] | Unknown
    delegation_policy: bool | Unknown = Field(description="Whether the organization has a resource policy.")
    root_features: tuple[str, ...] | Unknown = Field(description="Features of central root access that are on.")
    identity_center: IdentityCenter | Unknown | None
    control_tower: LandingZone | Unknown | None
    stack_sets: tuple[StackSet, ...] | Unknown

    @model_validator(mode="after")
    def _has_the_management_account(self) -> Self:
        if all(account.id != self.identity.management_account for account in self.tree.accounts):
            raise ValueError(
                f"the management account {self.identity.management_account} is not in the list of accounts"
            )
        return self


class RegionInventory(Part):
    """Facts of one account in one Region."""

    recorders: tuple[Recorder, ...] | Unknown
    delivery_channels: tuple[DeliveryChannel, ...] | Unknown
    aggregators: tuple[Aggregator, ...] | Unknown
    trails: tuple[Trail, ...] | Unknown
    detectors: tuple[Detector, ...] | Unknown
    hub: Hub | Unknown | None
    analyzers: tuple[Analyzer, ...] | Unknown
    macie: str | Unknown = Field(description="`ENABLED`, `PAUSED` or `DISABLED`.")
    graphs: tuple[str, ...] | Unknown = Field(
        default=(), description="ARNs of the Amazon Detective behavior graphs that the account administers."
    )
    inspector: dict[str, str] | Unknown = Field(description="Type of resource → status of Amazon Inspector.")
    ec2_defaults: Ec2Defaults | Unknown
    default_vpc: str | Unknown | None
    root_alarms: RootAlarms | Unknown
    stacks: tuple[DeployedStack, ...] | Unknown


class AccountInventory(Part):
    """Facts of one account."""

    enabled_regions: tuple[str, ...] | Unknown
    root_user: RootUser | Unknown
    password_policy: PasswordPolicy | Unknown | None
    contacts: dict[str, bool] | Unknown = Field(description="Type of alternate contact → whether there is one.")
    public_access_block: PublicAccessBlock | Unknown | None
    service_linked_roles: tuple[str, ...] | Unknown
    budgets: tuple[Budget, ...] | Unknown
    regions: dict[str, RegionInventory | Unknown] = Field(default_factory=dict)


class Inventory(Part):
    """A live organization at a point in time. A fact that could not be read is `{"unknown": reason}`, never absent."""

    format: Literal[1] = FORMAT
    generator: Annotated[str, Field(description="Program and version.")]
    taken_at: Annotated[str, Field(description="End of the run, in UTC.")]
    regions: Annotated[tuple[str, ...], Field(description="The Regions that were read.", min_length=1)]
    role: Annotated[str, Field(description="Name of the role in the member accounts, or empty.")]
    organization: OrganizationInventory
    accounts: dict[str, AccountInventory | Unknown]
    log_buckets: dict[str, str] = Field(
        description="Bucket of a trail or delivery channel → account that owns it. The owner of a bucket that is not "
        "listed is unknown: an account that was not read, or whose buckets could not be listed."
    )
    calls: dict[str, int] = Field(description="Number of calls by name; those that assume roles are not counted.")


def inventory_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of `inventory.json`."""
    schema = Inventory.model_json_schema()
    schema["title"] = "Inventory of an AWS organization"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}
