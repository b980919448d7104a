"""Assignments of groups to applications of IAM Identity Center."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from baseline.capabilities.capability import Regions, StackSpec, Target
from baseline.capabilities.identity.identity_center.settings import (
    Application,
    IdentityCenterSettings,
    region_of_instance,
)
from baseline.capabilities.landscape import Landscape, portable_text
from baseline.capabilities.parameters import ParameterDeclaration, logical_names
from baseline.findings import Problem
from baseline.frozen import frozen
from baseline.text.choice import one_of


@frozen
class ApplicationAssignmentResource:
    """One group's access to the application; `group_parameter` is "" for a group that the baseline creates."""

    logical_id: str
    purpose: str
    group: str
    group_parameter: str


@frozen
class ApplicationContext:
    """Context of `application`: the assignments of one application."""

    prefix: str
    application: str
    assignments: tuple[ApplicationAssignmentResource, ...]


def application_stacks(
    landscape: Landscape, settings: IdentityCenterSettings, created: Mapping[str, str]
) -> Iterator[StackSpec]:
    """One stack for each application, in the account that owns it.

    Args:
        landscape: The organization.
        settings: The capability's settings.
        created: Group that a stack in the administrator's account creates → that stack.
    """
    region = region_of_instance(landscape)
    ids = logical_names(settings.groups)
    for name, item in settings.applications.items():
        owner = _owner(landscape, item)
        if owner is None:
            continue
        known = {
            group: group_parameter(group, ids[group], settings.groups[group].id, region)
            for group in item.groups
            if settings.groups[group].id is not None
        }
        yield StackSpec(
            name=f"identity-center-application-{name}",
            template="identity/identity_center/application",
            description=f"Access of groups to the application {name}.",
            target=Target(accounts=(owner,), regions=Regions.HOME, at=region),
            context=ApplicationContext(
                prefix=landscape.prefix,
                application=portable_text(item.arn),
                assignments=tuple(
                    ApplicationAssignmentResource(
                        logical_id=f"Assignment{_digest(item.arn, group)}",
                        purpose=f"Gives the group {group} access to {name}.",
                        group=ids[group],
                        group_parameter=known[group].name if group in known else "",
                    )
                    for group in dict.fromkeys(item.groups)
                ),
            ),
            parameters=tuple(known.values()),
            depends_on=tuple(dict.fromkeys(created[group] for group in item.groups if group in created)),
        )


def _digest(application: str, group: str) -> str:
    """An assignment cannot be changed, only replaced: its name depends on its content, not on its position."""
    return sha256(f"{application}\n{group}".encode()).hexdigest()[:12]


def _owner(landscape: Landscape, item: Application) -> str | None:
    return next((key for key, account in landscape.accounts.items() if account.id == item.account), None)


def group_parameter(
    name: str, logical: str, identifier: str | None, region: str, kind: str = "group"
) -> ParameterDeclaration:
    """The parameter with the id of a group or user of the directory."""
    return ParameterDeclaration(
        name=f"{logical}{kind.title()}Id",
        description=f"Id of a {kind} of the directory.",
        pattern="^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$",
        value=lambda _: identifier,
        how=f"the id of the {kind} {name}: aws identitystore list-{kind}s --region {region}",
    )


def application_problems(
    landscape: Landscape, settings: IdentityCenterSettings, created: Mapping[str, str]
) -> Iterator[Problem]:
    """Applications of accounts that the profile does not have, and groups that are unknown or created elsewhere."""
    administrator = landscape.role("identity_center")
    for name, item in settings.applications.items():
        place = ("applications", name)
        owner = _owner(landscape, item)
        if owner is None:
            yield Problem(
                path=(*place, "arn"),
                message=f"the application belongs to {item.account}, which is not an account of the profile",
                fix="add the account, or correct the ARN: aws sso-admin list-applications",
            )
        for index, group in enumerate(item.groups):
            if group not in settings.groups:
                yield Problem(
                    path=(*place, "groups", index),
                    message=f"unknown group {group}",
                    fix=f"write {one_of(settings.groups)}" if settings.groups else "add it under groups",
                )
            elif settings.groups[group].id is None and (group not in created or owner != administrator):
                creator = administrator if group in created else "management"
                yield Problem(
                    path=(*place, "groups", index),
                    message=f"{group} is created by a stack in {creator}, and the application belongs to {owner}",
                    fix=f"set the id of the group under groups.{group}, after it is created",
                )
