"""The `organization` section of a profile, and its organizational units."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from baseline.documents.section import Section
from baseline.profile.control_tower import ControlTowerSection
from baseline.profile.fields import (
    Email,
    Name,
    OrganizationId,
    OuId,
    OuPath,
    Phone,
    Prefix,
    RegionName,
    RootId,
    TagKey,
    TagValue,
)


class Contact(Section):
    """A person or team that AWS may contact."""

    name: Annotated[str, Field(min_length=1, max_length=64)] = Field(description="Who.", examples=["Sam Rivera"])
    title: Annotated[str, Field(min_length=1, max_length=50)] = Field(
        default="", description="Job title.", examples=["CISO"]
    )
    email: Email = Field(description="E-mail address for AWS's messages.", examples=["security@northwind.example"])
    phone: Phone = Field(
        description="Phone number for AWS's calls, with the country code, in quotes.", examples=["+44 20 7946 0000"]
    )


class Contacts(Section):
    """Alternate contacts of every account. The capability account_settings sets them."""

    security: Contact | None = Field(
        default=None,
        description="For security notices.",
        examples=[{"name": "Sam Rivera", "email": "security@northwind.example", "phone": "+44 20 7946 0000"}],
    )
    operations: Contact | None = Field(
        default=None,
        description="For operational notices.",
        examples=[{"name": "Platform team", "email": "ops@northwind.example", "phone": "+44 20 7946 0001"}],
    )
    billing: Contact | None = Field(
        default=None,
        description="For invoices and payment notices.",
        examples=[{"name": "Finance", "email": "billing@northwind.example", "phone": "+44 20 7946 0002"}],
    )


class Organization(Section):
    """Facts about the organization, or about the one account in standalone mode."""

    name: Name = Field(description="The organization's display name, 1 to 64 characters.", examples=["Northwind"])
    prefix: Prefix = Field(
        description="First part of every name that the baseline creates: 2 to 15 lower-case letters, digits and single "
        "hyphens. Changing it later replaces everything.",
        examples=["nw"],
    )
    id: OrganizationId | None = Field(
        default=None,
        description="The organization's id, if it exists; otherwise it is created.",
        examples=["o-a1b2c3d4e5"],
    )
    root_id: RootId | None = Field(
        default=None, description="The id of the organization's root, if it exists.", examples=["r-ab12"]
    )
    standalone: bool = Field(
        default=False,
        description="One account and no organization: `accounts` then holds `management` only, and every capability "
        "takes its account-level form.",
        examples=[True],
    )
    home_region: RegionName = Field(
        description="The Region of resources that exist only once: trail, log buckets, alarms.", examples=["eu-west-1"]
    )
    regions: Annotated[tuple[RegionName, ...], Field(strict=False, min_length=1)] = Field(
        description="The governed Regions: where detection and protection are set up. The home Region is one of them.",
        examples=[["eu-west-1", "eu-central-1", "us-east-1"]],
    )
    contacts: Contacts = Field(
        default_factory=Contacts,
        description="The alternate contacts for security, operations and billing, in every account.",
        examples=[
            {"security": {"name": "Sam Rivera", "email": "security@northwind.example", "phone": "+44 20 7946 0000"}}
        ],
    )
    alerts: Annotated[tuple[Email, ...], Field(strict=False)] = Field(
        default=(),
        description="E-mail addresses that receive every alert. Each must confirm its subscription once.",
        examples=[["secops@northwind.example"]],
    )
    tags: Annotated[dict[TagKey, TagValue], Field(max_length=50)] = Field(
        default_factory=dict, description="Tags for every stack.", examples=[{"Owner": "platform"}]
    )
    control_tower: ControlTowerSection | None = Field(
        default=None,
        description="Landing zone of AWS Control Tower, if one governs the organization. The baseline does not "
        "duplicate what it provides.",
        examples=[{"version": "4.0", "registered_units": ["Security", "Workloads"]}],
    )


class OrganizationalUnit(Section):
    """An organizational unit; in the list, a plain text is short for its `path`."""

    path: OuPath = Field(
        description="Path from the root, at most five levels; the levels above exist implicitly.",
        examples=["Workloads/Prod"],
    )
    id: OuId | None = Field(
        default=None,
        description="The unit's id, if it exists; otherwise it is created.",
        examples=["ou-ab12-1a2b3c4d"],
    )
    suspended: bool | None = Field(
        default=None,
        description="Whether its accounts are out of use, so that no stack targets them. Default: true for a unit "
        "named Suspended.",
        examples=[True],
    )

    @property
    def is_suspended(self) -> bool:
        """Whether no stack may target the OU and the OUs below."""
        if self.suspended is not None:
            return self.suspended
        return self.path.rsplit("/", 1)[-1].casefold() == "suspended"


def _spelled_out(value: Any) -> Any:  # noqa: ANN401 - whatever the profile holds
    return {"path": value} if isinstance(value, str) else value


OrganizationalUnitItem = Annotated[OrganizationalUnit, BeforeValidator(_spelled_out)]
