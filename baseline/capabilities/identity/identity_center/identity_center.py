"""IAM Identity Center: permission sets, groups and assignments."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from baseline.aws.quotas import quota
from baseline.capabilities.capability import Capability, Regions, StackSpec, Target
from baseline.capabilities.delegation import trusted_by_hand
from baseline.capabilities.identity.identity_center.access import (
    Access,
    access,
    matrix_csv,
    matrix_markdown,
    prefix_of,
    rows_of,
)
from baseline.capabilities.identity.identity_center.applications import (
    application_problems,
    application_stacks,
    group_parameter,
)
from baseline.capabilities.identity.identity_center.placement import placed_sets
from baseline.capabilities.identity.identity_center.problems import identity_center_problems, unsupported_counts
from baseline.capabilities.identity.identity_center.sets import permission_sets
from baseline.capabilities.identity.identity_center.settings import (
    IdentityCenterSettings,
    PermissionSet,
    region_of_instance,
)
from baseline.capabilities.identity.identity_center.shards import digest_of, shards
from baseline.capabilities.landscape import Landscape, portable
from baseline.capabilities.parameters import ParameterDeclaration, account_parameters, logical_names
from baseline.findings import Problem
from baseline.frozen import frozen

_SERVICE = "sso.amazonaws.com"
_ENABLED = (
    "IAM Identity Center is enabled for the organization in {region}: the management account does it once, in the "
    "console; no API creates the organization's instance."
)
_LANES = quota("identity_center.concurrent_assignment_calls")


@frozen
class SetResource:
    """A permission set in CloudFormation's format."""

    logical_id: str
    name: str
    session: str
    body: PermissionSet
    inline_policy: Mapping[str, Any]
    boundary: Mapping[str, str]
    customer_policies: tuple[Mapping[str, str], ...]
    tags: tuple[Mapping[str, str], ...]
    administrator: bool


@frozen
class GroupResource:
    """A group to create."""

    logical_id: str
    name: str
    description: str


@frozen
class IdentityCenterContext:
    """Context of `identity_center`: the permission sets and groups of one family."""

    prefix: str
    sets: tuple[SetResource, ...]
    groups: tuple[GroupResource, ...]
    attributes: tuple[Mapping[str, Any], ...]


@frozen
class AssignmentResource:
    """One assignment.

    Attributes:
        logical_id: Logical id of the resource.
        purpose: One sentence.
        account_parameter: Name of the parameter with the account's id.
        permission_set: The permission set's name in logical ids.
        principal_type: `GROUP` or `USER`.
        group: The group's name in logical ids; "" for a user.
        principal_parameter: Name of the parameter with the principal's id; "" for a group that this stack family
            creates.
        after: Logical id of the assignment before it in its lane, or "".
    """

    logical_id: str
    purpose: str
    account_parameter: str
    permission_set: str
    principal_type: str
    group: str
    principal_parameter: str
    after: str


@frozen
class AssignmentsContext:
    """Context of `identity_center_assignments`: some of the assignments of one family."""

    prefix: str
    assignments: tuple[AssignmentResource, ...]


@frozen
class _Family:
    """The part of Identity Center that one account manages: its own sets (management) or all others (administrator)."""

    landscape: Landscape
    settings: IdentityCenterSettings
    rows: tuple[Access, ...]
    management: bool

    @property
    def stack(self) -> str:
        return "identity-center-management" if self.management else "identity-center"

    @property
    def prefix(self) -> str:
        return prefix_of(self.settings, management=self.management)

    @property
    def region(self) -> str:
        return region_of_instance(self.landscape)

    @property
    def target(self) -> Target:
        account = "management" if self.management else self.landscape.role("identity_center")
        return Target(accounts=(account,), regions=Regions.HOME, at=self.region)

    @property
    def set_ids(self) -> Mapping[str, str]:
        return logical_names(permission_sets(self.landscape, self.settings))

    @property
    def group_ids(self) -> Mapping[str, str]:
        return logical_names(self.settings.groups)


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    if landscape.standalone:
        return ()
    settings = landscape.settings("identity_center", IdentityCenterSettings)
    rows = access(landscape, settings)
    specs: list[StackSpec] = []
    for management in (False, True):
        own = tuple(rows_of(rows, management=management))
        family = _Family(landscape=landscape, settings=settings, rows=own, management=management)
        if own or not management:
            definitions = tuple(_definitions(family))
            specs.extend(definitions)
            specs.extend(_assignments(family, definitions[-1].name) if definitions else ())
    specs.extend(application_stacks(landscape, settings, _created_groups(landscape, settings)))
    return tuple(specs)


