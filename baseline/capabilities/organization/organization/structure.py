"""The OUs and accounts without an id, in as many stacks as necessary."""

from collections.abc import Iterator, Mapping

from baseline.capabilities.capability import StackSpec, one_account
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import PARAMETERS, ParameterDeclaration, account_parameter, ou_parameter
from baseline.frozen import frozen

_AT_ONCE = 50
"""Units and accounts per stack: with names and addresses of full length a template stays under 51,200 bytes."""


@frozen
class Unit:
    """An organizational unit to create. `parent` is a logical id; "" is the root of an organization created here."""

    logical_id: str
    name: str
    parent: str
    after: str


@frozen
class NewAccount:
    """An account to create. `parent` as in `Unit`; `after` is the resource before it: AWS creates one at a time."""

    logical_id: str
    key: str
    name: str
    email: str
    parent: str
    after: str
    tags: tuple[Mapping[str, str], ...]


@frozen
class OrganizationContext:
    """Context of `organization`. `creates_organization` is true if no organization exists yet."""

    creates_organization: bool
    units: tuple[Unit, ...]
    accounts: tuple[NewAccount, ...]


@frozen
class _Node:
    """An OU (`path`) or an account (`key`) without an id in the profile."""

    parameter: ParameterDeclaration
    parent: str
    key: str = ""
    path: str = ""

    @property
    def logical_id(self) -> str:
        return self.parameter.name.removesuffix("Id")


def _nodes(landscape: Landscape) -> Iterator[_Node]:
    for path in landscape.ous:
        if landscape.ous[path] is None:
            yield _Node(parameter=ou_parameter(landscape, path), parent=path.rpartition("/")[0], path=path)
    for key, account in landscape.accounts.items():
        if account.id is None and key != "management":
            yield _Node(parameter=account_parameter(landscape, key), parent=account.ou or "", key=key)


def structure_stacks(landscape: Landscape) -> Iterator[StackSpec]:
    """The stacks that create OUs and accounts without an id, each after the previous one."""
    nodes = tuple(_nodes(landscape))
    creates = landscape.organization_id is None
    if not nodes and not creates:
        return
    names: list[str] = []
    for start in range(0, max(len(nodes), 1), _AT_ONCE):
        first = not names
        here = nodes[start : start + _AT_ONCE]
        own = {node.path: node.logical_id for node in here if node.path}
        outside = {node.parent for node in here} - own.keys()
        needed = tuple(
            ou_parameter(landscape, path) if path else PARAMETERS["OrganizationRootId"]
            for path in sorted(outside)
            if path or not (creates and first)
        )
        spec = StackSpec(
            name="organization" if first else f"organization-{len(names) + 1}",
            template="organization/organization/organization",
            description="Organizational units and accounts that the profile lists without ids.",
            target=one_account("management"),
            context=OrganizationContext(
                creates_organization=creates and first,
                units=tuple(_unit(landscape, here, n, own) for n, node in enumerate(here) if node.path),
                accounts=tuple(_account(landscape, here, n, own) for n, node in enumerate(here) if node.key),
            ),
            parameters=needed,
            depends_on=tuple(names[-1:]),
            foundation=True,
            provides=(
                *(("OrganizationId", "OrganizationRootId") if creates and first else ()),
                *(node.parameter.name for node in here),
            ),
        )
        names.append(spec.name)
        yield spec


def _parent(landscape: Landscape, node: _Node, own: dict[str, str]) -> str:
    if node.parent:
        return own.get(node.parent) or ou_parameter(landscape, node.parent).name
    return "" if landscape.organization_id is None else "OrganizationRootId"


def _unit(landscape: Landscape, nodes: tuple[_Node, ...], number: int, own: dict[str, str]) -> Unit:
    node = nodes[number]
    return Unit(
        logical_id=node.logical_id,
        name=node.path.rpartition("/")[2],
        parent=_parent(landscape, node, own),
        after=_after(nodes, number, own),
    )


def _after(nodes: tuple[_Node, ...], number: int, own: dict[str, str]) -> str:
    """The previous resource, unless it is the parent, which CloudFormation orders anyway."""
    before = nodes[number - 1].logical_id if number else ""
    return "" if before == own.get(nodes[number].parent) else before


def _account(landscape: Landscape, nodes: tuple[_Node, ...], number: int, own: dict[str, str]) -> NewAccount:
    node = nodes[number]
    account = landscape.accounts[node.key]
    return NewAccount(
        logical_id=node.logical_id,
        key=node.key,
        name=account.name,
        email=account.email,
        parent=_parent(landscape, node, own),
        after=_after(nodes, number, own),
        tags=tuple({"Key": key, "Value": value} for key, value in sorted(account.tags.items())),
    )
