"""Settings of Amazon Macie that CloudFormation has no type for: a function in the administrator's account."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from baseline.aws.availability import regions_with
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.detect.macie.settings import MacieSettings
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.logs.kms.kms import LOG_ARCHIVE_KEY
from baseline.capabilities.logs.log_archive.log_archive import bucket_name, bucket_names
from baseline.capabilities.macie_results import exports_results, macie_regions, result_regions
from baseline.capabilities.parameters import account_parameters, logical_names


def macie_settings(
    landscape: Landscape, settings: MacieSettings, identifiers: Mapping[str, tuple[str, ...]]
) -> Iterator[CustomSetting]:
    """The settings, members first, because discovery is set only for member accounts.

    Args:
        landscape: The organization.
        settings: The settings of the capability.
        identifiers: Argument of the setting `macie-identifiers` → names in Amazon Macie.
    """
    members = () if landscape.standalone else tuple(_members(landscape, settings))
    yield from members
    if exports_results(landscape):
        yield _results(landscape)
    yield CustomSetting(
        logical_id="Publication",
        setting="macie-publication",
        purpose="Sends findings to Security Hub.",
        arguments={
            "securityHubConfiguration": {
                "publishClassificationFindings": "sensitive_data" in settings.security_hub_findings,
                "publishPolicyFindings": "policy" in settings.security_hub_findings,
            }
        },
        regions=macie_regions(landscape),
        control="macie-publication",
    )
    if settings.mode == "discover":
        yield from _discovery(landscape, settings, identifiers, after=tuple(item.logical_id for item in members))


def _members(landscape: Landscape, settings: MacieSettings) -> Iterator[CustomSetting]:
    """One setting for each Region: the function has its full timeout for the accounts of each Region."""
    regions = macie_regions(landscape)
    names = logical_names(regions)
    excluded = _ids(landscape, settings.excluded_accounts)
    for region in regions:
        yield CustomSetting(
            logical_id=f"Members{names[region]}",
            setting="macie-members",
            purpose=f"Enables Amazon Macie in every account, new ones included, in {region}.",
            arguments={
                "Administrator": THIS_ACCOUNT,
                **({"ExcludedAccounts": excluded} if excluded else {}),
            },
            regions=(region,),
            control="macie-members",
        )


def _results(landscape: Landscape) -> CustomSetting:
    account = landscape.account_reference("log_archive")
    destination = {
        "bucketName": bucket_name(landscape, "macie", account),
        "expectedBucketOwner": account,
        "kmsKeyArn": Reference(f"${{{LOG_ARCHIVE_KEY}}}"),
    }
    return CustomSetting(
        logical_id="Results",
        setting="macie-results",
        purpose="Stores the results of sensitive data discovery in the log archive.",
        arguments={"configuration": {"s3Destination": destination}},
        regions=result_regions(landscape),
        control="macie-results",
    )


def _discovery(
    landscape: Landscape, settings: MacieSettings, identifiers: Mapping[str, tuple[str, ...]], after: tuple[str, ...]
) -> Iterator[CustomSetting]:
    excluded = _ids(landscape, (*settings.excluded_accounts, *settings.discovery_excluded_accounts))
    # Single accounts can be left out only where AWS turns it on for new members (API, autoEnableOrganizationMembers).
    everyone: dict[str, Any] = {"autoEnableOrganizationMembers": "NEW" if excluded else "ALL"}
    discovery = CustomSetting(
        logical_id="Discovery",
        setting="macie-discovery",
        purpose="Enables automated sensitive data discovery, which samples the objects of every bucket.",
        arguments={} if landscape.standalone else {**everyone, **({"ExcludedAccounts": excluded} if excluded else {})},
        regions=macie_regions(landscape),
        control="macie-discovery",
        depends_on=after,
    )
    yield discovery
    yield from _excluded_buckets(landscape, settings, after=(discovery.logical_id,))
    if any(identifiers.values()):
        yield CustomSetting(
            logical_id="Identifiers",
            setting="macie-identifiers",
            purpose="Applies the profile's allow lists and custom data identifiers to automated discovery.",
            arguments={key: list(names) for key, names in identifiers.items() if names},
            regions=identifier_regions(landscape),
            control="macie-identifiers",
            depends_on=(discovery.logical_id,),
        )


def _excluded_buckets(landscape: Landscape, settings: MacieSettings, after: tuple[str, ...]) -> Iterator[CustomSetting]:
    names = logical_names(macie_regions(landscape))
    for region in macie_regions(landscape):
        own = settings.exclude_log_buckets and landscape.is_on("log_archive")
        buckets = (*(bucket_names(landscape, region) if own else ()), *settings.excluded_buckets.get(region, ()))
        if buckets:
            yield CustomSetting(
                logical_id=f"ExcludedBuckets{names[region]}",
                setting="macie-excluded-buckets",
                purpose=f"Excludes buckets from automated discovery in {region}.",
                arguments={"BucketNames": list(dict.fromkeys(buckets))},
                regions=(region,),
                depends_on=after,
            )


def identifier_regions(landscape: Landscape) -> tuple[str, ...]:
    """The Regions in which CloudFormation has types for allow lists and custom data identifiers."""
    return regions_with(macie_regions(landscape), "AWS::Macie::AllowList", "AWS::Macie::CustomDataIdentifier")


def _ids(landscape: Landscape, keys: Iterable[str]) -> list[Reference]:
    return [item.reference for item in account_parameters(landscape, dict.fromkeys(keys)).values()]