def _created_groups(landscape: Landscape, settings: IdentityCenterSettings) -> Mapping[str, str]:
    """Group that a stack in the administrator's account creates → that stack."""
    if not settings.applications:
        return {}
    rows = tuple(rows_of(access(landscape, settings), management=False))
    family = _Family(landscape=landscape, settings=settings, rows=rows, management=False)
    return {name: family.stack for name in _groups_of(family) if settings.groups[name].id is None}


def _definitions(family: _Family) -> Iterator[StackSpec]:
    """Stacks of permission sets, one after the other; the first also has the groups and attributes."""
    landscape, settings = family.landscape, family.settings
    all_sets = permission_sets(landscape, settings)
    used = dict.fromkeys(row.permission_set for row in family.rows)
    sets = {name: all_sets[name] for name in (used if family.management else all_sets)}
    new = {name: settings.groups[name].description for name in _groups_of(family) if settings.groups[name].id is None}
    if not sets and not new and not _attributes(family):
        return  # a template without resources is none
    previous: tuple[str, ...] = ()
    for number, names in placed_sets(sets, new).items():
        first = number == 1
        bodies = [sets[name] for name in names]
        spec = StackSpec(
            name=family.stack if first else f"{family.stack}-sets-{number}",
            template="identity/identity_center/identity_center",
            description=_description(family, first=first),
            target=family.target,
            context=IdentityCenterContext(
                prefix=landscape.prefix,
                sets=tuple(_set(family, name, sets[name]) for name in names),
                groups=_new_groups(family, new) if first else (),
                attributes=_attributes(family) if first else (),
            ),
            parameters=(_instance(family), *((_store(family),) if new and first else ())),
            prerequisites=_prerequisites(family) if first else (),
            depends_on=(*previous, *(("iam-roles",) if _needs_roles(landscape, bodies) else ())),
        )
        yield spec
        previous = (spec.name,)


def _prerequisites(family: _Family) -> tuple[str, ...]:
    enabled = _ENABLED.format(region=family.region)
    return enabled, *trusted_by_hand(family.landscape, _SERVICE, "Permission sets")


def _description(family: _Family, *, first: bool) -> str:
    whose = "the management account" if family.management else "every member account"
    return f"Permission sets and groups for {whose}." if first else f"More permission sets for {whose}."


def _groups_of(family: _Family) -> tuple[str, ...]:
    groups = dict.fromkeys(row.principal for row in family.rows if not row.is_user)
    return tuple(groups) if family.management else _members_groups(family, groups)


def _new_groups(family: _Family, descriptions: Mapping[str, str]) -> tuple[GroupResource, ...]:
    return tuple(
        GroupResource(logical_id=f"{family.group_ids[name]}Group", name=name, description=text)
        for name, text in descriptions.items()
    )


def _attributes(family: _Family) -> tuple[Mapping[str, Any], ...]:
    if family.management:
        return ()
    return tuple({"Key": key, "Value": {"Source": [source]}} for key, source in family.settings.attributes.items())


def _members_groups(family: _Family, used: Iterable[str]) -> tuple[str, ...]:
    """Groups with assignments in member accounts, and groups without any assignment."""
    everywhere = {item.group for item in family.settings.assignments if item.group}
    wanted = set(used)
    return tuple(name for name in family.settings.groups if name in wanted or name not in everywhere)


def _needs_roles(landscape: Landscape, sets: list[PermissionSet]) -> bool:
    return landscape.is_on("iam_roles") and any(
        item.boundary == f"{landscape.prefix}-permissions-boundary" for item in sets
    )


def _set(family: _Family, name: str, body: PermissionSet) -> SetResource:
    return SetResource(
        logical_id=f"{family.set_ids[name]}PermissionSet",
        name=f"{family.prefix}{name}",
        session=_duration(body.session),
        body=body,
        inline_policy=portable(body.inline_policy or {}),
        boundary=_reference(body.boundary) if body.boundary else {},
        customer_policies=tuple(map(_reference, body.customer_policies)),
        tags=tuple({"Key": key, "Value": value} for key, value in sorted(body.tags.items())),
        administrator="AdministratorAccess" in body.managed_policies,
    )


def _duration(session: str) -> str:
    """`8h` → `PT8H`, `90m` → `PT1H30M`, `60m` → `PT1H`."""
    hours, minutes = (int(session[:-1]), 0) if session.endswith("h") else divmod(int(session[:-1]), 60)
    return f"PT{hours}H{minutes}M" if minutes else f"PT{hours}H"


def _reference(policy: str) -> Mapping[str, str]:
    path, _, name = policy.rpartition("/")
    return {"Name": name, **({"Path": f"/{path}/"} if path else {})}


