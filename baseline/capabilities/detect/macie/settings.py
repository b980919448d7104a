"""Settings of `macie`. No tier turns it on, because Amazon Macie is billed by buckets and by the data that it reads."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.place import Accounts
from baseline.capabilities.settings import Reason, Settings, tiered
from baseline.documents.section import Section

Mode = Literal["off", "monitor", "discover"]
Frequency = Literal["FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"]
FindingKind = Literal["policy", "sensitive_data"]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
KeyArn = Annotated[str, StringConstraints(pattern=r"^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$")]
BucketName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
Expression = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,512}$")]
Keyword = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{3,90}$")]
IgnoredWord = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{4,90}$")]

MOST_ITEMS = 100
"""Maximum number: each needs an output, and a template has at most 200 (CloudFormation user guide, quotas)."""


class WordList(Section):
    """A text file in a bucket, with one word per line."""

    bucket: BucketName = Field(description="Bucket that contains the file.")
    key: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,1024}$")] = Field(
        description="Object key of the file.", examples=["macie/names.txt"]
    )


class AllowList(Section):
    """Texts that look sensitive but are not: either a regular expression, or a file of words."""

    reason: Reason = Field(description="Why these texts are not sensitive; becomes the description of the list.")
    regex: Expression | None = Field(default=None, description="A regular expression.", examples=["TEST-[0-9]{6}"])
    words: WordList | None = Field(default=None, description="A file of words in a bucket.")


class CustomDataIdentifier(Section):
    """A pattern of sensitive data of this organization."""

    description: Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,512}$")] = Field(
        description="What the data identifier finds.", examples=["Numbers of our employees."]
    )
    regex: Expression = Field(description="A regular expression that the text matches.", examples=["E-[0-9]{7}"])
    keywords: list[Keyword] = Field(
        default=[],
        max_length=50,
        description="Keywords, one of which must be near the text.",
        examples=[["employee number"]],
    )
    ignore_words: list[IgnoredWord] = Field(default=[], max_length=10, description="Words that exclude a match.")
    maximum_match_distance: Annotated[int, Field(ge=1, le=300)] = Field(
        default=50,
        description="Maximum number of characters between the end of a keyword and the end of the matching text.",
    )


class MacieSettings(Settings):
    """Settings of `macie`."""

    mode: Mode = tiered(
        "`off`; `monitor`: Amazon Macie is on in every account and watches how buckets are protected and shared, "
        "billed per bucket; `discover`: it also reads samples of their objects every day and looks for sensitive data, "
        "billed per object and gigabyte.",
        "off",
        stronger="later",
        ladder=("off", "monitor", "discover"),
        control="macie-members",
    )
    finding_frequency: Frequency = tiered(
        "How often further occurrences of a policy finding are published; new findings are always published within "
        "minutes.",
        "FIFTEEN_MINUTES",
        stronger="later",
        ladder=("SIX_HOURS", "ONE_HOUR", "FIFTEEN_MINUTES"),
        control="macie-finding-frequency",
    )
    security_hub_findings: list[FindingKind] = tiered(
        "Findings that are sent to Security Hub; by default, Amazon Macie sends only policy findings.",
        ["policy", "sensitive_data"],
        stronger="superset",
        control="macie-publication",
    )
    export_results: bool = tiered(
        "Whether the results of discovery, which Amazon Macie deletes after 90 days, are stored in the log archive.",
        True,
        stronger="true",
        control="macie-results",
    )
    results_key_arn: KeyArn | None = Field(
        default=None,
        description="ARN of the log archive's key. `baseline deploy` looks it up; set it if the deployer may not "
        "describe the key.",
        examples=["arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    )
    existing_sessions: list[str] = tiered(
        "Regions in which Amazon Macie is already on in the administrator's account; in other Regions it is turned on.",
        [],
        examples=[["eu-west-1"]],
    )
    excluded_accounts: Accounts = tiered(
        "Accounts and groups of accounts to exclude from Amazon Macie; it is suspended where it is on.",
        [],
        stronger="subset",
        control="macie-members",
        examples=[["sandbox"]],
    )
    discovery_excluded_accounts: Accounts = tiered(
        "Accounts and groups of accounts whose buckets are monitored but not read.",
        [],
        stronger="subset",
        control="macie-discovery",
    )
    exclude_log_buckets: bool = tiered("Whether discovery excludes the buckets of the log archive.", True)
    excluded_buckets: dict[str, list[BucketName]] = tiered(
        "Region → names of buckets to exclude from discovery.", {}, examples=[{"eu-west-1": ["public-website"]}]
    )
    allow_lists: dict[Key, AllowList] = tiered(
        "Texts that discovery ignores, by a key of your choice. Amazon Macie has at most 10 per Region.",
        {},
        max_length=10,
        examples=[{"test-numbers": {"reason": "Numbers of tests.", "regex": "TEST-[0-9]{6}"}}],
    )
    custom_data_identifiers: dict[Key, CustomDataIdentifier] = tiered(
        "Additional sensitive data that discovery looks for, by a key of your choice.",
        {},
        max_length=MOST_ITEMS,
        examples=[{"employees": {"description": "Numbers of our employees.", "regex": "E-[0-9]{7}"}}],
    )
    revert: bool = tiered(
        "Whether deleting the stacks turns discovery off and reverts the other settings and the delegation.", False
    )
