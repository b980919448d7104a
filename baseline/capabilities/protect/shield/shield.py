"""AWS Shield Advanced in accounts that are subscribed already: protections, groups and the response team."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, target_places
from baseline.capabilities.landscape import Landscape, portable
from baseline.capabilities.parameters import logical_names
from baseline.capabilities.protect.shield.problems import asks_for_shield, shield_problems, unsupported_here
from baseline.capabilities.protect.shield.settings import (
    EmergencyContact,
    Protection,
    ProtectionGroup,
    ResponseTeam,
    ShieldSettings,
)
from baseline.frozen import frozen

GLOBAL_REGION = "us-east-1"
"""The Region of protections for resources without a Region, and of the subscription's settings.

Source: API reference of AWS Shield Advanced, whose only endpoint in the partition is in this Region.
"""


@frozen
class ProtectionItem:
    """A protection: its name in logical ids, its key, the resource, and its other settings in the profile.

    `health_check` and `response`, automatic rules in the application layer, are empty if there are none.
    """

    name: str
    key: str
    resource: str
    health_check: str
    response: Mapping[str, Any]


@frozen
class ProtectionsContext:
    """Context of `protections`: the protections of one account and Region."""

    prefix: str
    protections: tuple[ProtectionItem, ...]


@frozen
class GroupItem:
    """A group of protections. Attributes: its name in logical ids, and `AWS::Shield::ProtectionGroup`'s properties."""

    name: str
    key: str
    aggregation: str
    pattern: str
    resource_type: str
    members: tuple[str, ...]


@frozen
class GroupsContext:
    """Context of `groups`: the protection groups of one account."""

    prefix: str
    groups: tuple[GroupItem, ...]


@frozen
class ResponseContext:
    """Context of `response`; `contacts` is the contact list of `AWS::Shield::ProactiveEngagement`."""

    prefix: str
    access: bool
    contacts: tuple[Mapping[str, str], ...]


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("shield", ShieldSettings)
    if landscape.partition != "aws" or not settings.subscribed:
        return ()
    protections = tuple(_protections(landscape, settings))
    return (
        *protections,
        *_groups(landscape, settings, protections),
        *([_response(landscape.prefix, settings.response_team)] if settings.response_team else ()),
    )


def _protections(landscape: Landscape, settings: ShieldSettings) -> Iterator[StackSpec]:
    """One stack per account and Region: CloudFormation looks up the resource in the stack's account and Region."""
    names = logical_names(settings.protections)
    places = dict.fromkeys((item.account, item.region) for item in settings.protections.values())
    for account, region in places:
        yield StackSpec(
            name=f"shield-{_words(account)}-{region or 'global'}",
            template="protect/shield/protections",
            description=f"Protections of AWS Shield Advanced in {account}.",
            target=_at(account, region or GLOBAL_REGION),
            context=ProtectionsContext(
                prefix=landscape.prefix,
                protections=tuple(
                    _protection(names[key], key, item)
                    for key, item in settings.protections.items()
                    if (item.account, item.region) == (account, region)
                ),
            ),
            prerequisites=tuple(_protection_prerequisites(settings, account, region)),
        )


def _protection_prerequisites(settings: ShieldSettings, account: str, region: str) -> Iterator[str]:
    """Prerequisites of the protections of one account and Region.

    Source of the web ACL: docs.aws.amazon.com/waf/latest/developerguide/ddos-automatic-app-layer-response.html.
    """
    yield f"{account} is subscribed to AWS Shield Advanced: `aws shield get-subscription-state` says `ACTIVE`."
    for item in settings.protections.values():
        if (item.account, item.region) == (account, region) and item.application_layer != "off":
            yield f"{item.resource} has a web ACL: Shield Advanced writes its rules of the application layer into it."


def _protection(name: str, key: str, protection: Protection) -> ProtectionItem:
    action: Mapping[str, Any] = {protection.application_layer.capitalize(): {}}
    return ProtectionItem(
        name=name,
        key=key,
        resource=portable(protection.resource),
        health_check=protection.health_check or "",
        response={} if protection.application_layer == "off" else {"Status": "ENABLED", "Action": action},
    )


