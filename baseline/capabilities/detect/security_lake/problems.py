"""Validation of Amazon Security Lake settings, also against what AWS supports."""

from collections import Counter
from collections.abc import Iterator

from baseline.capabilities.detect.security_lake.settings import SecurityLakeSettings, Source, Subscriber
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.member_functions import lake_regions
from baseline.capabilities.organization.guardrails.policies import active, settings_of
from baseline.findings import Problem, Severity

_CAPABILITIES: dict[Source, str] = {
    "cloudtrail": "cloudtrail",
    "s3_data": "cloudtrail",
    "lambda_data": "cloudtrail",
    "security_hub": "security_hub",
}
"""Source → the capability that produces its records.

CloudTrail's sources need an organization trail in every Region (Amazon Security Lake user guide, Collecting data from
AWS services).
"""
_ID_DIGITS = 12
_OUTSIDERS = "roles-outsiders"
"""The guardrail that allows only principals of the organization to assume its roles."""


def security_lake_problems(landscape: Landscape, settings: SecurityLakeSettings) -> Iterator[Problem]:
    """Settings that conflict with another value."""
    if not settings.sources:
        for name in ("subscribers", "transitions", "keys"):
            if getattr(settings, name):
                yield Problem(
                    path=(name,),
                    message="this setting has no effect without sources",
                    fix="add sources, or remove this setting",
                )
        return
    if not landscape.is_on("kms"):
        yield Problem(
            path=("sources",),
            message="kms is disabled, but the log of the function that adds new accounts needs a key",
            fix="turn kms on",
            fallback=(("capabilities", "kms"),),
        )
    yield from _source_problems(landscape, settings)
    yield from _storage_problems(settings)
    yield from _key_problems(landscape, settings)
    yield from _subscriber_problems(landscape, settings)
    yield from _denied_subscribers(landscape, settings)


def _source_problems(landscape: Landscape, settings: SecurityLakeSettings) -> Iterator[Problem]:
    for name, source in settings.sources.items():
        capability = _CAPABILITIES.get(name)
        if capability and not landscape.is_on(capability):
            yield Problem(
                path=("sources", name),
                message=f"{capability} is off: the lake has nothing to collect from it",
                fix=f"turn {capability} on",
                fallback=(("capabilities", capability),),
                severity=Severity.WARNING,
            )
        if source.accounts and landscape.standalone:
            yield Problem(path=("sources", name, "accounts"), message="there is only one account", fix="remove it")


def _storage_problems(settings: SecurityLakeSettings) -> Iterator[Problem]:
    previous = 0
    for index, item in enumerate(settings.transitions):
        if item.days <= previous:
            yield Problem(
                path=("transitions", index, "days"),
                message=f"transition after {item.days} days is not later than the previous transition "
                f"({previous} days)",
                fix="list the transitions earliest first",
            )
        if item.days >= settings.retention_days:
            yield Problem(
                path=("transitions", index, "days"),
                message=f"transition after {item.days} days: the record is deleted after {settings.retention_days}",
                fix="move it earlier, or raise retention_days",
            )
        previous = item.days


def _key_problems(landscape: Landscape, settings: SecurityLakeSettings) -> Iterator[Problem]:
    """Require a key for every lake or for none: S3 does not copy from a lake with a customer key to one without.

    Source: Amazon Security Lake user guide, Configuring rollup Regions.
    """
    here = lake_regions(landscape)
    for region in settings.keys:
        if region not in here:
            yield Problem(
                path=("keys", region), message=f"there is no lake in {region}", fix=f"write one of {', '.join(here)}"
            )
    missing = [region for region in here if region not in settings.keys]
    if settings.keys and missing:
        yield Problem(
            path=("keys",),
            message=f"no key for {', '.join(missing)}: S3 cannot replicate from a lake with a customer "
            "managed key to a lake without one",
            fix="set a key for each Region with a lake, or for none",
        )


def _denied_subscribers(landscape: Landscape, settings: SecurityLakeSettings) -> Iterator[Problem]:
    """Denied outsiders, who read objects with a role of the lake's account (Security Lake user guide, Subscribers)."""
    if landscape.standalone or not landscape.is_on("guardrails") or settings_of(landscape).trusted_organizations:
        return
    if _OUTSIDERS not in {item.id for item, _ in active(landscape)}:
        return
    known = {item.id for item in landscape.accounts.values()} | set(settings_of(landscape).trusted_accounts)
    for index, item in enumerate(settings.subscribers):
        if is_account_id(item) and item.access == "data" and item.account not in known:
            yield Problem(
                path=("subscribers", index, "account"),
                message=f"the guardrail {_OUTSIDERS} denies the account {item.account} the role of the subscriber",
                fix=f"add {item.account} to guardrails.trusted_accounts, or set access to query",
                severity=Severity.WARNING,
            )


def _subscriber_problems(landscape: Landscape, settings: SecurityLakeSettings) -> Iterator[Problem]:
    names = Counter(item.name.lower() for item in settings.subscribers)
    for index, item in enumerate(settings.subscribers):
        place = ("subscribers", index)
        if names[item.name.lower()] > 1:
            yield Problem(
                path=(*place, "name"),
                message=f"two subscribers have the name {item.name}",
                fix="give each a unique name",
            )
        if not is_account_id(item) and item.account not in landscape.accounts:
            yield Problem(
                path=(*place, "account"),
                message=f"there is no account {item.account}",
                fix=f"write one of {', '.join(landscape.accounts)}, or a 12-digit id",
            )
        missing = [name for name in item.sources if name not in settings.sources]
        if missing:
            yield Problem(
                path=(*place, "sources"),
                message=f"the lake does not collect {', '.join(missing)}",
                fix="add it to sources, or remove it here",
            )
        if item.notify and item.access == "query":
            yield Problem(
                path=(*place, "notify"),
                message="a subscriber that queries tables cannot have a queue: AWS reports new objects only "
                "to subscribers with access to data",
                fix="set access to data, or remove notify",
            )


def is_account_id(subscriber: Subscriber) -> bool:
    """Whether the account is an id, not a key of the profile."""
    return subscriber.account.isdecimal() and len(subscriber.account) == _ID_DIGITS


def unsupported_here(landscape: Landscape, settings: SecurityLakeSettings) -> Iterator[Problem]:
    """Requested features that the partition or a Region lacks."""
    if not settings.sources:
        return
    here = lake_regions(landscape)
    missing = [name for name in landscape.regions if name not in here]
    if landscape.home_region in missing:
        yield Problem(
            path=("sources",),
            message=f"Amazon Security Lake is not available in the home Region {landscape.home_region}: no "
            "lake is created",
            fix="remove the sources, or choose another home Region",
        )
    elif missing:
        yield Problem(
            path=("sources",),
            message=f"Amazon Security Lake is not available in {', '.join(missing)}: no logs are collected there",
            fix="read the logs of these Regions in the log archive",
        )
