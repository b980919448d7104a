"""Settings of GuardDuty."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from baseline.capabilities.expiry import CalendarDay
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.overrides import Override, in_these_places
from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.settings import Reason, Settings, tiered
from baseline.documents.section import Section
from baseline.findings import Problem

Feature = Literal[
    "s3_data_events",
    "eks_audit_logs",
    "ebs_malware_protection",
    "rds_login_events",
    "lambda_network_logs",
    "runtime_monitoring",
    "ai_protection",
]
"""Keys of a GuardDuty policy besides `foundational`, which is always on (AWS Organizations user guide)."""

RuntimeAgent = Literal["eks", "ecs_fargate", "ec2"]
Frequency = Literal["SIX_HOURS", "ONE_HOUR", "FIFTEEN_MINUTES"]
DetectorId = Annotated[str, StringConstraints(pattern=r"^[a-f0-9]{32}$")]
BucketName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
KeyArn = Annotated[str, StringConstraints(pattern=r"^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$")]
Entry = Annotated[
    str, StringConstraints(pattern=r"^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(/[0-9]{1,2})?$", max_length=253)
]
"""An address, a range of addresses, or a domain; `*.` before a domain means its subdomains."""
ListName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,99}$")]

_PLAN_CONTROLS: Mapping[str, str] = {
    "s3_data_events": "guardduty-s3",
    "eks_audit_logs": "guardduty-eks",
    "ebs_malware_protection": "guardduty-ebs-malware",
    "rds_login_events": "guardduty-rds",
    "lambda_network_logs": "guardduty-lambda",
    "runtime_monitoring": "guardduty-runtime",
    "ai_protection": "guardduty-ai",
}
"""Plan → the control that it implements."""

_ALWAYS: list[str] = [
    *("s3_data_events", "eks_audit_logs", "ebs_malware_protection"),
    *("rds_login_events", "lambda_network_logs"),
]


class EntityList(Section):
    """Addresses or domains that GuardDuty trusts, or treats as threats."""

    name: ListName = Field(description="Unique.", examples=["office"])
    kind: Literal["trusted_entities", "threat_entities", "trusted_ips", "threat_ips"] = Field(
        description="Entity lists accept addresses and domains; the older IP lists accept only addresses."
    )
    format: Literal["TXT", "STIX", "OTX_CSV", "ALIEN_VAULT", "PROOF_POINT", "FIRE_EYE"] = Field(
        default="TXT", description="Format of the file."
    )
    entries: list[Entry] = Field(
        default=[],
        max_length=1000,
        description="IPv4 addresses, ranges and domains. The baseline stores them as a file in the log archive. "
        "Instead of `location`.",
        examples=[["198.51.100.7", "203.0.113.0/24", "*.evil.example"]],
    )
    location: Annotated[str, StringConstraints(pattern=r"^(https://|s3://)[!-~]{3,290}$")] | None = Field(
        default=None,
        description="Location in S3 of a file of yours. Instead of `entries`.",
        examples=["s3://nw-lists/office.txt"],
    )
    bucket_owner: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")] | None = Field(
        default=None,
        description="Id of the account that owns the bucket of `location`. The file is not read from any other "
        "account.",
    )


class FindingCriterion(Section):
    """One condition on findings; exactly one comparison."""

    field: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$")] = Field(
        description="A field of findings.", examples=["resource.instanceDetails.tags.value"]
    )
    equals: list[str] = Field(default=[], description="The value is one of these.")
    not_equals: list[str] = Field(default=[], description="The value is none of these.")
    at_least: int | None = Field(default=None, description="The value is at least this.")
    at_most: int | None = Field(default=None, description="The value is at most this.")


class Suppression(Section):
    """Expected findings: archived on arrival, with a reason."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{2,63}$")] = Field(
        description="Unique.", examples=["port-scanner"]
    )
    reason: Reason = Field(description="Why these findings are expected.")
    criteria: list[FindingCriterion] = Field(min_length=1, description="Criteria; a finding must meet all of them.")
    expires: CalendarDay | None = Field(
        default=None,
        description="The last day, as YYYY-MM-DD. After that the entry is a finding, and "
        "the filter archives no finding that is updated later.",
        examples=["2027-06-30"],
    )


