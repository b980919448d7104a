"""Settings for every account and governed Region that AWS leaves open by default."""

from dataclasses import replace

from baseline.aws.availability import is_available
from baseline.aws.partitions import Presence, presence
from baseline.capabilities.capability import Capability, Regions, StackSpec, every_account, one_account
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import CustomSettingsContext, function_stack
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.kms.kms import EBS_KEY_STACK, ebs_key_stack
from baseline.capabilities.organization.account_settings.settings import (
    AccountSettings,
    account_defaults,
    defaults_anywhere,
    opt_in_settings,
)
from baseline.capabilities.organization.organization.settings import OrganizationSettings
from baseline.findings import Problem
from baseline.frozen import frozen

_NAME = "account-settings"

_S3_POLICY_TYPE = (
    "The policy type S3_POLICY is enabled: "
    "`aws organizations enable-policy-type --policy-type S3_POLICY --root-id <root id>`."
)


@frozen
class S3PolicyContext:
    """Context of `account_settings_s3_policy`."""

    prefix: str


@frozen
class DocumentSharingContext:
    """Context of `account_settings_documents`, which has no variables."""


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("account_settings", AccountSettings)
    regions = tuple(opt_in_settings(landscape, settings))
    wanted = tuple(account_defaults(landscape, settings))
    function = function_stack(
        landscape,
        name=_NAME,
        description="Function that makes account settings for which CloudFormation has no resource type.",
        target=every_account(),
        settings=(*regions, *defaults_anywhere(landscape, settings)),
        revert=settings.revert,
        depends_on=("kms-logs",) if landscape.standalone else ("kms-logs", "kms-logs-accounts"),
        foundation=bool(regions),
    )
    specs = [function]
    if regions:
        specs.append(
            _made(
                landscape,
                settings,
                name="account-regions",
                description="Opts every account in to the governed Regions that need it.",
                made=regions,
                depends_on=(function.name,),
                foundation=True,
            )
        )
    if settings.ebs_encryption and settings.ebs_key == "customer":
        specs.append(ebs_key_stack(landscape))
    key = tuple(spec.name for spec in specs if spec.name == EBS_KEY_STACK)
    specs.append(
        _made(
            landscape,
            settings,
            name=_NAME,
            description="Account settings: password policy, contacts, encryption, public sharing.",
            made=wanted,
            depends_on=(function.name, *key),
            varies=True,
        )
    )
    if settings.s3_public_access_block and not landscape.standalone:
        specs.append(_s3_policy(landscape))
    if settings.block_public_documents and _document_regions(landscape):
        specs.append(_documents(landscape))
    return tuple(specs)


def _made(  # noqa: PLR0913 - keyword-only, each named where it is given
    landscape: Landscape,
    settings: AccountSettings,
    *,
    name: str,
    description: str,
    made: tuple[CustomSetting, ...],
    depends_on: tuple[str, ...],
    foundation: bool = False,
    varies: bool = False,
) -> StackSpec:
    return StackSpec(
        name=name,
        template="organization/account_settings/account_settings",
        description=description,
        target=every_account(),
        context=CustomSettingsContext(prefix=landscape.prefix, function=_NAME, settings=made, revert=settings.revert),
        depends_on=depends_on,
        foundation=foundation,
        varies=varies,
    )


def _s3_policy(landscape: Landscape) -> StackSpec:
    managed = landscape.is_on("organization")
    return StackSpec(
        name="account-settings-s3-policy",
        template="organization/account_settings/s3_policy",
        description="Organization policy that blocks public access to every bucket of every account.",
        target=one_account("management"),
        context=S3PolicyContext(prefix=landscape.prefix),
        parameters=("OrganizationRootId",),
        prerequisites=() if managed else (_S3_POLICY_TYPE,),
        uncertain=presence("S3_POLICY", landscape.partition) is Presence.UNKNOWN,
    )


def _document_regions(landscape: Landscape) -> tuple[str, ...]:
    return tuple(region for region in landscape.regions if is_available("AWS::SSM::ServiceSetting", region))


def _documents(landscape: Landscape) -> StackSpec:
    return StackSpec(
        name="account-settings-documents",
        template="organization/account_settings/documents",
        description="Blocks public sharing of Systems Manager documents.",
        target=replace(every_account(Regions.GOVERNED), only=_document_regions(landscape)),
        context=DocumentSharingContext(),
        varies=True,
    )


def _problems(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("account_settings", AccountSettings)
    if settings.instance_metadata_v2_enforced and not settings.instance_metadata_v2:
        return (
            Problem(
                path=("instance_metadata_v2_enforced",),
                message="without `instance_metadata_v2`, launches without a version would be rejected",
                fix="switch instance_metadata_v2 on, or this off",
            ),
        )
    if settings.s3_public_access_block and not landscape.standalone and landscape.is_on("organization"):
        organization = landscape.settings("organization", OrganizationSettings)
        if "S3_POLICY" not in organization.policy_types:
            return (
                Problem(
                    path=("s3_public_access_block",),
                    message="the setting is an organization policy of a type that is not enabled",
                    fix="add S3_POLICY to capabilities.organization.policy_types, or switch this off with a reason",
                ),
            )
    return ()


def _management_settings(landscape: Landscape) -> tuple[CustomSetting, ...]:
    """Settings of the management account; the opt-in to Regions comes first, because other settings fail without it."""
    return tuple(opt_in_settings(landscape, landscape.settings("account_settings", AccountSettings)))


def _unsupported(landscape: Landscape) -> tuple[Problem, ...]:
    settings = landscape.settings("account_settings", AccountSettings)
    missing = [region for region in landscape.regions if region not in _document_regions(landscape)]
    found = []
    if settings.block_public_documents and missing:
        found.append(
            Problem(
                path=("block_public_documents",),
                message=f"AWS::SSM::ServiceSetting does not exist in {', '.join(missing)}: nothing is set there",
                fix="block public sharing of documents there manually, in the Systems Manager console",
            )
        )
    if settings.enable_regions and landscape.home_region in landscape.opt_in_regions:
        found.append(
            Problem(
                path=("enable_regions",),
                message=f"{landscape.home_region} is the home Region: the stack that opts accounts in is deployed "
                "there, but CloudFormation cannot deploy to an account that has not opted in",
                fix=f"before the first deployment: `aws account enable-region --region-name {landscape.home_region}`"
                + (
                    "" if landscape.standalone else "; use `--account-id` for every other account, and for each new one"
                ),
            )
        )
    return tuple(found)


CAPABILITY = Capability(
    name="account_settings",
    title="Account settings",
    summary="Passwords, contacts, default encryption and public sharing in every account and governed Region.",
    settings=AccountSettings,
    stacks=_stacks,
    requires=("kms",),
    problems=_problems,
    unsupported=_unsupported,
    management_settings=_management_settings,
)
