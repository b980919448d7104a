"""The settings of `account_settings`, and the custom settings that implement them."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, Literal

from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.overrides import Override, in_these_places, overridden
from baseline.capabilities.settings import Settings, every_tier, tiered
from baseline.frozen import frozen


class AccountSettingsOverride(Override):
    """Settings for the accounts of some places."""

    password_minimum_length: int | None = in_these_places("password_minimum_length", ge=6, le=128)
    password_reuse_prevention: int | None = in_these_places("password_reuse_prevention", ge=1, le=24)
    password_max_age_days: int | None = in_these_places("password_max_age_days", ge=0, le=1095)
    account_alias: bool | None = in_these_places("account_alias")
    ebs_encryption: bool | None = in_these_places("ebs_encryption")
    block_public_snapshots: bool | None = in_these_places("block_public_snapshots")
    block_public_images: bool | None = in_these_places("block_public_images")
    block_public_documents: bool | None = in_these_places("block_public_documents")
    block_serial_console: bool | None = in_these_places("block_serial_console")
    block_public_clusters: bool | None = in_these_places("block_public_clusters")
    instance_metadata_v2: bool | None = in_these_places("instance_metadata_v2")
    instance_metadata_v2_enforced: bool | None = in_these_places("instance_metadata_v2_enforced")
    close_default_security_groups: bool | None = in_these_places("close_default_security_groups")
    remove_default_vpcs: bool | None = in_these_places("remove_default_vpcs")
    config_retention_days: int | None = in_these_places("config_retention_days", ge=30, le=2557)


class AccountSettings(Settings):
    """Settings of `account_settings`."""

    password_minimum_length: int = tiered(
        "Minimum length of an IAM user's password.",
        14,
        regulated=16,
        stronger="higher",
        control="password-policy",
        ge=6,
        le=128,
    )
    password_reuse_prevention: int = tiered(
        "Number of previous passwords that an IAM user cannot reuse.",
        24,
        stronger="higher",
        control="password-policy",
        ge=1,
        le=24,
    )
    password_max_age_days: int = tiered(
        "Days until an IAM user's password expires; 0 for never, in which case the Config rule requires no maximum "
        "age either. Security Hub's IAM.10, for PCI DSS 3.2.1, requires 90; FSBP's IAM.7 and CIS require none.",
        90,
        ge=0,
        le=1095,
    )
    account_alias: bool = tiered(
        "Whether each account gets the alias `<prefix>-<account id>`, which replaces an existing alias.", False
    )
    s3_public_access_block: bool = tiered(
        "Whether public buckets are blocked in every account: by an organization policy, or in the standalone account.",
        True,
        stronger="true",
        control="account-s3-public-access",
    )
    ebs_encryption: bool = tiered(
        "Whether new EBS volumes and snapshots are encrypted.", True, stronger="true", control="ebs-default-encryption"
    )
    ebs_key: Literal["account", "customer"] = tiered(
        "The key for this encryption: the account's default key (`account`), or a customer managed one for each "
        "account and Region (`customer`; a monthly charge per key).",
        "account",
        regulated="customer",
        stronger="later",
        ladder=("account", "customer"),
        control="ebs-default-encryption",
    )
    block_public_snapshots: bool = tiered(
        "Whether public sharing of EBS snapshots is blocked.", True, stronger="true", control="snapshot-public-access"
    )
    block_public_images: bool = tiered(
        "Whether new public sharing of machine images is blocked.", True, stronger="true", control="image-public-access"
    )
    block_public_documents: bool = tiered(
        "Whether public sharing of Systems Manager documents is blocked.",
        True,
        stronger="true",
        control="document-public-sharing",
    )
    block_serial_console: bool = tiered(
        "Whether serial console access to instances is blocked.", True, stronger="true", control="serial-console-access"
    )
    block_public_clusters: bool = tiered(
        "Whether EMR refuses new clusters whose security groups are open to the Internet, on any port.",
        True,
        stronger="true",
        control="cluster-public-access",
        until={"2027.03": every_tier(value=False)},
    )
    instance_metadata_v2: bool = tiered(
        "Whether new instances use only version 2 of the metadata service, unless a launch says otherwise.",
        True,
        stronger="true",
        control="instance-metadata-default",
    )
    instance_metadata_v2_enforced: bool = tiered(
        "Whether EC2 also rejects launches that request version 1 of the metadata service; requires "
        "`instance_metadata_v2`.",
        False,
        stronger="true",
        control="instance-metadata-default",
    )
    close_default_security_groups: bool = tiered(
        "Whether unused default security groups lose their rules. Groups in use are kept and reported.",
        True,
        stronger="true",
        control="default-security-groups",
    )
    remove_default_vpcs: bool = tiered(
        "Whether the default VPCs are deleted. A VPC that is in use is kept unchanged.", False
    )
    config_retention_days: int = tiered(
        "Days that AWS Config keeps configuration items (30 to 2,557).",
        2557,
        stronger="higher",
        control="config-retention",
        ge=30,
        le=2557,
    )
    enable_regions: bool = tiered("Whether accounts opt in to the governed Regions that need it.", True)
    revert: bool = tiered("Whether deleting the stack reverts the settings. Otherwise they remain.", False)
    overrides: list[AccountSettingsOverride] = tiered(
        "Different settings for the accounts of some places. A setting that is off there is not applied there; if "
        "it was applied before, it remains.",
        [],
        examples=[[{"name": "sandbox", "to": ["Sandbox"], "remove_default_vpcs": True}]],
    )


def opt_in_settings(landscape: Landscape, settings: AccountSettings) -> Iterator[CustomSetting]:
    """Opt-in to the governed Regions that require it, which precedes everything else there."""
    if settings.enable_regions and landscape.opt_in_regions:
        yield CustomSetting(
            logical_id="EnabledRegions",
            setting="enabled-regions",
            purpose="Enables the governed Regions that are off by default.",
            arguments={"RegionNames": sorted(landscape.opt_in_regions)},
        )


def defaults_anywhere(landscape: Landscape, settings: AccountSettings) -> Iterator[CustomSetting]:
    """Every setting that the function applies in any place: all accounts have the same function."""
    yield from account_defaults(landscape, settings)
    for override in settings.overrides:
        there = overridden(landscape, "account_settings", override)
        yield from account_defaults(there, there.settings("account_settings", AccountSettings))


def account_defaults(landscape: Landscape, settings: AccountSettings) -> Iterator[CustomSetting]:
    """All other settings of the function, in the order of the documentation."""
    yield _password_policy(settings)
    for kind, contact in landscape.contacts.items():
        yield CustomSetting(
            logical_id=f"{kind.capitalize()}Contact",
            setting="alternate-contact",
            purpose=f"Sets the {kind} contact.",
            arguments={
                "AlternateContactType": kind.upper(),
                "Name": contact.name,
                "Title": contact.title or f"{kind.capitalize()} contact",
                "EmailAddress": contact.email,
                "PhoneNumber": contact.phone,
            },
            control=f"{kind}-contact",
        )
    if settings.account_alias:
        yield CustomSetting(
            logical_id="AccountAlias",
            setting="account-alias",
            purpose="Sets the account alias for the sign-in page.",
            arguments={"AccountAlias": Reference(f"{landscape.prefix}-{THIS_ACCOUNT}")},
        )
    if settings.s3_public_access_block and landscape.standalone:
        yield CustomSetting(
            logical_id="S3PublicAccess",
            setting="s3-public-access",
            purpose="Blocks public access to every S3 bucket of the account.",
            arguments={
                "AccountId": THIS_ACCOUNT,
                "PublicAccessBlockConfiguration": dict.fromkeys(
                    ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
                ),
            },
            control="account-s3-public-access",
        )
    yield from _regional_settings(landscape, settings)


def _password_policy(settings: AccountSettings) -> CustomSetting:
    required = ("RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols", "RequireUppercaseCharacters")
    expires = {"MaxPasswordAge": settings.password_max_age_days} if settings.password_max_age_days else {}
    return CustomSetting(
        logical_id="PasswordPolicy",
        setting="password-policy",
        purpose="Sets the password policy for IAM users; replaces an existing one.",
        arguments={
            "MinimumPasswordLength": settings.password_minimum_length,
            "PasswordReusePrevention": settings.password_reuse_prevention,
            **dict.fromkeys(required, True),
            **expires,
            "AllowUsersToChangePassword": True,
        },
        control="password-policy",
    )


@frozen
class _Regional:
    """A Regional setting, enabled by `switch`."""

    switch: str
    logical_id: str
    setting: str
    purpose: str
    control: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


_REGIONAL = (
    # The values are those of the API references, of Amazon EC2 where none is named.
    _Regional(
        switch="ebs_encryption",
        logical_id="EbsEncryption",
        setting="ebs-encryption",
        purpose="Encrypts every new EBS volume and snapshot.",
        control="ebs-default-encryption",
    ),
    _Regional(
        switch="block_public_snapshots",
        logical_id="SnapshotPublicAccess",
        setting="snapshot-public-access",
        purpose="Blocks public sharing of EBS snapshots, including those already shared.",
        control="snapshot-public-access",
        arguments={"State": "block-all-sharing"},
    ),
    _Regional(
        switch="block_public_images",
        logical_id="ImagePublicAccess",
        setting="image-public-access",
        purpose="Blocks new public sharing of machine images.",
        control="image-public-access",
        arguments={"ImageBlockPublicAccessState": "block-new-sharing"},
    ),
    _Regional(
        switch="block_serial_console",
        logical_id="SerialConsole",
        setting="serial-console",
        purpose="Disables serial console access to EC2 instances.",
        control="serial-console-access",
    ),
    _Regional(
        switch="block_public_clusters",
        logical_id="ClusterPublicAccess",
        setting="cluster-public-access",
        purpose="Makes EMR refuse new clusters whose security groups are open to the Internet.",
        control="cluster-public-access",
        # Without ranges no port is an exception; AWS's own default leaves port 22 open.
        # https://docs.aws.amazon.com/emr/latest/APIReference/API_BlockPublicAccessConfiguration.html
        arguments={"BlockPublicAccessConfiguration": {"BlockPublicSecurityGroupRules": True}},
    ),
    _Regional(
        switch="instance_metadata_v2",
        logical_id="InstanceMetadata",
        setting="instance-metadata",
        purpose="Makes IMDSv2 the default for new instances; a hop limit of two reaches containers.",
        control="instance-metadata-default",
        arguments={"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
    ),
    _Regional(
        switch="close_default_security_groups",
        logical_id="DefaultSecurityGroups",
        setting="default-security-groups",
        purpose="Removes every rule from default security groups that nothing uses.",
        control="default-security-groups",
    ),
    _Regional(
        switch="remove_default_vpcs",
        logical_id="DefaultVpc",
        setting="default-vpc",
        purpose="Deletes the default VPC unless something is in it.",
        control="default-vpcs-removed",
    ),
    _Regional(
        switch="config_retention_days",
        logical_id="ConfigRetention",
        setting="config-retention",
        purpose="Sets how long AWS Config keeps configuration items.",
        control="config-retention",
    ),
)


def _regional_settings(landscape: Landscape, settings: AccountSettings) -> Iterator[CustomSetting]:
    from_the_profile: Mapping[str, Mapping[str, Any]] = {
        "ebs-encryption": {"KmsKeyId": f"alias/{landscape.prefix}-ebs"} if settings.ebs_key == "customer" else {},
        "config-retention": {"RetentionPeriodInDays": settings.config_retention_days},
        "instance-metadata": {"HttpTokensEnforced": "enabled"} if settings.instance_metadata_v2_enforced else {},
    }
    for item in _REGIONAL:
        if getattr(settings, item.switch):
            yield CustomSetting(
                logical_id=item.logical_id,
                setting=item.setting,
                purpose=item.purpose,
                arguments={**item.arguments, **from_the_profile.get(item.setting, {})},
                regions=landscape.regions,
                control=item.control,
            )
