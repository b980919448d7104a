"""The profile as a value."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SerializeAsAny

from baseline.capabilities.registry import ROLES
from baseline.capabilities.settings import Settings, Tier
from baseline.controls.aws_reports import AwsReportId
from baseline.documents.section import Section
from baseline.profile.acceptance import Attestation, AwsReportReading, RequirementException, RequirementId
from baseline.profile.adopt import Adopt
from baseline.profile.cost import Cost
from baseline.profile.cover import Cover
from baseline.profile.fields import (
    AccountEmail,
    AccountId,
    AccountKey,
    FrameworkId,
    OuPath,
    RegionName,
    TagKey,
    TagValue,
    reject,
)
from baseline.profile.organization import Organization, OrganizationalUnitItem
from baseline.releases import NEWEST, RELEASES, is_known
from baseline.text.choice import one_of

ORGANIZATION_ACCOUNTS = ("management", "log_archive", "security")
"""Profile keys of the accounts that every organization has."""


class Account(Section):
    """An AWS account. An account with an `id` exists; an account without one is created."""

    id: AccountId | None = Field(
        default=None,
        description="The account's id, 12 digits in quotes, if the account exists; otherwise it is created.",
        examples=["111111111111"],
    )
    email: AccountEmail | None = Field(
        default=None,
        description="The root user's e-mail address, unique in all of AWS, 6 to 64 characters. Optional only for a "
        "standalone account.",
        examples=["aws-logs@northwind.example"],
    )
    ou: OuPath | None = Field(
        default=None,
        description="The account's organizational unit. Default: the root.",
        examples=["Workloads/Prod"],
    )
    name: Annotated[str, Field(min_length=1, max_length=50)] | None = Field(
        default=None,
        description="The account's name in the console. Default: its key.",
        examples=["Northwind web production"],
    )
    tags: Annotated[dict[TagKey, TagValue], Field(max_length=50)] = Field(
        default_factory=dict,
        description="Tags of an account that the profile creates, beside those of the organization.",
        examples=[{"CostCenter": "4711"}],
    )
    data_classes: list[Annotated[str, Field(min_length=1, max_length=64, pattern=r"\S")]] = Field(
        default=[],
        description="Data classes of the account, for the scope of the evidence. They do not affect deployed "
        "resources.",
        examples=[["CDE"], ["ePHI"]],
    )


class Deployment(Section):
    """Preferences of StackSet operations."""

    region_order: Annotated[tuple[RegionName, ...], Field(strict=False)] = Field(
        default=(),
        description="Order of the Regions in an operation. Default: the governed Regions as listed.",
        examples=[["eu-central-1", "eu-west-1"]],
    )
    region_concurrency: Literal["parallel", "sequential"] = Field(
        default="parallel",
        description="Whether an operation processes all Regions in parallel, or one after another.",
        examples=["sequential"],
    )
    max_concurrent_percentage: Annotated[int, Field(ge=1, le=100)] = Field(
        default=100,
        description="Maximum number of a Region's accounts that an operation processes at once.",
        examples=[25],
    )
    failure_tolerance_percentage: Annotated[int, Field(ge=0, le=100)] = Field(
        default=0,
        description="How many of a Region's accounts may fail before the operation stops there.",
        examples=[10],
    )


def _version(value: Any) -> Any:  # noqa: ANN401 - whatever the profile holds
    if type(value) is not int or value != 1:
        reject("profile-value", f"unknown version {value!r}: this program reads version 1", "write `version: 1`")
    return value


def _known_release(value: str) -> str:
    if not is_known(value):
        known = [f'"{release}"' for release in RELEASES]
        reject("profile-defaults", f'unknown release of defaults "{value}"', f"write {one_of(known)}")
    return value


class Profile(Section):
    """A complete profile: all layers merged, and all settings completed by the tier."""

    version: Annotated[Literal[1], BeforeValidator(_version)] = Field(
        description="Version of the profile's format.", examples=[1]
    )
    organization: Organization = Field(
        description="Facts about the organization.",
        examples=[{"name": "Northwind", "prefix": "nw", "home_region": "eu-west-1", "regions": ["eu-west-1"]}],
    )
    accounts: dict[AccountKey, Account] = Field(
        description="Accounts by a key of your choice. An organization has `management`, `log_archive` and `security`; "
        "a standalone profile has `management` only.",
        examples=[{"management": {"id": "111111111111", "email": "aws@northwind.example"}}],
    )
    account_groups: dict[AccountKey, Annotated[tuple[AccountKey, ...], Field(strict=False, min_length=1)]] = Field(
        default_factory=dict,
        description="Groups of accounts by a name of your choice: wherever a setting takes places, a group stands for "
        "its accounts.",
        examples=[{"card-data": ["web-prod", "payments"]}],
    )
    roles: dict[str, AccountKey] = Field(
        default_factory=dict,
        description="Role → key of the account that has it, if it is not the security account: the delegated "
        f"administrator of a capability's services, by the capability's name ({', '.join(ROLES)}).",
        examples=[{"identity_center": "identity"}],
    )
    organizational_units: Annotated[tuple[OrganizationalUnitItem, ...], Field(strict=False)] = Field(
        default=(),
        description="The organizational units, as paths from the root. A unit is written as its path, or as a mapping.",
        examples=[["Security", "Workloads/Prod", "Suspended"]],
    )
    compliance: Annotated[tuple[FrameworkId, ...], Field(strict=False)] = Field(
        default=(),
        description="The frameworks that the evidence is reported against.",
        examples=[["cis-7.0", "fsbp"]],
    )
    exceptions: dict[RequirementId, RequirementException] = Field(
        default_factory=dict,
        description="Exceptions: requirements that will not be met, by framework and id, each with a reason, owner, "
        "approver and end.",
        examples=[
            {
                "cis-7.0/2.1.3": {
                    "reason": "Root users have no credentials; they are managed centrally.",
                    "owner": "Platform team",
                    "approver": "CISO",
                    "expires": "2027-06-30",
                }
            }
        ],
    )
    attestations: dict[RequirementId, Attestation] = Field(
        default_factory=dict,
        description="Attestations: requirements that people meet, by framework and id, each with a statement, "
        "owner, approver and end.",
        examples=[
            {
                "cis-7.0/2.1.1": {
                    "statement": "Contact details are reviewed every January; minutes in the security wiki.",
                    "owner": "Cloud office",
                    "approver": "CISO",
                    "expires": "2027-01-31",
                }
            }
        ],
    )
    aws_reports: dict[AwsReportId, AwsReportReading] = Field(
        default_factory=dict,
        description="AWS audit reports that were read and AWS agreements that were accepted, by id, for `baseline "
        "evidence aws-reports`.",
        examples=[{"soc-2": {"owner": "Compliance office", "read_on": "2026-11-30", "period_end": "2026-09-30"}}],
    )
    exception_days: Annotated[int, Field(ge=1, le=3660)] = Field(
        default=366,
        description="How many days an exception may last from its approval; a longer one is a finding.",
        examples=[183],
    )
    tier: Tier = Field(
        default="standard",
        description="The defaults of every capability: starter, standard or regulated.",
        examples=["standard"],
    )
    defaults: Annotated[str, AfterValidator(_known_release)] = Field(
        default=NEWEST,
        description="The release of defaults: the dated set of tier values and of capabilities that are on. "
        "Anything that a later release added stays off. Default: the newest release that the program knows.",
        examples=[NEWEST],
    )
    adopt: Adopt = Field(
        default_factory=Adopt,
        description="Resources that exist and that the baseline's stacks import instead of creating them.",
        examples=[
            {"permission_sets": {"Billing": "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef"}}
        ],
    )
    deployment: Deployment = Field(
        default_factory=Deployment,
        description="Preferences for StackSet operations.",
        examples=[{"region_concurrency": "sequential", "failure_tolerance_percentage": 10}],
    )
    cost: Cost = Field(
        default_factory=Cost,
        description="What `baseline cost` assumes about the use of AWS. Nothing in it changes what is deployed.",
        examples=[{"size": "small", "sizes": {"web-prod": "large"}}],
    )
    document: Cover = Field(
        default_factory=Cover,
        description="Contents of the cover of `baseline report`. Nothing in it changes what is deployed.",
        examples=[{"client": {"name": "Northwind Trading Ltd"}, "version": "1.0", "status": "draft"}],
    )
    capabilities: dict[str, SerializeAsAny[Settings]] = Field(
        default_factory=dict,
        description="Settings by capability, only those that differ from the tier's.",
        examples=[{"cloudtrail": {"log_retention_days": 731}}],
    )
