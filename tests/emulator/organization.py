"""An organization in moto with the ids that a test needs, and the resources that CloudFormation creates."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from tests.emulator.cloudformation.stacks import Deployed, Stack
from tests.emulator.services.place import role_credentials

MANAGEMENT = "111111111111"
SERVICE_LINKED = ("AWSServiceRoleForAccessAnalyzer", "AWSServiceRoleForAmazonGuardDuty", "AWSServiceRoleForCloudTrail")
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"


@dataclass(kw_only=True)
class EmulatedOrganization:
    """The organization of the management account; empty until `found`. `delegated`: account → services.

    `has_stack_sets` says whether StackSets initially have trusted access.
    """

    management: str = MANAGEMENT
    delegated: dict[str, set[str]] = field(default_factory=dict)
    has_stack_sets: bool = True
    is_open: Callable[[str, str], bool] = lambda *_: True
    _made: dict[str, str] = field(default_factory=dict)

    @property
    def backend(self) -> Any:
        return organizations_backends[self.management]["aws"]

    def credentials(self, account: str = "") -> Mapping[str, str]:
        """Environment variables of an administrator of the account; the management account by default."""
        found = role_credentials(account or self.management)
        return {name.upper(): value for name, value in found.items()}

    def found(self, organization_id: str, root_id: str) -> None:
        """Create the organization."""
        self.backend.create_organization(region="us-east-1", FeatureSet="ALL")
        organization = self.backend.org
        root = self.backend.ou[0]
        organization.id, organization.root_id, root.id = organization_id, root_id, root_id
        for account in self.backend.accounts:
            account.parent_id, account.organization_id = root_id, organization_id
        self.link_roles()

    def link_roles(self, *names: str) -> None:
        """Create service-linked roles in the management account: the given ones, or all that services need."""
        backend = iam_backends[self.management]["aws"]
        for name in names or SERVICE_LINKED:
            backend.create_role(name, "{}", "/aws-service-role/", None, "", [], "3600")

    def unlink_role(self, name: str) -> None:
        """Remove the role, as in an account that has not used the service yet."""
        backend = iam_backends[self.management]["aws"]
        backend.roles = {key: role for key, role in backend.roles.items() if role.name != name}

    def unit(self, path: str, unit_id: str = "") -> str:
        """Create an OU at a path; its parents must exist."""
        parent, _, name = path.rpartition("/")
        self.backend.create_organizational_unit(ParentId=self._made[parent] if parent else self.root, Name=name)
        unit = self.backend.ou[-1]
        unit.id = unit_id or unit.id
        self._made[path] = unit.id
        return str(unit.id)

    def account(self, account_id: str, name: str, unit: str = "") -> None:
        """Create an account in an OU."""
        self.backend.create_account(AccountName=name, Email=f"{name}@example.com")
        account = self.backend.accounts[-1]
        belongs = organizations_backends.master_accounts
        belongs[account_id] = belongs.pop(account.id)
        account.id, account.parent_id = account_id, self._made[unit] if unit else self.root

    def delegate(self, account: str) -> None:
        """Make an account a delegated administrator for StackSets."""
        self.delegated.setdefault(account, set()).add(STACK_SETS)

    def join(self, account: str) -> None:
        """Allow an account to describe its organization."""
        organizations_backends[account]["aws"] = self.backend

    def may_call(self, account: str, call_as: str) -> bool:
        """Whether an account may make StackSets calls for the organization in that role."""
        if account == self.management:
            return call_as == "SELF"
        return call_as == "DELEGATED_ADMIN" and STACK_SETS in self.delegated.get(account, ())

    @property
    def root(self) -> str:
        return str(self.backend.ou[0].id)

    def members(self, unit: str) -> list[str]:
        """Accounts in the OU and below, without the management account."""
        units = set(self._below(unit))
        return [item.id for item in self.backend.accounts if item.parent_id in units and item.id != self.management]

    def everyone_but_management(self) -> list[str]:
        """Every member account."""
        return [item.id for item in self.backend.accounts if item.id != self.management]

    def active_accounts(self) -> set[str]:
        """Every active account, including the management account."""
        return {item.id for item in self.backend.accounts if item.status == "ACTIVE"}

    def is_suspended(self, account: str) -> bool:
        return bool(self.backend.get_account_by_id(account).status == "SUSPENDED")

    def created(self, stack: Stack, resource: Deployed) -> None:
        """Create the resource in moto."""
        del stack
        properties = resource.properties
        if resource.type == "AWS::Organizations::OrganizationalUnit":
            self.backend.create_organizational_unit(ParentId=properties["ParentId"], Name=properties["Name"])
            resource.physical = self.backend.ou[-1].id
        elif resource.type == "AWS::Organizations::Account":
            self.backend.create_account(AccountName=properties["AccountName"], Email=properties["Email"])
            account = self.backend.accounts[-1]
            account.parent_id = properties.get("ParentIds", [self.root])[0]
            resource.physical = account.id
            resource.properties = {**properties, "AccountId": account.id}

    def _below(self, unit: str) -> Iterator[str]:
        yield unit
        for child in [item.id for item in self.backend.ou if item.parent_id == unit]:
            yield from self._below(child)
