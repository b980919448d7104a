"""The `adopt` section of a profile: existing resources that the baseline adopts."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from baseline.capabilities.landscape import Adoption
from baseline.documents.section import Section
from baseline.profile.fields import AccountId, AccountKey, OuId, OuPath, RegionName, id_pattern

_ARN = r"arn:aws(?:-cn|-us-gov)?"
_PLACE = r"[a-z0-9-]+:[0-9]{12}"
Name = Annotated[str, Field(min_length=1, max_length=512)]

PolicyId = Annotated[str, *id_pattern(r"p-[0-9a-zA-Z_]{8,128}", "the id of an organization policy such as p-1a2b3c4d")]
PermissionSetArn = Annotated[
    str,
    *id_pattern(
        rf"{_ARN}:sso:::permissionSet/(?:sso)?ins-[a-zA-Z0-9.-]{{16}}/ps-[a-zA-Z0-9./-]{{16}}",
        "the ARN of a permission set",
    ),
]
GroupId = Annotated[
    str, *id_pattern(r"(?:[0-9a-f]{10}-)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "the id of a group")
]
DetectorId = Annotated[str, *id_pattern(r"[0-9a-f]{32}", "the id of a detector: 32 hexadecimal digits")]
HubArn = Annotated[str, *id_pattern(rf"{_ARN}:securityhub:{_PLACE}:hub/default", "the ARN of a hub")]
KeyArn = Annotated[str, *id_pattern(rf"{_ARN}:kms:{_PLACE}:key/[a-z0-9-]{{36}}", "the ARN of a key")]
TrailArn = Annotated[str, *id_pattern(rf"{_ARN}:cloudtrail:{_PLACE}:trail/[A-Za-z0-9._-]+", "the ARN of a trail")]
LogGroupArn = Annotated[
    str,
    *id_pattern(
        rf"{_ARN}:logs:{_PLACE}:log-group:[A-Za-z0-9_/.#-]+", "the ARN of a log group, without `:*` at its end"
    ),
]
BucketName = Annotated[str, *id_pattern(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", "the name of a bucket")]


class Adopt(Section):
    """Existing resources with the names that the baseline would use, which its stacks import instead of creating."""

    organizational_units: dict[OuPath, OuId] = Field(
        default_factory=dict,
        description="Path of a unit without `id` → the id of the existing unit.",
        examples=[{"Workloads": "ou-ab12-1a2b3c4d"}],
    )
    accounts: dict[AccountKey, AccountId] = Field(
        default_factory=dict,
        description="Key of an account without `id` → the id of the existing account with its name and address.",
        examples=[{"web-prod": "444444444444"}],
    )
    policies: dict[Name, PolicyId] = Field(
        default_factory=dict,
        description="Name of an organization policy of the baseline → the id of the existing policy with this name.",
        examples=[{"nw-guardrails-root": "p-1a2b3c4d"}],
    )
    permission_sets: dict[Name, PermissionSetArn] = Field(
        default_factory=dict,
        description="Name of a permission set of the baseline → the ARN of the existing permission set with this name.",
        examples=[{"Billing": "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef"}],
    )
    groups: dict[Name, GroupId] = Field(
        default_factory=dict,
        description="Name of a group without `id` → the id of the existing group with this name.",
        examples=[{"developers": "1234567890-12345678-1234-1234-1234-123456789012"}],
    )
    detectors: dict[RegionName, DetectorId] = Field(
        default_factory=dict,
        description="Region → the id of the GuardDuty detector that the security account has there.",
        examples=[{"eu-west-1": "12abc34d567e8fa901bc2d34e56789f0"}],
    )
    hubs: dict[RegionName, HubArn] = Field(
        default_factory=dict,
        description="Region → the ARN of the Security Hub that the security account has there.",
        examples=[{"eu-west-1": "arn:aws:securityhub:eu-west-1:333333333333:hub/default"}],
    )
    keys: dict[Name, KeyArn] = Field(
        default_factory=dict,
        description="Alias of a key of the baseline → the ARN of the key to use. The alias itself is created.",
        examples=[
            {"alias/nw-log-archive": "arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"}
        ],
    )
    trails: dict[Name, TrailArn] = Field(
        default_factory=dict,
        description="Name of the baseline's trail → the ARN of the existing trail with this name.",
        examples=[{"nw-organization": "arn:aws:cloudtrail:eu-west-1:111111111111:trail/nw-organization"}],
    )
    log_groups: dict[Name, LogGroupArn] = Field(
        default_factory=dict,
        description="Name of a log group of the baseline → the ARN of the existing log group with this name.",
        examples=[{"/nw/cloudtrail": "arn:aws:logs:eu-west-1:111111111111:log-group:/nw/cloudtrail"}],
    )
    buckets: dict[BucketName, BucketName] = Field(
        default_factory=dict,
        description="Name of a bucket of the baseline → the same name, if the bucket exists.",
        examples=[{"nw-cloudtrail-222222222222-eu-west-1": "nw-cloudtrail-222222222222-eu-west-1"}],
    )

    def adoptions(self) -> Iterator[Adoption]:
        """Every entry."""
        for kind in type(self).model_fields:
            for name, id_ in getattr(self, kind).items():
                yield Adoption(kind=kind, name=name, id=id_)
