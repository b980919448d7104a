"""Settings of guardrails."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.organization.organization.settings import PolicyType
from baseline.capabilities.place import AnyPlacesOrRoot
from baseline.capabilities.settings import Reason, Settings, tiered
from baseline.documents.section import Section

QUOTA_PREFIX = "organizations."
RoleName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+=,.@_/*-]{1,512}$")]
RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
ActionPattern = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+:[A-Za-z0-9*?]+$")]
AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
OrganizationId = Annotated[str, StringConstraints(pattern=r"^o-[a-z0-9]{10,32}$")]
Network = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F:.]+/[0-9]{1,3}$")]
VpcId = Annotated[str, StringConstraints(pattern=r"^vpc-[0-9a-f]{8,17}$")]
InstanceType = Annotated[str, StringConstraints(pattern=r"^[a-z0-9*?.-]+$")]
ModelArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:bedrock:[a-z0-9*-]*:[0-9*]*:[A-Za-z0-9*?./:_-]+$")
]
InferenceProfile = Annotated[str, StringConstraints(pattern=r"^[a-z-]+\.[A-Za-z0-9.:*_-]+$")]
GuardrailArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{12}:guardrail/[a-z0-9]+:[0-9]+$")
]
ImageProvider = Annotated[str, StringConstraints(pattern=r"^(?:[0-9]{12}|amazon|aws_marketplace|aws_backup_vault)$")]
Issuer = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._-]+)*/?$", max_length=250)]
Subject = Annotated[str, StringConstraints(pattern=r"^(repo|project_path):[A-Za-z0-9_.@/*-]+(:[^\x00-\x1f${}]*)?$")]
TagKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,128}$")]
UserId = Annotated[
    str, StringConstraints(pattern=r"^(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$")
]
PolicyFile = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]{1,1024}\.json$")]


class GuardrailChange(Section):
    """The profile's changes to one guardrail."""

    enabled: bool | None = Field(default=None, description="On or off, regardless of the tier.")
    reason: Reason | None = Field(default=None, description="Why it is off although the tier enables it.")
    to: AnyPlacesOrRoot = Field(
        default=[],
        description="Organizational units, accounts and groups of accounts where it applies instead; `root` is the "
        "organization.",
        examples=[["Workloads"]],
    )
    exempt_roles: list[RoleName] = Field(
        default=[],
        description="Exempt roles, by name with path; `*` is a wildcard.",
        examples=[["NetworkAdmin"]],
    )


class OwnPolicy(Section):
    """The profile's own organization policy, in a file."""

    file: PolicyFile = Field(
        description="The policy, as JSON: a path below the directory of the profile that names it.",
        examples=["policies/no-public-load-balancers.json"],
    )
    type: PolicyType = Field(description="Its kind.", examples=["SERVICE_CONTROL_POLICY"])
    name: Annotated[str, StringConstraints(pattern=r"^[ -~]+$")] | None = Field(
        default=None, description="Name in AWS Organizations. Default: the prefix and the file's name."
    )
    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)] | None = Field(
        default=None,
        description="Names the stack, `<prefix>-guardrails-own-<key>`. Default: derived from the file's path. Set "
        "it if you move or rename a file that is already deployed.",
    )
    description: str = Field(default="", description="Description in AWS Organizations.")
    to: AnyPlacesOrRoot = Field(
        default=["root"],
        description="Organizational units, accounts and groups of accounts where it applies; `root` is the "
        "organization.",
        examples=[["Workloads"]],
    )


def _list(description: str) -> Any:  # noqa: ANN401 - stands where pydantic's Field stands
    """A list that no tier sets."""
    return tiered(description, [])


class GuardrailsSettings(Settings):
    """Settings of `guardrails`."""

    stage: Literal["audit", "sandbox", "all"] = tiered(
        "Where the policies are attached: nowhere, only to `sandbox_units`, or to all of their targets. Policies of "
        "suspended and quarantined units are not tried in other units.",
        "all",
        stronger="later",
        ladder=("audit", "sandbox", "all"),
        control="guardrail-leave-organization",
    )
    sandbox_units: list[str] = _list("Organizational units that receive the policies first, in the stage `sandbox`.")
    rules: dict[str, GuardrailChange] = tiered("Changes to single guardrails, by id.", {})
    policies: list[OwnPolicy] = tiered("Your own organization policies, in files; checked like the baseline's.", [])
    exempt_roles: list[RoleName] = _list(
        "Roles that guardrails with exemptions exempt, by name with path; `*` is a wildcard."
    )
    allowed_regions: list[RegionName] = _list("Regions besides the governed ones that `regions` allows.")
    global_actions: list[ActionPattern] = _list(
        "Actions besides those of global services that `regions` does not deny."
    )
    allowed_services: list[ActionPattern] = _list("Actions that `allowed-services` does not deny, such as `s3:*`.")
    instance_types: list[InstanceType] = _list("Instance types that `instance-types` allows; `*` is a wildcard.")
    bedrock_models: list[ModelArn] = _list("Models of Amazon Bedrock that `bedrock-models` allows, by ARN.")
    inference_profiles: list[InferenceProfile] = _list(
        "Cross-Region inference profiles of Amazon Bedrock that `regions` allows, such as `eu.*`; `*` is a wildcard."
    )
    bedrock_guardrail: GuardrailArn | None = tiered(
        "The guardrail of Amazon Bedrock that `bedrock-guardrail` enforces: its ARN, a colon and its version.", None
    )
    image_providers: list[ImageProvider] = _list(
        "Owners of the machine images that `allowed-images` allows: account ids, `amazon`, `aws_marketplace`, "
        "`aws_backup_vault`."
    )
    trusted_accounts: list[AccountId] = _list("External accounts that the data perimeter trusts.")
    trusted_organizations: list[OrganizationId] = _list("External organizations that the data perimeter trusts.")
    web_identity_providers: list[Issuer] = _list(
        "Issuers whose tokens `web-identities` allows besides those of `deployment_roles` and `oidc_providers`, "
        "without `https://`: every subject, except at GitHub and gitlab.com."
    )
    web_identity_subjects: list[Subject] = _list(
        "Subjects of GitHub and gitlab.com that `web-identities` allows besides owners of `deployment_roles`, such "
        "as `repo:northwind/*`; `*` is a wildcard."
    )
    networks: list[Network] = _list("Address ranges from which the network perimeter allows people.")
    vpcs: list[VpcId] = _list("VPCs from which the network perimeter allows calls.")
    protected_tags: list[TagKey] = _list("Tags that only the deployers can change.")
    blocked_users: list[UserId] = _list(
        "Users of IAM Identity Center that `blocked-users` denies everything in sessions of permission sets, by their "
        "id in the identity store."
    )
    quarantine_units: list[str] = _list("Organizational units of quarantined accounts, to which `quarantine` applies.")
    reserved_slots: int = tiered(
        "Service control policies at a root, unit or account that are not the baseline's, besides FullAWSAccess.",
        0,
        ge=0,
        le=9,
    )
    limits: dict[str, int] = tiered(
        "Quotas of AWS Organizations, if yours differ, such as `scp_characters`.",
        {},
        examples=[{"scps_per_target": 10}],
    )

    @property
    def quotas(self) -> dict[str, int]:
        """The values of `limits` by the full names of the quotas."""
        return {f"{QUOTA_PREFIX}{name}": value for name, value in self.limits.items()}