class MalwarePlan(Section):
    """A bucket whose new objects are scanned."""

    account: str = Field(description="Key of the account that owns the bucket.", examples=["web-prod"])
    region: str = Field(description="The bucket's Region, a governed one.", examples=["eu-west-1"])
    bucket: BucketName = Field(description="Its name.", examples=["nw-uploads"])
    prefixes: list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/._-]{1,200}$")]] = Field(
        default=[], max_length=5, description="Prefixes of the objects to scan; all objects if empty."
    )
    tag_objects: bool = Field(default=True, description="Whether objects are tagged with the scan result.")
    key_arn: KeyArn | None = Field(default=None, description="The customer managed key that the bucket uses.")


class GuardDutyOverride(Override):
    """Protection plans that differ in some places."""

    features: list[Feature] | None = in_these_places("features")
    runtime_agents: list[RuntimeAgent] | None = in_these_places("runtime_agents")

    def weaker(self, settings: BaseModel) -> tuple[Problem, ...]:
        """Plans that are disabled here and enabled elsewhere, each with its control."""
        on = settings.features if isinstance(settings, GuardDutySettings) else []
        off = [name for name in on if self.features is not None and name not in self.features]
        return tuple(
            Problem(
                path=("features",),
                control=_PLAN_CONTROLS[name],
                message=f"weaker than elsewhere: {name} is disabled in these places",
            )
            for name in off
        )


class GuardDutySettings(Settings):
    """Settings of `guardduty`."""

    features: list[Feature] = tiered(
        "Protection plans besides foundational detection, which is always on. Each is billed by volume.",
        starter=[],
        standard=_ALWAYS,
        regulated=[*_ALWAYS, "runtime_monitoring", "ai_protection"],
        stronger="superset",
        control="guardduty-features",
    )
    runtime_agents: list[RuntimeAgent] = tiered(
        "Where GuardDuty installs the agent for `runtime_monitoring` automatically.", ["eks", "ecs_fargate", "ec2"]
    )
    finding_frequency: Frequency = tiered(
        "How often new occurrences of a known finding are published; new findings are always published within minutes.",
        "FIFTEEN_MINUTES",
        stronger="later",
        ladder=("SIX_HOURS", "ONE_HOUR", "FIFTEEN_MINUTES"),
        control="guardduty-finding-frequency",
    )
    export_findings: bool = tiered(
        "Whether findings, which GuardDuty deletes after 90 days, are exported to the log archive.",
        True,
        starter=False,
        stronger="true",
        control="guardduty-export",
    )
    export_key_arn: KeyArn | None = Field(
        default=None,
        description="ARN of the log archive's key. `baseline deploy` looks it up; set it if the deployer may not "
        "describe the key.",
        examples=["arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    )
    existing_detectors: dict[str, DetectorId] = tiered(
        "Region → id of the security account's existing detector; in other Regions one is created.",
        {},
        examples=[{"eu-west-1": "12abc34d567e8fa901bc2d34e56789f0"}],
    )
    suppressions: list[Suppression] = tiered("Rules for expected findings, each with a reason.", [])
    lists: list[EntityList] = tiered("Lists of trusted addresses and domains, and of threat addresses and domains.", [])
    malware_protection: list[MalwarePlan] = tiered(
        "Buckets whose new objects are scanned for malware. Billed per object and gigabyte.", []
    )
    backup_scanner_in: PlacesOrRoot = tiered(
        "Organizational units, accounts and groups of accounts with the role that GuardDuty uses to scan recovery "
        "points of AWS Backup for malware; `root` is every account. A backup plan or backup policy requests the scans, "
        "which are billed per gigabyte.",
        [],
        examples=[["root"]],
    )
    overrides: list[GuardDutyOverride] = tiered(
        "Different plans for selected OUs and accounts. A plan that is enabled elsewhere but not listed here "
        "is disabled there.",
        [],
        examples=[[{"name": "sandbox", "to": ["Sandbox"], "features": ["s3_data_events"]}]],
    )
    revert: bool = tiered("Whether deleting the administrator's stack revokes the delegation.", False)


def backup_scanner_places(landscape: Landscape) -> tuple[str, ...]:
    """The OUs and accounts with the role that scans backups; `root` is every account."""
    on = landscape.is_on("guardduty")
    return tuple(landscape.settings("guardduty", GuardDutySettings).backup_scanner_in) if on else ()
