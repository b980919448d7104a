"""Lists of trusted and malicious addresses and domains: the profile's own are files in the log archive."""

from collections.abc import Iterator
from hashlib import sha256

from baseline.capabilities.capability import StackSpec, one_account
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import member_setting_stacks
from baseline.capabilities.detect.guardduty.settings import EntityList, GuardDutySettings
from baseline.capabilities.function_permissions import LISTS_FUNCTION
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.member_functions import stores_lists
from baseline.capabilities.organization.guardrails.settings import GuardrailsSettings
from baseline.capabilities.parameters import logical_names, organization_only
from baseline.frozen import frozen

_TYPES = {
    "trusted_entities": "TrustedEntitySet",
    "threat_entities": "ThreatEntitySet",
    "trusted_ips": "IPSet",
    "threat_ips": "ThreatIntelSet",
}

_CREATORS = ("AWSControlTowerExecution", "stacksets-exec-*")
"""Roles that create the lists: GuardDuty reads an entity list with their permissions (GuardDuty user guide,
guardduty-lists-prerequisites; sources of the names: `deployers` of the guardrails)."""
_SERVICE_ROLE = "aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
"""The role with which GuardDuty reads lists of addresses (the same page)."""


@frozen
class ListResource:
    """A list with its CloudFormation type.

    Attributes:
        logical_id: Logical id of its resource.
        type: The last part of its type.
        entry: The list in the profile.
        stored: Whether the baseline stores its file.
        location: URI of the file.
        archive: Id of the log archive, which owns the bucket of stored files.
        owner: Id of the account that owns the bucket of another file; empty if the profile does not name it.
    """

    logical_id: str
    type: str
    entry: EntityList
    stored: bool
    location: str
    archive: Reference
    owner: str


@frozen
class ListBucketContext:
    """Context of `lists`: the bucket, the role that writes there, and the roles that read."""

    prefix: str
    standalone: bool
    bucket: Reference
    writer: str
    security_account: Reference
    readers: tuple[Reference, ...]


def list_resources(landscape: Landscape, settings: GuardDutySettings) -> tuple[ListResource, ...]:
    """The lists of every governed Region."""
    names = logical_names(item.name for item in settings.lists)
    account = landscape.account_reference("log_archive")
    bucket = _bucket(landscape, account)
    return tuple(
        ListResource(
            logical_id=f"List{names[item.name]}",
            type=_TYPES[item.kind],
            entry=item,
            stored=bool(item.entries),
            location=Reference(f"s3://{bucket}/{_file_name(item, names[item.name])}")
            if item.entries
            else item.location or "",
            archive=account,
            owner="" if item.entries else item.bucket_owner or "",
        )
        for item in settings.lists
    )


def list_stacks(landscape: Landscape, settings: GuardDutySettings) -> Iterator[StackSpec]:
    """The bucket of the profile's own lists, and the function that stores them; nothing without such lists."""
    if not stores_lists(landscape):
        return
    bucket = _bucket(landscape, THIS_ACCOUNT)
    security = landscape.account_reference("security")
    yield StackSpec(
        name="guardduty-lists",
        template="detect/guardduty/lists",
        description="Bucket with the profile's lists of trusted and malicious addresses and domains.",
        target=one_account(landscape.role("log_archive")),
        context=ListBucketContext(
            prefix=landscape.prefix,
            standalone=landscape.standalone,
            bucket=bucket,
            writer=LISTS_FUNCTION,
            security_account=security,
            readers=tuple(
                Reference(f"arn:${{AWS::Partition}}:iam::{security}:role/{name}") for name in _readers(landscape)
            ),
        ),
        parameters=organization_only(landscape, "SecurityAccountId"),
    )
    yield from _files(landscape, settings, bucket)


def _readers(landscape: Landscape) -> tuple[str, ...]:
    """Roles of the security account that read lists; other tools create lists with a role of `exempt_roles`."""
    on = landscape.is_on("guardrails")
    others = landscape.settings("guardrails", GuardrailsSettings).exempt_roles if on else []
    return tuple(dict.fromkeys((*_CREATORS, *others, _SERVICE_ROLE)))


def _bucket(landscape: Landscape, account: Reference) -> Reference:
    return Reference(f"{landscape.prefix}-guardduty-lists-{account}-{landscape.home_region}")


def _text(item: EntityList) -> str:
    return "".join(f"{entry}\n" for entry in item.entries)


def _file_name(item: EntityList, name: str) -> str:
    """The name of a list's file, which changes with the text, so that GuardDuty reads the file again."""
    return f"{name}-{sha256(_text(item).encode()).hexdigest()[:12]}.txt"


def _files(landscape: Landscape, settings: GuardDutySettings, bucket: Reference) -> Iterator[StackSpec]:
    """The function that stores the lists, because CloudFormation cannot write objects."""
    names = logical_names(item.name for item in settings.lists)
    made = tuple(
        CustomSetting(
            logical_id=f"List{names[item.name]}",
            setting="stored-file",
            purpose="Stores the entries of a GuardDuty list.",
            arguments={"Bucket": bucket, "Key": _file_name(item, names[item.name]), "Body": _text(item)},
            control="guardduty-lists-protected",
        )
        for item in settings.lists
        if item.entries
    )
    yield from member_setting_stacks(
        landscape,
        name=LISTS_FUNCTION,
        function="Function that stores GuardDuty lists.",
        description="GuardDuty lists of the profile, one file for each list.",
        target=one_account(landscape.role("log_archive")),
        settings=made,
        revert=False,
        after=("guardduty-lists",),
    )
