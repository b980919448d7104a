"""Facts of one account that apply to all Regions."""

from collections.abc import Mapping

from pydantic import Field

from baseline.cloud.reader import Reader
from baseline.inventory.facts.part import Part

CONTACTS = ("BILLING", "OPERATIONS", "SECURITY")

_LINKED = "/aws-service-role/"
_MISSING = ("NoSuchEntity", "NoSuchEntityException")


class RootUser(Part):
    """The root user's credentials."""

    mfa: bool
    access_keys: bool


class PasswordPolicy(Part):
    """The password policy of IAM users."""

    minimum_length: int
    reuse_prevention: int = Field(description="Number of earlier passwords that cannot be used again; 0 for none.")
    maximum_age_days: int = Field(description="Days until a password expires; 0 for never.")


class PublicAccessBlock(Part):
    """Block public access to S3, for the account."""

    block_acls: bool
    ignore_acls: bool
    block_policies: bool
    restrict_buckets: bool


class Budget(Part):
    """A budget. Its subscribers are left out."""

    name: str
    type: str
    period: str
    limit: str = Field(description="Amount and unit, or empty.")


def enabled_regions(reader: Reader) -> tuple[str, ...]:
    """The Regions that are enabled in the account."""
    enabled = ["ENABLED", "ENABLED_BY_DEFAULT"]
    found = reader.items("account.ListRegions", "Regions", RegionOptStatusContains=enabled)
    return tuple(sorted(item["RegionName"] for item in found))


def root_user(reader: Reader) -> RootUser:
    """Whether the root user has MFA and access keys."""
    found = reader.get("iam.GetAccountSummary").get("SummaryMap", {})
    return RootUser(
        mfa=bool(found.get("AccountMFAEnabled")),
        access_keys=bool(found.get("AccountAccessKeysPresent")),
    )


def password_policy(reader: Reader) -> PasswordPolicy | None:
    """The policy; None if IAM's default applies."""
    found = reader.find("iam.GetAccountPasswordPolicy", *_MISSING)
    if found is None:
        return None
    policy = found["PasswordPolicy"]
    return PasswordPolicy(
        minimum_length=policy.get("MinimumPasswordLength", 0),
        reuse_prevention=policy.get("PasswordReusePrevention", 0),
        maximum_age_days=policy.get("MaxPasswordAge", 0),
    )


def contacts(reader: Reader) -> Mapping[str, bool]:
    """Type of alternate contact → whether the account has one. Names and addresses are left out."""
    return {
        kind: reader.find("account.GetAlternateContact", "ResourceNotFoundException", AlternateContactType=kind)
        is not None
        for kind in CONTACTS
    }


def public_access_block(reader: Reader) -> PublicAccessBlock | None:
    """The account's setting; None if there is none."""
    absent = "NoSuchPublicAccessBlockConfiguration"
    found = reader.find("s3control.GetPublicAccessBlock", absent, AccountId=reader.account)
    if found is None:
        return None
    block = found["PublicAccessBlockConfiguration"]
    return PublicAccessBlock(
        block_acls=bool(block.get("BlockPublicAcls")),
        ignore_acls=bool(block.get("IgnorePublicAcls")),
        block_policies=bool(block.get("BlockPublicPolicy")),
        restrict_buckets=bool(block.get("RestrictPublicBuckets")),
    )


def service_linked_roles(reader: Reader) -> tuple[str, ...]:
    """Names of the service-linked roles."""
    return tuple(sorted(item["RoleName"] for item in reader.items("iam.ListRoles", "Roles", PathPrefix=_LINKED)))


def buckets(reader: Reader) -> tuple[str, ...]:
    """Names of the account's buckets."""
    return tuple(sorted(item["Name"] for item in reader.items("s3.ListBuckets", "Buckets")))


def budgets(reader: Reader) -> tuple[Budget, ...]:
    """The budgets."""
    found = reader.items("budgets.DescribeBudgets", "Budgets", AccountId=reader.account)
    return tuple(
        Budget(
            name=item["BudgetName"],
            type=item["BudgetType"],
            period=item["TimeUnit"],
            limit=" ".join(str(item.get("BudgetLimit", {}).get(key, "")) for key in ("Amount", "Unit")).strip(),
        )
        for item in found
    )
