"""What AWS assigns: ids that the plan leaves open, found when they are needed."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from baseline.cloud.account import caller_of, key_arn
from baseline.cloud.identity_center import instance_in
from baseline.cloud.organizations import accounts_in, described, root_of, units_in
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session
from baseline.cloud.stacks import StackReader
from baseline.errors import AwsError
from baseline.plan.assigned import UNITS
from baseline.plan.model import Deployment, ParameterValue, Plan, Stack
from baseline.plan.units import ROOT

_IDENTITY_CENTER = ("IdentityCenterInstanceArn", "IdentityStoreId")
"""Parameters whose values the organization's instance of IAM Identity Center has."""

_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")


@dataclass(kw_only=True)
class Values:
    """Ids by parameter name and by OU path; what was found once is not asked for again."""

    plan: Plan
    session: Session
    given: Mapping[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    _units: dict[str, str] = field(default_factory=dict)
    _members: dict[str, frozenset[str] | None] = field(default_factory=dict)
    _management: str = ""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def parameters(self, stack: Stack) -> dict[str, str]:
        """Name → value of everything that the stack's template asks for.

        Raises:
            AwsError: when a value is not there yet.
        """
        return {parameter.name: self.value(parameter) for parameter in stack.parameters}

    def known(self, stack: Stack) -> bool:
        """Whether AWS has assigned everything that the stack and its targets ask for."""
        try:
            self.parameters(stack)
            for deployment in stack.deployments:
                self.targets(deployment)
        except AwsError:
            return False
        return True

    def value(self, parameter: ParameterValue) -> str:
        """The parameter's value: given, planned, or found in AWS."""
        with self._lock:
            value = self.given.get(parameter.name) or parameter.value or self.found.get(parameter.name)
            if value is None:
                value = self._find(parameter)
                self.found[parameter.name] = value
            return value

    def targets(self, deployment: Deployment) -> tuple[tuple[str, ...], str]:
        """OU ids, and the account's id or ""."""
        account = self.value(deployment.account_id) if deployment.account_id else ""
        return tuple(self.unit(path) for path in deployment.ous), account

    def unit(self, path: str) -> str:
        """The id of the OU at `path`.

        Raises:
            AwsError: when there is none.
        """
        with self._lock:
            known = dict(self.plan.ou_ids).get(path) or self.given.get(f"{UNITS}{path}") or self._units.get(path)
            if known is None:
                known = root_of(self.session) if path == ROOT else self._child(path)
                self._units[path] = known
            return known

    def members(self, unit: str) -> frozenset[str]:
        """Ids of the active accounts in the OU and those below it, without the management account.

        There are none in an OU that the organization does not have.
        """
        with self._lock:
            return (self._members_of(unit) or frozenset()) - {self.management()}

    def has(self, unit: str) -> bool:
        """Whether the organization has an OU with this id."""
        with self._lock:
            return self._members_of(unit) is not None

    def unit_around(self, unit: str, account: str) -> str:
        """The OU's id if the account is in it; else that of the root, in which every account is."""
        return unit if unit and account in self.members(unit) else self.unit(ROOT)

    def management(self) -> str:
        """The management account's id."""
        with self._lock:
            if not self._management:
                self._management = described(self.session).management
            return self._management

    def forget_members(self) -> None:
        """Look again which accounts there are: a stack may have made some."""
        with self._lock:
            self._members.clear()

    def assigned(self) -> Mapping[str, str]:
        """Everything that was found: parameter names, and OU paths under `organizational_units/`."""
        units = {f"{UNITS}{path}": value for path, value in self._units.items() if path != ROOT}
        return dict(sorted({**self.found, **units}.items()))

    def _members_of(self, unit: str) -> frozenset[str] | None:
        """Ids of the active accounts in the OU and those below it; None for an OU that is not there."""
        if unit not in self._members:
            accounts = accounts_in(self.session, unit)
            if accounts is None:
                self._members[unit] = None
                return None
            found = {account.id for account in accounts if account.is_active}
            for child in units_in(self.session, unit):
                found |= self._members_of(child.id) or frozenset()
            self._members[unit] = frozenset(found)
        return self._members[unit]

    def _child(self, path: str) -> str:
        parent, _, name = path.rpartition("/")
        for unit in units_in(self.session, self.unit(parent or ROOT)):
            if unit.name == name:
                return unit.id
        raise AwsError(f"the organization has no unit {path}", hint="deploy the organization stack first")

    def _find(self, parameter: ParameterValue) -> str:
        if parameter.output_of or parameter.key_alias:
            return self._output(parameter) if parameter.output_of else self._key(parameter)
        if parameter.name == "OrganizationId":
            return described(self.session).id
        if parameter.name == "OrganizationRootId":
            return root_of(self.session)
        if parameter.name in _IDENTITY_CENTER:
            return self._identity_center(parameter.name)
        if parameter.name == "ManagementAccountId":
            if self.session.options.delegated_admin:
                return self.management()
            return caller_of(self.session).account
        raise AwsError(
            f"{parameter.name} is not known: {parameter.how}",
            hint=f"state it in the profile, or give it with --parameter {parameter.name}=VALUE",
        )

    def _identity_center(self, parameter: str) -> str:
        """A value of the organization's instance, from the Region of the stacks that ask for it."""
        region = next(
            stack.regions[0] for stack in self.plan.stacks if parameter in {item.name for item in stack.parameters}
        )
        instance = instance_in(self.session, region)
        if instance is None:
            raise AwsError(
                f"IAM Identity Center has no instance in {region}",
                hint="enable it for the organization in the console of the management account in that Region, or name "
                "the Region that has it in the profile: capabilities.identity_center.region",
            )
        return instance.store if parameter == "IdentityStoreId" else instance.arn

    def alias(self, parameter: ParameterValue) -> str:
        """ARN of the alias of the parameter's key, with the account's id filled in.

        Raises:
            AwsError: when the account is not there yet.
        """
        return _REFERENCE.sub(lambda found: self._named(found[1]), parameter.key_alias)

    def _named(self, name: str) -> str:
        """The value of the parameter that some stack of the plan has under this name."""
        parameters = (item for stack in self.plan.stacks for item in stack.parameters)
        return self.value(
            next((item for item in parameters if item.name == name), ParameterValue(name=name, value=None))
        )

    def _key(self, parameter: ParameterValue) -> str:
        """The ARN of the key that an alias of a member account refers to now."""
        alias = self.alias(parameter)
        try:
            return self.key_of(alias)
        except Refusal as error:
            code = error.code
            if code != "NotFoundException" and not code.startswith("AccessDenied"):
                raise
            said = f"DescribeKey: {code}"
        raise AwsError(
            f"{parameter.name} is the ARN of the key {alias}, which is not there or may not be described ({said})",
            hint="deploy the key's stack first, and allow the deploying identity, in the management account, "
            f"kms:DescribeKey; or give the ARN with --parameter {parameter.name}=ARN",
        )

    def key_of(self, alias: str) -> str:
        """The ARN of the key that an alias ARN refers to.

        Raises:
            Refusal: when there is no such alias, or its key may not be described.
        """
        return key_arn(self.session, alias)

    def _output(self, parameter: ParameterValue) -> str:
        if self.session.options.delegated_admin:
            raise AwsError(
                f"{parameter.name} is an output of {parameter.output_of} in the management account, "
                "which a delegated administrator cannot read",
                hint=f"give it with --parameter {parameter.name}=VALUE, or --lock and the file that the management "
                "account's deployment wrote",
            )
        stack = StackReader(session=self.session, region=self.session.home_region, name=parameter.output_of).describe()
        if stack and parameter.name in stack.outputs:
            return stack.outputs[parameter.name]
        raise AwsError(
            f"{parameter.name} is an output of {parameter.output_of}, which is not deployed",
            hint=f"deploy {parameter.output_of} first",
        )
