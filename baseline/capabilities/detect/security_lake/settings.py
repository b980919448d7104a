"""Settings of `security_lake`. No tier turns it on, because Amazon Security Lake is billed per gigabyte."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.place import Accounts
from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section

Source = Literal["cloudtrail", "eks_audit", "lambda_data", "route53", "s3_data", "security_hub", "vpc_flow", "waf"]

SOURCE_NAMES: Mapping[Source, str] = {
    "cloudtrail": "CLOUD_TRAIL_MGMT",
    "eks_audit": "EKS_AUDIT",
    "lambda_data": "LAMBDA_EXECUTION",
    "route53": "ROUTE53",
    "s3_data": "S3_DATA",
    "security_hub": "SH_FINDINGS",
    "vpc_flow": "VPC_FLOW",
    "waf": "WAF",
}
"""Source → its name in AWS (API reference, AwsLogSourceConfiguration)."""

Version = Annotated[str, StringConstraints(pattern=r"^[0-9]\.[0-9]$")]
KeyId = Annotated[str, StringConstraints(pattern=r"^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")]
SubscriberName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,47}$")]
ExternalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+=,.@:/-]{2,1224}$")]
StorageClass = Literal["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]


class LogSource(Section):
    """Logs of one AWS service."""

    version: Version = Field(
        default="2.0", description="Version of the source, which decides the schema of its records.", examples=["2.0"]
    )
    accounts: Accounts = Field(
        default=[],
        description="Accounts and groups of accounts whose logs are collected; every account if empty.",
        examples=[["web"]],
    )


class Transition(Section):
    """A move to a cheaper storage class."""

    days: int = Field(ge=1, le=36500, description="Days after the record was written.", examples=[60])
    storage_class: StorageClass = Field(description="Storage class to move to.", examples=["GLACIER_IR"])


class Subscriber(Section):
    """An account that reads the lake in the home Region."""

    name: SubscriberName = Field(description="A unique name.", examples=["siem"])
    account: str = Field(
        description="Key of an account, or the 12-digit id of an account outside the organization.", examples=["siem"]
    )
    external_id: ExternalId = Field(
        description="External id that the account must provide when it assumes the subscriber's role.",
        examples=["siem-7f3a"],
    )
    access: Literal["query", "data"] = Field(
        default="query",
        description="`query`: reads tables through AWS Lake Formation. `data`: reads the objects in S3.",
    )
    sources: list[Source] = Field(
        default=[], description="Sources that it reads; every source of the lake if empty.", examples=[["cloudtrail"]]
    )
    notify: bool = Field(default=False, description="Whether a queue reports new objects. Requires `access: data`.")


class SecurityLakeSettings(Settings):
    """Settings of `security_lake`."""

    sources: dict[Source, LogSource] = tiered(
        "Logs to collect in each governed Region, by source. Billed per gigabyte. Without a source, no lake "
        "is created.",
        {},
        examples=[{"cloudtrail": {}, "vpc_flow": {"accounts": ["web"]}}],
    )
    new_accounts: bool = tiered(
        "Whether accounts that join the organization contribute the sources that every account contributes.",
        True,
        stronger="true",
        control="security-lake-new-accounts",
    )
    retention_days: int = tiered(
        "Days until a record is deleted from the lake.",
        365,
        stronger="higher",
        control="security-lake-retention",
        ge=1,
        le=36500,
    )
    transitions: list[Transition] = tiered("Moves to cheaper storage classes, earliest first.", [])
    roll_up: bool = tiered(
        "Whether the other Regions replicate their records to the home Region, which stores them twice.",
        True,
    )
    keys: dict[str, KeyId] = tiered(
        "Region → id of your own KMS key, in the account of the lake, that encrypts the lake there: for each Region "
        "with a lake, or for none. S3 manages the keys if there are none.",
        {},
        examples=[{"eu-west-1": "1234abcd-12ab-34cd-56ef-1234567890ab"}],
    )
    subscribers: list[Subscriber] = tiered("Accounts that read the lake.", [])
    revert: bool = tiered("Whether deleting the stacks stops the collection from new accounts.", False)