def _assignments(family: _Family, previous: str) -> Iterator[StackSpec]:
    """Stacks of assignments, one after the other: AWS processes fifteen at a time."""
    known = account_parameters(family.landscape, dict.fromkeys(row.account for row in family.rows))
    for number, rows in shards(family.rows):
        name = f"{family.stack}-assignments" + (f"-{number}" if number > 1 else "")
        accounts = {row.account: known[row.account] for row in rows}
        principals = {row.title: _principal(family, row) for row in rows if _id_of(family, row)}
        yield StackSpec(
            name=name,
            template="identity/identity_center/assignments",
            description="Assignments of groups and permission sets to accounts.",
            target=family.target,
            context=AssignmentsContext(
                prefix=family.landscape.prefix, assignments=_resources(family, rows, accounts, principals)
            ),
            parameters=(_instance(family), *accounts.values(), *principals.values()),
            depends_on=(previous,),
        )
        previous = name


def _resources(
    family: _Family,
    rows: tuple[Access, ...],
    accounts: Mapping[str, ParameterDeclaration],
    principals: Mapping[str, ParameterDeclaration],
) -> tuple[AssignmentResource, ...]:
    names = [f"Assignment{digest_of(row)}" for row in rows]
    set_ids, group_ids = family.set_ids, family.group_ids
    return tuple(
        AssignmentResource(
            logical_id=name,
            purpose=f"Assigns {family.prefix}{row.permission_set} in {row.account} to {row.title}.",
            account_parameter=accounts[row.account].name,
            permission_set=set_ids[row.permission_set],
            principal_type="USER" if row.is_user else "GROUP",
            group="" if row.is_user else group_ids[row.principal],
            principal_parameter=principals[row.title].name if row.title in principals else "",
            after=names[place - _LANES] if place >= _LANES else "",
        )
        for place, (name, row) in enumerate(zip(names, rows, strict=True))
    )


def _id_of(family: _Family, row: Access) -> str | None:
    """The principal's id in the identity store; None for a group that the baseline creates."""
    settings = family.settings
    return settings.users[row.principal].id if row.is_user else settings.groups[row.principal].id


def _principal(family: _Family, row: Access) -> ParameterDeclaration:
    kind = "user" if row.is_user else "group"
    ids = logical_names(family.settings.users) if row.is_user else family.group_ids
    return group_parameter(row.principal, ids[row.principal], _id_of(family, row), family.region, kind)


def _instance(family: _Family) -> ParameterDeclaration:
    return ParameterDeclaration(
        name="IdentityCenterInstanceArn",
        description="ARN of the organization's instance of IAM Identity Center.",
        pattern="^arn:aws[a-z-]*:sso:::instance/(sso)?ins-[a-zA-Z0-9.-]{16}$",
        value=lambda _: family.settings.instance_arn,
        how=f"aws sso-admin list-instances --query 'Instances[0].InstanceArn' --region {family.region}",
    )


def _store(family: _Family) -> ParameterDeclaration:
    return ParameterDeclaration(
        name="IdentityStoreId",
        description="Id of the instance's identity store.",
        pattern="^(d-[0-9a-f]{10}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
        value=lambda _: family.settings.identity_store_id,
        how=f"aws sso-admin list-instances --query 'Instances[0].IdentityStoreId' --region {family.region}",
    )


def _problems(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("identity_center", IdentityCenterSettings)
    found = tuple(identity_center_problems(landscape, settings))
    yield from found
    if not found and not landscape.standalone:
        yield from application_problems(landscape, settings, _created_groups(landscape, settings))


def _documents(landscape: Landscape) -> Mapping[str, str]:
    if landscape.standalone:
        return {}
    settings = landscape.settings("identity_center", IdentityCenterSettings)
    rows = access(landscape, settings)
    return {
        "report/access-matrix.md": matrix_markdown(rows, settings),
        "report/access-matrix.csv": matrix_csv(rows, settings),
    }


CAPABILITY = Capability(
    name="identity_center",
    title="IAM Identity Center",
    summary="Permission sets by job function, groups, and their assignments to accounts.",
    settings=IdentityCenterSettings,
    needs_organization=True,
    stacks=_stacks,
    problems=lambda landscape: tuple(_problems(landscape)),
    unsupported=lambda landscape: tuple(
        unsupported_counts(access(landscape, landscape.settings("identity_center", IdentityCenterSettings)))
    ),
    trusted_access=(_SERVICE,),
    delegated_administration=(_SERVICE,),
    has_role=True,
    documents=_documents,
)
