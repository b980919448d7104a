"""Settings of `conformance`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.detect.config.recording import ResourceType
from baseline.capabilities.place import Accounts, PlacesOrRoot
from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section

MOST_PACKS = 40

PackKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=20)]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
FrameworkId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,40}$")]
Title = Annotated[str, StringConstraints(pattern=r"^[^$\x00-\x1f\x7f]+$", max_length=250)]
"""Text without dollar signs, which CloudFormation could read as references."""
GuardFile = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,1024}\.(guard|ruleset)$")]
RuleIdentifier = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{2,127}$")]
ParameterValue = Annotated[str, StringConstraints(pattern=r"^[^$\x00-\x1f\x7f]+$", max_length=1024)]
TagKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 +\-=._:/@]{1,128}$")]


def document_key(rule: str) -> str:
    """The key of a Guard rule's text in the landscape's documents; layers may have files with the same name."""
    return f"conformance/{rule}"


class Remediation(Section):
    """The remediation of one rule's findings by an AWS runbook."""

    mode: Literal["manual", "automatic"] = Field(
        default="manual",
        description="`manual`: a person starts the runbook in AWS Config. `automatic`: AWS Config starts it.",
    )
    attempts: int = Field(default=5, ge=1, le=25, description="Maximum number of attempts per resource, if automatic.")
    retry_seconds: int = Field(
        default=60, ge=1, le=2678000, description="Seconds within which these attempts are made, if automatic."
    )
    exempt_tag: TagKey | None = Field(
        default=None,
        description="Key of a tag that exempts resources: the role may not change resources with this tag.",
        examples=["RemediationExempt"],
    )


class Pack(Section):
    """A conformance pack: rules, and the places whose accounts have them."""

    framework: FrameworkId | None = Field(
        default=None,
        description="One of the profile's frameworks (`compliance`): adds the rules that the baseline maps to its "
        "requirements.",
        examples=["pci-dss-4.0.1"],
    )
    rules: list[RuleName] = Field(
        default=[],
        description="Names of additional rules, from the profile or from the baseline.",
        examples=[["tagged-buckets"]],
    )
    without: list[RuleName] = Field(
        default=[], description="Names of the framework's rules to exclude.", examples=[["tables-scale"]]
    )
    to: PlacesOrRoot = Field(
        default=["root"],
        min_length=1,
        description="Organizational units, accounts and groups of accounts; `root` is every account, including the "
        "management account.",
        examples=[["Workloads"]],
    )
    exclude_accounts: Accounts = Field(
        default=[], description="Accounts and groups of accounts below these places that do not have the pack."
    )
    repeat: bool = Field(
        default=False,
        description="Whether the pack also has the rules that `config` or an earlier pack has in the same places: its "
        "score then covers the whole framework, and each of these rules is evaluated and billed twice.",
    )
    remediate: dict[RuleName, Remediation] = Field(
        default={},
        description="Rule → its remediation by AWS. A rule that is listed here is always part of the pack.",
        examples=[{"default-security-group": {"mode": "manual"}}],
    )


class OwnRule(Section):
    """A rule of the profile: a managed rule with parameters, or a Guard policy."""

    title: Title = Field(
        description="One sentence that is true for compliant resources.", examples=["Buckets have an owner."]
    )
    identifier: RuleIdentifier | None = Field(
        default=None, description="AWS's identifier of a managed rule.", examples=["REQUIRED_TAGS"]
    )
    parameters: dict[str, ParameterValue] = Field(
        default={}, description="Parameters of the managed rule, as text.", examples=[{"tag1Key": "Owner"}]
    )
    guard: GuardFile | None = Field(
        default=None,
        description="A Guard policy: a path, ending in `.guard`, below the directory of the profile that names it.",
        examples=["rules/owner.guard"],
    )
    resource_types: list[ResourceType] = Field(
        default=[],
        max_length=100,
        description="Resource types to evaluate; if empty, every type that the managed rule supports.",
        examples=[["AWS::S3::Bucket"]],
    )


class ConformanceSettings(Settings):
    """Settings of `conformance`."""

    packs: dict[PackKey, Pack] = tiered(
        "Conformance packs by a key of your choice. Billed per evaluation.",
        {},
        max_length=MOST_PACKS,
        examples=[{"pci": {"framework": "pci-dss-4.0.1", "to": ["Workloads"]}}],
    )
    rules: dict[RuleName, OwnRule] = tiered(
        "Your own rules by name, for the packs that list them.",
        {},
        examples=[{"tagged-buckets": {"title": "Buckets have an owner.", "identifier": "REQUIRED_TAGS"}}],
    )
