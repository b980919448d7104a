"""Problems of IAM Identity Center settings."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from baseline.aws.quotas import quota
from baseline.aws.regions import REGIONS, nearest_region, partition_of
from baseline.capabilities.identity.identity_center.access import (
    Access,
    access,
    prefix_of,
)
from baseline.capabilities.identity.identity_center.sets import permission_sets
from baseline.capabilities.identity.identity_center.settings import Assignment, IdentityCenterSettings, PermissionSet
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.managed_policies import managed_policy_problems
from baseline.findings import KeyPath, Problem

_MOST_OUTPUTS = quota("cloudformation.outputs")


def identity_center_problems(landscape: Landscape, settings: IdentityCenterSettings) -> Iterator[Problem]:
    """Settings that conflict with another value."""
    if landscape.standalone:
        yield from _standalone(settings)
        return
    yield from _region_problems(landscape, settings)
    sets = permission_sets(landscape, settings)
    for name, item in settings.permission_sets.items():
        yield from _set_problems(name, item)
    references = list(_reference_problems(settings, sets))
    yield from references
    if not references:
        rows = access(landscape, settings)
        yield from _family_problems(settings, rows)
        yield from _name_problems(settings, sets, rows)
        yield from _quota_problems(sets, settings, rows)


def _standalone(settings: IdentityCenterSettings) -> Iterator[Problem]:
    for setting in ("applications", "assignments", "groups", "permission_sets", "attributes"):
        if getattr(settings, setting):
            yield Problem(
                path=(setting,),
                message="a standalone account has no permission sets: its own instance manages applications only",
                fix="remove it, or use a profile for an organization",
            )


def _region_problems(landscape: Landscape, settings: IdentityCenterSettings) -> Iterator[Problem]:
    region = settings.region
    if region and (region not in REGIONS or partition_of(region) != landscape.partition):
        nearest = nearest_region(region)
        yield Problem(
            path=("region",),
            message=f"{region} is not a Region of the partition {landscape.partition}",
            fix=f"did you mean {nearest}?"
            if nearest
            else "name the Region in which `aws sso-admin list-instances` shows it",
        )


def _set_problems(name: str, item: PermissionSet) -> Iterator[Problem]:
    place = ("permission_sets", name)
    if item.inline_policy is not None:
        yield from _inline_policy_problems((*place, "inline_policy"), item.inline_policy)
    yield from managed_policy_problems((*place, "managed_policies"), item.managed_policies)
    policies = len(item.managed_policies) + len(item.customer_policies)
    most = quota("identity_center.managed_policies_per_permission_set")
    if policies > most:
        yield Problem(
            path=(*place, "managed_policies"),
            message=f"{policies} managed policies: a permission set allows {most}",
            fix="merge customer managed policies",
        )
    if not (policies or item.inline_policy):
        yield Problem(
            path=place, message="it allows nothing, because it has no policy", fix="name a policy, or remove it"
        )


def _inline_policy_problems(place: KeyPath, policy: Mapping[str, object]) -> Iterator[Problem]:
    text = json.dumps(policy, ensure_ascii=False, separators=(",", ":"))
    sizes = {
        "identity_center.inline_policy_characters": (len("".join(text.split())), "characters without white space"),
        "identity_center.inline_policy_bytes": (len(text.encode()), "bytes"),
    }
    for limit, (size, unit) in sizes.items():
        if size > quota(limit):
            yield Problem(
                path=place,
                message=f"{size} {unit}: a permission set allows {quota(limit)}",
                fix="move statements to a customer managed policy, and reference it",
            )


def _reference_problems(settings: IdentityCenterSettings, sets: Mapping[str, PermissionSet]) -> Iterator[Problem]:
    for index, item in enumerate(settings.assignments):
        place = ("assignments", index)
        yield from _principal_problems(place, item, settings)
        if item.permission_set not in sets:
            yield _unknown((*place, "permission_set"), "permission set", item.permission_set, sets)


def _principal_problems(place: KeyPath, item: Assignment, settings: IdentityCenterSettings) -> Iterator[Problem]:
    if (item.group is None) == (item.user is None):
        said = "names neither a group nor a user" if item.group is None else "names a group and a user"
        yield Problem(path=place, message=f"it {said}", fix="write group, or user")
    elif item.group is not None and item.group not in settings.groups:
        yield _unknown((*place, "group"), "group", item.group, settings.groups)
    elif item.user is not None and item.user not in settings.users:
        yield _unknown((*place, "user"), "user", item.user, settings.users)


def _unknown(setting: KeyPath, what: str, name: str, known: object) -> Problem:
    names = ", ".join(known) if isinstance(known, Mapping | tuple) and known else "none"
    return Problem(path=setting, message=f"there is no {what} {name}", fix=f"known: {names}")


def _family_problems(settings: IdentityCenterSettings, rows: tuple[Access, ...]) -> Iterator[Problem]:
    """New groups with access to both the management account and others, which two accounts cannot create."""
    groups = [row for row in rows if not row.is_user]
    own = {row.principal for row in groups if row.account == "management"}
    others = {row.principal for row in groups if row.account != "management"}
    for name in sorted(own & others):
        if settings.groups[name].id is None:
            yield Problem(
                path=("groups", name),
                message="it has access to the management account and to others, so stacks in two accounts would "
                "have to create it",
                fix="use a separate group for the management account, or create it manually and set its id",
            )


def _name_problems(
    settings: IdentityCenterSettings, sets: Mapping[str, PermissionSet], rows: tuple[Access, ...]
) -> Iterator[Problem]:
    most = quota("identity_center.permission_set_name_characters")
    managed = {row.permission_set for row in rows if row.account == "management"}
    for management, names in ((False, set(sets)), (True, managed)):
        for name in sorted(names):
            full = prefix_of(settings, management=management) + name
            if len(full) > most:
                where = "the management account" if management else "member accounts"
                yield Problem(
                    path=("permission_sets", name) if name in settings.permission_sets else ("name_prefix",),
                    message=f"its name in {where} is {full}: {len(full)} characters, and {most} are allowed",
                    fix="choose a shorter name",
                )


def _quota_problems(
    sets: Mapping[str, PermissionSet], settings: IdentityCenterSettings, rows: tuple[Access, ...]
) -> Iterator[Problem]:
    new = [name for name, group in settings.groups.items() if group.id is None]
    if len(new) > _MOST_OUTPUTS:
        yield Problem(
            path=("groups",),
            message=f"{len(new)} groups to create: their stack can have only {_MOST_OUTPUTS} outputs, one per group",
            fix="create groups in the directory, and set their ids",
        )
    if len(sets) > quota("identity_center.permission_sets"):
        yield Problem(
            path=("permission_sets",),
            message=f"{len(sets)} permission sets: an instance allows {quota('identity_center.permission_sets')}",
            fix="define fewer, and use attributes for access control if they differ only by team",
        )
    in_account = Counter(account for account, _ in {(row.account, row.permission_set) for row in rows})
    in_set = Counter((row.account, row.permission_set) for row in rows)
    for account, count in in_account.items():
        if count > quota("identity_center.permission_sets_per_account"):
            yield Problem(
                path=("assignments",),
                message=f"{count} permission sets in {account}: an account allows "
                f"{quota('identity_center.permission_sets_per_account')}",
                fix="assign fewer",
            )
    for (account, name), count in in_set.items():
        if count > quota("identity_center.groups_per_permission_set_per_account"):
            yield Problem(
                path=("assignments",),
                message=f"{count} groups have {name} in {account}: an account allows "
                f"{quota('identity_center.groups_per_permission_set_per_account')}",
                fix="join groups",
            )


def unsupported_counts(rows: tuple[Access, ...]) -> Iterator[Problem]:
    """More accounts than the default quota of an instance."""
    accounts, most = len({row.account for row in rows}), quota("identity_center.accounts")
    if accounts > most:
        yield Problem(
            path=("assignments",),
            message=f"{accounts} accounts have assignments: an instance allows {most}",
            fix="request a quota increase before you deploy",
        )
