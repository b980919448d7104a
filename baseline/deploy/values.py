"""What AWS assigns: ids that the plan leaves open, found when they are needed."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from baseline.deploy.aws_errors import code_of
from baseline.deploy.session import Session
from baseline.errors import AwsError
from baseline.plan.assigned import UNITS
from baseline.plan.model import Deployment, ParameterValue, Plan, Stack
from baseline.plan.units import ROOT

_IDENTITY_CENTER = {"IdentityCenterInstanceArn": "InstanceArn", "IdentityStoreId": "IdentityStoreId"}
"""Parameter → key of what `sso-admin list-instances` says of the organization's instance."""

_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")


def state_of(account: Mapping[str, str]) -> str:
    """The state of an account as AWS Organizations describes it; only ACTIVE accounts take part in operations.

    `State` replaces `Status`, which AWS retired on 2026-09-09; partitions that lag behind may have the old one alone
    (docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html).
    """
    return account.get("State") or account.get("Status") or "UNKNOWN"


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
                known = self._root() if path == ROOT else self._child(path)
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
                organization = self.session.client("organizations").describe_organization()["Organization"]
                self._management = str(organization["MasterAccountId"])
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
        from botocore.exceptions import ClientError

        if unit not in self._members:
            client = self.session.client("organizations")
            try:
                accounts = list(self.session.pages(client, "list_accounts_for_parent", "Accounts", ParentId=unit))
            except ClientError as error:
                if code_of(error) != "ParentNotFoundException":
                    raise
                self._members[unit] = None
                return None
            found = {account["Id"] for account in accounts if state_of(account) == "ACTIVE"}
            for child in self.session.pages(
                client, "list_organizational_units_for_parent", "OrganizationalUnits", ParentId=unit
            ):
                found |= self._members_of(child["Id"]) or frozenset()
            self._members[unit] = frozenset(found)
        return self._members[unit]

    def _root(self) -> str:
        return str(self.session.client("organizations").list_roots()["Roots"][0]["Id"])

    def _child(self, path: str) -> str:
        parent, _, name = path.rpartition("/")
        client = self.session.client("organizations")
        units = self.session.pages(
            client,
            "list_organizational_units_for_parent",
            "OrganizationalUnits",
            ParentId=self.unit(parent or ROOT),
        )
        for unit in units:
            if unit["Name"] == name:
                return str(unit["Id"])
        raise AwsError(f"the organization has no unit {path}", hint="deploy the organization stack first")

    def _find(self, parameter: ParameterValue) -> str:
        if parameter.output_of or parameter.key_alias:
            return self._output(parameter) if parameter.output_of else self._key(parameter)
        if parameter.name == "OrganizationId":
            organization = self.session.client("organizations").describe_organization()["Organization"]
            return str(organization["Id"])
        if parameter.name == "OrganizationRootId":
            return self._root()
        if parameter.name in _IDENTITY_CENTER:
            return self._identity_center(parameter.name)
        if parameter.name == "ManagementAccountId":
            if self.session.options.delegated_admin:
                return self.management()
            return str(self.session.client("sts").get_caller_identity()["Account"])
        raise AwsError(
            f"{parameter.name} is not known: {parameter.how}",
            hint=f"state it in the profile, or give it with --parameter {parameter.name}=VALUE",
        )

    def _identity_center(self, parameter: str) -> str:
        """A value of the organization's instance, from the Region of the stacks that ask for it."""
        region = next(
            stack.regions[0] for stack in self.plan.stacks if parameter in {item.name for item in stack.parameters}
        )
        instances = self.session.client("sso-admin", region).list_instances()["Instances"]
        if not instances:
            raise AwsError(
                f"IAM Identity Center has no instance in {region}",
                hint="enable it for the organization in the console of the management account in that Region, or name "
                "the Region that has it in the profile: capabilities.identity_center.region",
            )
        return str(instances[0][_IDENTITY_CENTER[parameter]])

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
        from botocore.exceptions import ClientError

        alias = self.alias(parameter)
        try:
            return self.key_of(alias)
        except ClientError as error:
            code = code_of(error)
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
            ClientError: when there is no such alias, or its key may not be described.
        """
        client = self.session.client("kms", alias.split(":")[3])
        return str(client.describe_key(KeyId=alias)["KeyMetadata"]["Arn"])

    def _output(self, parameter: ParameterValue) -> str:
        from botocore.exceptions import ClientError

        if self.session.options.delegated_admin:
            raise AwsError(
                f"{parameter.name} is an output of {parameter.output_of} in the management account, "
                "which a delegated administrator cannot read",
                hint=f"give it with --parameter {parameter.name}=VALUE, or --lock and the file that the management "
                "account's deployment wrote",
            )
        client = self.session.client("cloudformation")
        try:
            stack = client.describe_stacks(StackName=parameter.output_of)["Stacks"][0]
        except ClientError as error:
            if code_of(error) != "ValidationError":
                raise
            stack = {}
        for output in stack.get("Outputs", ()):
            if output["OutputKey"] == parameter.name:
                return str(output["OutputValue"])
        raise AwsError(
            f"{parameter.name} is an output of {parameter.output_of}, which is not deployed",
            hint=f"deploy {parameter.output_of} first",
        )
