"""Values that AWS assigns: ids that the plan does not have, looked up on demand."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from baseline.cloud.account import caller_of, key_arn
from baseline.cloud.identity_center import instance_in
from baseline.cloud.organizations import described, root_of
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session
from baseline.cloud.stacks import StackReader
from baseline.deploy.units import Units
from baseline.errors import AwsError
from baseline.plan.assigned import UNITS
from baseline.plan.model import Deployment, ParameterValue, Plan, Stack
from baseline.plan.units import ROOT

_IDENTITY_CENTER = ("IdentityCenterInstanceArn", "IdentityStoreId")
"""Parameters whose values the organization's instance of IAM Identity Center has."""

_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")


@dataclass(kw_only=True)
class Values:
    """Ids by parameter name; results are cached."""

    plan: Plan
    session: Session
    given: Mapping[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)
    units: Units = field(init=False)
    _adopted: Mapping[str, str] = field(init=False)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        given = {name.removeprefix(UNITS): value for name, value in self.given.items() if name.startswith(UNITS)}
        adopted = {it.name: it.id for it in self.plan.adoptions if it.kind == "organizational_units"}
        planned = {path: it for path, it in self.plan.ou_ids if it}
        self.units = Units(session=self.session, known={**adopted, **given, **planned})
        kinds = ("organizational_units", "accounts")
        self._adopted = {f"{it.label}Id": it.id for it in self.plan.adoptions if it.kind in kinds}

    def parameters(self, stack: Stack) -> dict[str, str]:
        """Name → value of every parameter of the stack's template.

        Raises:
            AwsError: if a value does not exist yet.
        """
        return {parameter.name: self.value(parameter) for parameter in stack.parameters}

    def known(self, stack: Stack) -> bool:
        """Whether AWS has assigned all values that the stack and its targets need."""
        try:
            self.parameters(stack)
            for deployment in stack.deployments:
                self.targets(deployment)
        except AwsError:
            return False
        return True

    def filled(self, stack: Stack, account: str, region: str) -> dict[str, str]:
        """Pseudo parameters in one place, and the known parameters of a stack."""
        partition = self.plan.partition
        found = {
            "AWS::AccountId": account,
            "AWS::Partition": partition,
            "AWS::Region": region,
            "AWS::URLSuffix": _SUFFIXES.get(partition, "amazonaws.com"),
        }
        for parameter in stack.parameters:
            try:
                found[parameter.name] = self.value(parameter)
            except AwsError:  # a stack of the plan will make it
                continue
        return found

    def value(self, parameter: ParameterValue) -> str:
        """The parameter's value: given, planned, or looked up in AWS."""
        with self._lock:
            assigned = self.given.get(parameter.name) or parameter.value or self._adopted.get(parameter.name)
            value = assigned or self.found.get(parameter.name)
            if value is None:
                value = self._find(parameter)
                self.found[parameter.name] = value
            return value

    def targets(self, deployment: Deployment) -> tuple[tuple[str, ...], str]:
        """OU ids, and the account's id or ""."""
        account = self.value(deployment.account_id) if deployment.account_id else ""
        return tuple(self.units.id_of(path) for path in deployment.ous), account

    def assigned(self) -> Mapping[str, str]:
        """All values that were looked up: parameter names, and OU paths under `organizational_units/`."""
        units = {f"{UNITS}{path}": value for path, value in self.units.found.items() if path != ROOT}
        return dict(sorted({**self.found, **units}.items()))

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
                return self.units.management()
            return caller_of(self.session).account
        raise AwsError(
            f"{parameter.name} is not known: {parameter.how}",
            hint=f"set it in the profile, or pass it with --parameter {parameter.name}=VALUE",
        )

    def _identity_center(self, parameter: str) -> str:
        """A value of the organization's instance, from the Region of the stacks that need it."""
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
            AwsError: if the account does not exist yet.
        """
        return _REFERENCE.sub(lambda found: self._named(found[1]), parameter.key_alias)

    def _named(self, name: str) -> str:
        """The value of the parameter that some stack of the plan has under this name."""
        parameters = (item for stack in self.plan.stacks for item in stack.parameters)
        return self.value(
            next((item for item in parameters if item.name == name), ParameterValue(name=name, value=None))
        )

    def _key(self, parameter: ParameterValue) -> str:
        """The current ARN of the key of an alias in a member account."""
        alias = self.alias(parameter)
        try:
            return self.key_of(alias)
        except Refusal as error:
            code = error.code
            if code != "NotFoundException" and not code.startswith("AccessDenied"):
                raise
            said = f"DescribeKey: {code}"
        raise AwsError(
            f"{parameter.name} is the ARN of the key {alias}, which does not exist or may not be described ({said})",
            hint="deploy the key's stack first, and allow the deploying identity, in the management account, "
            f"kms:DescribeKey; or give the ARN with --parameter {parameter.name}=ARN",
        )

    def key_of(self, alias: str) -> str:
        """The ARN of the key that an alias ARN refers to.

        Raises:
            Refusal: if the alias does not exist, or if its key may not be described.
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
