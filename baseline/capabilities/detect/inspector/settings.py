"""Settings of `inspector`. No tier enables scans, because Amazon Inspector is billed by scanned resource."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.expiry import CalendarDay
from baseline.capabilities.place import Accounts, AnyPlacesOrRoot
from baseline.capabilities.settings import Reason, Settings, tiered
from baseline.documents.section import Section

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]

Scan = Literal["ec2", "ecr", "lambda", "lambda_code", "code_repositories"]
"""Scans of an Inspector policy (AWS Organizations user guide, Amazon Inspector policy syntax and examples)."""

Day = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
TimeZone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", max_length=64)]
TagKey = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,128}$")]
TagValue = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,256}$")]
FilterValue = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,1024}$")]

FindingField = Literal[
    "AwsAccountId",
    "CodeVulnerabilityDetectorName",
    "CodeVulnerabilityFilePath",
    "ComponentId",
    "ComponentType",
    "Ec2InstanceImageId",
    "Ec2InstanceSubnetId",
    "Ec2InstanceVpcId",
    "EcrImageHash",
    "EcrImageRegistry",
    "EcrImageRepositoryName",
    "EcrImageTags",
    "ExploitAvailable",
    "FindingArn",
    "FindingType",
    "FixAvailable",
    "LambdaFunctionLayers",
    "LambdaFunctionName",
    "LambdaFunctionRuntime",
    "NetworkProtocol",
    "RelatedVulnerabilities",
    "ResourceId",
    "ResourceType",
    "Severity",
    "Title",
    "VendorSeverity",
    "VulnerabilityId",
    "VulnerabilitySource",
]
"""Fields that are compared as text (CloudFormation's schema of `AWS::InspectorV2::Filter`, FilterCriteria)."""

MOST_POLICIES = 50
"""Maximum number: each needs an output, and a template has at most 200 (CloudFormation user guide, quotas)."""


class ScanPolicy(Section):
    """The scans that are on and off in some places."""

    enable: list[Scan] = Field(
        default=[],
        description="Scans to turn on: instances (`ec2`), images in ECR (`ecr`), packages of functions (`lambda`), "
        "code of functions (`lambda_code`, requires `lambda`), and source code repositories (`code_repositories`).",
        examples=[["ec2", "ecr", "lambda"]],
    )
    disable: list[Scan] = Field(
        default=[],
        description="Scans to turn off, even if a policy attached at a higher level turns them on.",
        examples=[["lambda_code"]],
    )
    to: AnyPlacesOrRoot = Field(
        default=["root"],
        min_length=1,
        description="Organizational units, accounts and groups of accounts; `root` is the organization, including "
        "the management account. For each scan, the policy nearest to an account applies.",
        examples=[["Workloads"]],
    )


class CisScan(Section):
    """Benchmarks of the Center for Internet Security, checked inside instances on a schedule."""

    level: Literal[1, 2] = Field(
        default=1, description="Level of the benchmark; level 2 includes the checks of level 1."
    )
    schedule: Literal["daily", "weekly", "monthly"] = Field(
        default="weekly", description="How often: daily, on `days` of each week, or on one day of each month."
    )
    days: list[Day] = Field(
        default=["SUN"],
        min_length=1,
        max_length=7,
        description="Days of a weekly scan, or the day of a monthly scan (its first occurrence in the month); "
        "ignored for a daily scan.",
        examples=[["SUN"]],
    )
    at: TimeOfDay = Field(default="03:00", description="Time of day, in 24-hour format.", examples=["03:00"])
    time_zone: TimeZone = Field(
        default="UTC", description="Time zone, by its name in the IANA database.", examples=["Europe/Berlin"]
    )
    accounts: Accounts = Field(
        default=[],
        description="Accounts and groups of accounts whose instances are scanned; every account that the administrator "
        "sees if empty.",
        examples=[["web"]],
    )
    tags: dict[TagKey, list[TagValue]] = Field(
        min_length=1,
        max_length=5,
        description="Tags of the instances: key → 1 to 5 values. AWS requires at least one tag.",
        examples=[{"Environment": ["production"]}],
    )


class FindingCriterion(Section):
    """One condition on findings: a value in `equals`, a prefix in `prefix`, or no value in `not_equals`."""

    field: FindingField = Field(description="A field of a finding.", examples=["VulnerabilityId"])
    equals: list[FilterValue] = Field(default=[], description="Values.", examples=[["CVE-2024-0001"]])
    prefix: list[FilterValue] = Field(default=[], description="Prefixes of values.")
    not_equals: list[FilterValue] = Field(default=[], description="Values that the field must not have.")


class Suppression(Section):
    """Expected findings: suppressed, with a reason."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$")] = Field(
        description="A unique name: 3 to 64 letters, digits and `. _ -`.", examples=["base-image"]
    )
    reason: Reason = Field(description="Why these findings are expected; becomes the description of the filter.")
    criteria: list[FindingCriterion] = Field(min_length=1, description="Criteria; a finding must meet all of them.")
    expires: CalendarDay | None = Field(
        default=None,
        description="The last day, as YYYY-MM-DD. After that the entry is a finding, and "
        "the filter matches no finding observed later.",
        examples=["2027-06-30"],
    )


RescanDays = Literal[3, 7, 14, 30, 60, 90, 180]


class ImageRescans(Section):
    """The period in which images in ECR are rescanned when a new vulnerability becomes known."""

    after_push: RescanDays | Literal["lifetime"] = Field(
        description="Days after an image was pushed; `lifetime` for as long as it exists."
    )
    after_use: RescanDays | None = Field(
        default=None, description="Days after its last use; AWS's default if left out."
    )
    use: Literal["pulled", "running"] = Field(
        default="running",
        description="With `after_use`, what counts as use: the last pull, or the last time it ran in ECS or EKS.",
    )


class InspectorSettings(Settings):
    """Settings of `inspector`."""

    policies: dict[Key, ScanPolicy] = tiered(
        "Organization policies by a key of your choice: the scans in each place. Billed per scanned resource.",
        {},
        max_length=MOST_POLICIES,
        examples=[
            {"organization": {"enable": ["ec2", "ecr", "lambda"]}, "sandbox": {"disable": ["ecr"], "to": ["Sandbox"]}}
        ],
    )
    cis_scans: dict[Key, CisScan] = tiered(
        "Checks of instances against benchmarks of the Center for Internet Security, by a key of your choice. Billed "
        "per instance and scan.",
        {},
        max_length=MOST_POLICIES,
        examples=[{"production": {"level": 2, "tags": {"Environment": ["production"]}}}],
    )
    suppressions: list[Suppression] = tiered(
        "Rules for expected findings, each with a reason and an optional last day.",
        [],
        max_length=MOST_POLICIES,
    )
    image_rescans: ImageRescans | None = tiered(
        "How long images are rescanned in every account; unchanged if left out. Billed per scan.",
        None,
        examples=[{"after_push": 90, "after_use": 30}],
    )
    scan_mode: Literal["agent", "hybrid"] | None = tiered(
        "How instances are scanned in every account: `agent` by the agent of AWS Systems Manager, `hybrid` also by "
        "snapshots of volumes where the agent is missing; unchanged if left out.",
        None,
    )
