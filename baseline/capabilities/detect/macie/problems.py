"""Problems of settings of Amazon Macie, and features that AWS lacks."""

from collections.abc import Iterator

from baseline.aws.partitions import Presence, presence
from baseline.capabilities.detect.macie.api import identifier_regions
from baseline.capabilities.detect.macie.settings import MacieSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.macie_results import macie_regions, result_regions
from baseline.capabilities.organization.organization.settings import OrganizationSettings
from baseline.findings import KeyPath, Problem, Severity

_SERVICE = "macie.amazonaws.com"
_MOST_BUCKETS = 1000
"""Maximum number of bucket names in one list of exclusions (Amazon Macie user guide, Quotas)."""
_OF_DISCOVERY = ("allow_lists", "custom_data_identifiers", "discovery_excluded_accounts", "excluded_buckets")
_LISTS = (*_OF_DISCOVERY, "excluded_accounts", "existing_sessions")


def macie_problems(landscape: Landscape, settings: MacieSettings) -> Iterator[Problem]:
    """Settings that conflict with another value."""
    yield from _mode_problems(settings)
    yield from _region_problems(landscape, settings)
    yield from _list_problems(settings)
    if settings.mode == "discover":
        yield from _word_problems(landscape, settings)
    yield from _account_problems(landscape, settings)
    if settings.mode != "off":
        yield from _neighbor_problems(landscape, settings)


def _mode_problems(settings: MacieSettings) -> Iterator[Problem]:
    """Values that have no effect in the mode."""
    idle = _LISTS if settings.mode == "off" else _OF_DISCOVERY if settings.mode == "monitor" else ()
    for name in idle:
        if getattr(settings, name):
            yield Problem(
                path=(name,),
                message=f"it has no effect with mode: {settings.mode}",
                fix="set mode to discover, or remove it"
                if name in _OF_DISCOVERY
                else "set mode to monitor or discover, or remove it",
            )


def _region_problems(landscape: Landscape, settings: MacieSettings) -> Iterator[Problem]:
    named: list[tuple[KeyPath, str]] = [
        *((("existing_sessions", index), name) for index, name in enumerate(settings.existing_sessions)),
        *((("excluded_buckets", name), name) for name in settings.excluded_buckets),
    ]
    for path, name in named:
        if name not in macie_regions(landscape):
            yield Problem(
                path=path,
                message=f"{name} is not a governed Region with Amazon Macie",
                fix=f"write one of {', '.join(macie_regions(landscape))}" if macie_regions(landscape) else "remove it",
            )


def _list_problems(settings: MacieSettings) -> Iterator[Problem]:
    for region, names in settings.excluded_buckets.items():
        if len(names) > _MOST_BUCKETS:
            yield Problem(
                path=("excluded_buckets", region),
                message=f"{len(names)} buckets: Amazon Macie excludes at most {_MOST_BUCKETS}",
                fix="exclude whole accounts with discovery_excluded_accounts",
            )
    for key, item in settings.allow_lists.items():
        if (item.regex is None) == (item.words is None):
            yield Problem(
                path=("allow_lists", key),
                message="an allow list is either a regular expression or a file of words",
                fix="write regex or words, and not both",
            )


def _word_problems(landscape: Landscape, settings: MacieSettings) -> Iterator[Problem]:
    """Files of words that Amazon Macie could read in one Region only.

    Source: docs.aws.amazon.com/macie/latest/user/allow-lists-options-s3.html.
    """
    regions = identifier_regions(landscape)
    for key, item in settings.allow_lists.items():
        if item.words is not None and item.regex is None and len(regions) > 1:
            yield Problem(
                path=("allow_lists", key, "words"),
                message="Amazon Macie reads a file of words from a bucket of its own Region only, but the list is "
                f"created in {', '.join(regions)}",
                fix="write a regex that matches the texts",
            )


def _account_problems(landscape: Landscape, settings: MacieSettings) -> Iterator[Problem]:
    administrator = landscape.role("macie")
    for name in ("excluded_accounts", "discovery_excluded_accounts"):
        keys = getattr(settings, name)
        if keys and landscape.standalone:
            yield Problem(path=(name,), message="there is only one account", fix="remove it")
        elif administrator in keys:
            yield Problem(
                path=(name,),
                message=f"{administrator} administers Amazon Macie, so it cannot be excluded",
                fix="remove it, or name another account in roles.macie",
            )


def _neighbor_problems(landscape: Landscape, settings: MacieSettings) -> Iterator[Problem]:
    if not landscape.is_on("kms"):
        yield Problem(
            path=("mode",),
            message="kms is off: the functions that apply settings of Amazon Macie need a key for their logs",
            fix="turn kms on",
            fallback=(("capabilities", "kms"),),
        )
    if settings.export_results and not landscape.is_on("log_archive"):
        yield Problem(
            path=("export_results",),
            message="log_archive is off: results of discovery are stored there",
            fix="turn on the capability log_archive, or switch this off with a reason",
            fallback=(("capabilities", "log_archive"),),
        )
    if not landscape.is_on("security_hub"):
        yield Problem(
            path=("mode",),
            message="security_hub is off: no topic is notified of Amazon Macie findings",
            fix="turn security_hub on, or read the findings in the console of Amazon Macie",
            fallback=(("capabilities", "security_hub"),),
            severity=Severity.WARNING,
        )
    if landscape.is_on("organization") and not landscape.standalone:
        services = landscape.settings("organization", OrganizationSettings).delegated_services
        if _SERVICE in services:
            yield Problem(
                path=("mode",),
                message=f"{_SERVICE} is in organization.delegated_services: AWS would turn Amazon Macie on in the "
                "administrator's account before this capability does, and the capability's stack would fail",
                fix="remove it there: this capability names the administrator",
                fallback=(("capabilities", "organization"),),
            )


def unsupported_here(landscape: Landscape, settings: MacieSettings) -> Iterator[Problem]:
    """Problems of settings that a partition or a Region does not support."""
    if settings.mode == "off":
        return
    here = macie_regions(landscape)
    if presence(_SERVICE, landscape.partition) is Presence.ABSENT or not here:
        yield Problem(
            path=("mode",),
            message=f"Amazon Macie is not available in {landscape.partition}, or in any governed Region",
            fix="set mode to off, and classify data with another product",
        )
        return
    missing = [name for name in landscape.regions if name not in here]
    if missing:
        yield Problem(
            path=("mode",),
            message=f"Amazon Macie is not available in {', '.join(missing)}: buckets there are not monitored",
            fix="classify data there with another product",
        )
    unexported = [name for name in here if name not in result_regions(landscape)]
    if settings.export_results and unexported:
        yield Problem(
            path=("export_results",),
            message=f"results of {', '.join(unexported)} are not exported: the bucket is in "
            f"{landscape.home_region}, an opt-in Region, which accepts no results from other Regions",
            fix="store them in a separate bucket, as Amazon Macie's user guide describes",
        )
    without = [name for name in here if name not in identifier_regions(landscape)]
    if without and (settings.allow_lists or settings.custom_data_identifiers):
        yield Problem(
            path=("custom_data_identifiers" if settings.custom_data_identifiers else "allow_lists",),
            message=f"CloudFormation has no type for these settings in {', '.join(without)}",
            fix="create them there manually",
        )