def _groups(landscape: Landscape, settings: ShieldSettings, protections: tuple[StackSpec, ...]) -> Iterator[StackSpec]:
    names = logical_names(settings.groups)
    for account in dict.fromkeys(item.account for item in settings.groups.values()):
        yield StackSpec(
            name=f"shield-groups-{_words(account)}",
            template="protect/shield/groups",
            description=f"Groups of protections of AWS Shield Advanced in {account}.",
            target=_at(account, GLOBAL_REGION),
            context=GroupsContext(
                prefix=landscape.prefix,
                groups=tuple(
                    _group(settings, names[key], key, item)
                    for key, item in settings.groups.items()
                    if item.account == account
                ),
            ),
            depends_on=tuple(spec.name for spec in protections if spec.target.accounts == (account,)),
        )


def _group(settings: ShieldSettings, name: str, key: str, group: ProtectionGroup) -> GroupItem:
    pattern = "BY_RESOURCE_TYPE" if group.resource_type else "ALL"
    members = (
        settings.protections[member] for member in dict.fromkeys(group.members) if member in settings.protections
    )
    return GroupItem(
        name=name,
        key=key,
        aggregation=group.aggregation.upper(),
        pattern="ARBITRARY" if group.members else pattern,
        resource_type=(group.resource_type or "").upper(),
        members=tuple(portable(member.resource) for member in members),
    )


def _response(prefix: str, team: ResponseTeam) -> StackSpec:
    return StackSpec(
        name="shield-response",
        template="protect/shield/response",
        description="Access and contacts of the Shield Response Team.",
        target=Target(
            accounts=(),
            regions=Regions.HOME,
            at=GLOBAL_REGION,
            places=target_places(team.to),
        ),
        context=ResponseContext(prefix=prefix, access=team.access, contacts=tuple(map(_contact, team.contacts))),
        prerequisites=tuple(_team_prerequisites(team)),
    )


def _team_prerequisites(team: ResponseTeam) -> Iterator[str]:
    """Prerequisites and conflicts of the Shield Response Team's access and contacts.

    Source: github.com/aws-cloudformation/aws-cloudformation-resource-providers-shield, CreateHandler.java of
    aws-shield-drtaccess and aws-shield-proactiveengagement, which fail with ResourceConflict.
    """
    yield "Accounts that the Shield Response Team helps have a Business or Enterprise support plan."
    if team.access:
        yield (
            "The Shield Response Team has no role and no log bucket in these accounts yet: "
            f"`aws shield describe-drt-access --region {GLOBAL_REGION}` names none."
        )
    if team.contacts:
        yield (
            "Proactive engagement is off in these accounts and has no contacts yet: `aws shield describe-subscription "
            f"--region {GLOBAL_REGION}` and `aws shield describe-emergency-contact-settings --region {GLOBAL_REGION}`."
        )


def _contact(contact: EmergencyContact) -> Mapping[str, str]:
    values = {"EmailAddress": contact.email, "PhoneNumber": contact.phone, "ContactNotes": contact.notes}
    return {name: value for name, value in values.items() if value}


def _at(account: str, region: str) -> Target:
    return Target(accounts=(account,), regions=Regions.HOME, at=region)


def _words(account: str) -> str:
    return account.replace("_", "-")


CAPABILITY = Capability(
    name="shield",
    title="AWS Shield Advanced",
    summary="Protections against denial of service, in accounts that are subscribed to AWS Shield Advanced already.",
    settings=ShieldSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(shield_problems(landscape, landscape.settings("shield", ShieldSettings))),
    unsupported=lambda landscape: tuple(unsupported_here(landscape, landscape.settings("shield", ShieldSettings))),
    is_asked=lambda settings: isinstance(settings, ShieldSettings) and asks_for_shield(settings),
    since="2026.12",
)
