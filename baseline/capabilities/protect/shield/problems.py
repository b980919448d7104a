"""Validation of AWS Shield Advanced settings, also against what AWS supports."""

from collections.abc import Iterator

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.protect.shield.settings import Protection, ProtectionGroup, ShieldSettings
from baseline.findings import KeyPath, Problem, Severity
from baseline.text.choice import one_of

_COMMITMENT = (
    "a subscription of AWS Shield Advanced lasts a year, renews itself, and costs about $3,000 a month for the "
    "organization, plus the data that protected resources send"
)
"""Source: https://aws.amazon.com/shield/pricing/ and the API reference, CreateSubscription."""

_WITH_WEB_ACL = ("application_load_balancer", "cloudfront_distribution")
"""Types with application layer mitigation. Source: API reference, EnableApplicationLayerAutomaticResponse."""


def asks_for_shield(settings: ShieldSettings) -> bool:
    """Whether the settings name anything that needs a subscription."""
    return bool(settings.protections or settings.groups or settings.response_team)


def shield_problems(landscape: Landscape, settings: ShieldSettings) -> Iterator[Problem]:
    """Every problem, in the order of the settings."""
    if not asks_for_shield(settings):
        return
    yield _subscription(settings)
    for key, protection in settings.protections.items():
        yield from _protection_problems(landscape, ("protections", key), protection)
    for key, group in settings.groups.items():
        yield from _group_problems(landscape, settings, ("groups", key), group)
    yield from _team_problems(settings)


def unsupported_here(landscape: Landscape, settings: ShieldSettings) -> Iterator[Problem]:
    """Settings that are left out because the partition has no AWS Shield Advanced for CloudFormation."""
    if landscape.partition != "aws" and asks_for_shield(settings):
        yield Problem(
            path=("subscribed",),
            message=f"CloudFormation has no AWS Shield Advanced in {landscape.partition}: nothing is protected by it",
            fix="remove the settings",
        )


def _subscription(settings: ShieldSettings) -> Problem:
    if settings.subscribed:
        return Problem(
            path=("subscribed",),
            message=f"every account named here needs a subscription: {_COMMITMENT}",
            fix="check that `aws shield get-subscription-state` returns ACTIVE in each of these accounts",
            severity=Severity.INFO,
        )
    return Problem(
        path=("subscribed",),
        message=f"the profile does not say that these accounts are subscribed: {_COMMITMENT}",
        fix="subscribe each account manually and write subscribed: true, or remove the other settings",
    )


def _account_problems(landscape: Landscape, place: KeyPath, account: str) -> Iterator[Problem]:
    if account not in landscape.accounts:
        yield Problem(
            path=(*place, "account"),
            message=f'there is no account "{account}"',
            fix=f"write {one_of(landscape.accounts)}",
        )


def _protection_problems(landscape: Landscape, place: KeyPath, protection: Protection) -> Iterator[Problem]:
    yield from _account_problems(landscape, place, protection.account)
    found = landscape.accounts.get(protection.account)
    known = found.id if found else None
    if known and protection.owner not in ("", known):
        yield Problem(
            path=(*place, "resource"),
            message=f"it belongs to account {protection.owner}, and {protection.account} is {known}",
            fix="name the account that owns it",
        )
    if protection.region and protection.region not in landscape.regions:
        yield Problem(
            path=(*place, "resource"),
            message=f"{protection.region} is not a governed Region",
            fix="add it to organization.regions",
        )
    if protection.application_layer != "off" and protection.resource_type not in _WITH_WEB_ACL:
        yield Problem(
            path=(*place, "application_layer"),
            message="a web ACL can only be on an Application Load Balancer or a distribution",
            fix="remove it",
        )
    if protection.health_check and protection.resource_type == "route_53_hosted_zone":
        yield Problem(
            path=(*place, "health_check"),
            message="Shield Advanced accepts no health check for a hosted zone",
            fix="remove it",
        )


def _group_problems(
    landscape: Landscape, settings: ShieldSettings, place: KeyPath, group: ProtectionGroup
) -> Iterator[Problem]:
    yield from _account_problems(landscape, place, group.account)
    if group.members and group.resource_type:
        yield Problem(path=(*place, "resource_type"), message="members are named already", fix="write one of the two")
    for index, member in enumerate(group.members):
        protection = settings.protections.get(member)
        owner = protection.account if protection else ""
        if owner != group.account and (not owner or owner in landscape.accounts):  # others are reported there
            yield Problem(
                path=(*place, "members", index),
                message=f'{group.account} has no protection "{member}"',
                fix="write keys of protections of the same account",
            )


def _team_problems(settings: ShieldSettings) -> Iterator[Problem]:
    team = settings.response_team
    if team is None:
        return
    if not team.access and not team.contacts:
        yield Problem(path=("response_team",), message="it grants nothing", fix="write access or contacts")
    if team.contacts and not any(item.phone for item in team.contacts):
        yield Problem(
            path=("response_team", "contacts"), message="no contact has a phone", fix="add a phone to a contact"
        )
    if team.contacts and not any(item.health_check for item in settings.protections.values()):
        yield Problem(
            path=("response_team", "contacts"),
            message="the team only calls if a health check fails, and no protection has one",
            fix="add health_check to the protections",
            severity=Severity.WARNING,
        )
