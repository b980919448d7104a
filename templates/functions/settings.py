"""Settings that CloudFormation has no resource type for: one custom resource, one table at the end of this file.

A resource has the properties `Setting`, a key of the table; `Arguments`, those of the API call; `Regions`, where each
Region has a setting of its own; `Revert`, "true" when deleting the resource shall undo the setting; and `Optional`,
"true" when a partition may lack it. Every setting may be applied again and again. Nothing that a call carries or
answers is logged, nor the address that CloudFormation is answered at.
"""

import json
import os
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.request import Request, urlopen

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

RESERVE = 40  # seconds kept for a call that hangs and for the answer
LONGEST_ANSWER = 4096  # bytes, CloudFormation's limit
LONGEST_PAUSE = 20  # seconds
SETTLE = 120  # seconds in which what was changed just now is seen everywhere
ATTEMPTS = 4  # to answer
REGIONS_AT_ONCE = 6  # opt-in requests that an account may have open
SERVER_ERROR = 500

# Errors that pass by themselves: repeated until time runs out.
AGAIN = frozenset(
    {
        *("ConcurrentModification", "ConcurrentModificationException", "FinalizingOrganizationException"),
        *("InternalErrorException", "PolicyChangesInProgressException", "RequestLimitExceeded", "ServiceException"),
        *("ServiceUnavailable", "SlowDown", "Throttling", "ThrottlingException", "ThrottledException"),
        "TooManyRequestsException",
    }
)
# Errors that a change of a moment ago explains, and a mistake does too: of trusted access, roles, accounts and Regions.
SETTLING = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "AuthFailure", "CloudTrailAccessNotEnabledException"),
        *("ConflictException", "DependencyViolation", "InsufficientDependencyServiceAccessPermissionException"),
        *("InsufficientIAMAccessPermissionException", "InvalidClientTokenId", "OptInRequired"),
        *("ServiceAccessNotEnabledException", "SubscriptionRequiredException", "UnauthorizedOperation"),
        "UnrecognizedClientException",
    }
)
# Refusals of an organization or a partition that does not have what an optional setting asks for.
UNAVAILABLE = frozenset(
    {
        *("InvalidAction", "InvalidInputException", "PolicyTypeNotAvailableForOrganizationException"),
        *("UnknownOperationException", "UnsupportedAPIEndpointException", "UnsupportedOperation"),
    }
)
LEAVING = frozenset({"DELETING", "DISABLE_IN_PROGRESS", "DISABLING_IN_PROGRESS", "PENDING_DELETION"})
# What an answer repeats of its request → the most characters of it. Together they leave room for a reason.
REPEATED = {"StackId": 400, "RequestId": 128, "LogicalResourceId": 255, "PhysicalResourceId": 512}

Arguments = Mapping[str, Any]


class SettingError(Exception):
    """Why a setting is not as it was asked for."""


def handler(event: Mapping[str, Any], context: Any) -> None:
    """Carry out one request of CloudFormation, and always answer it; another address than CloudFormation's gets none.

    Raises:
        SettingError: when CloudFormation cannot be reached; Lambda then runs the function again.
    """
    own = context.invoked_function_arn.split(":")
    url = str(event.get("ResponseURL"))
    if not is_cloudformation(url, partition=own[1], region=own[3]):
        print(json.dumps({"Refused": "a request that is not to be answered at CloudFormation"}))
        return
    answer = {key: _repeated(event.get(key), longest) for key, longest in REPEATED.items()}
    # The logical id never changes, so an update never replaces anything.
    answer["PhysicalResourceId"] = answer["PhysicalResourceId"] or answer["LogicalResourceId"] or "none"
    reply: dict[str, Any] = {**answer, "Status": "SUCCESS"}
    try:
        refuse_strangers(str(event.get("StackId")), own)
        deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE
        reply["Data"] = {"Outcome": carry_out(event, deadline)}
    except Exception as error:
        reply |= {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"}
    print(json.dumps({key: reply[key] for key in ("LogicalResourceId", "Status")}))
    send(url, reply)


def is_cloudformation(url: str, partition: str, region: str) -> bool:
    """Whether the address is in CloudFormation's own bucket for answers of that Region, under HTTPS.

    The bucket's name: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html
    Its host is seen with the global, the dotted and the dashed name of Amazon S3's endpoint.
    """
    bucket = f"cloudformation-custom-resource-response-{region.replace('-', '')}"
    domain = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    middles = ("", f".{region}", f"-{region}", f".dualstack.{region}")
    return url.startswith(tuple(f"https://{bucket}.s3{middle}.{domain}/" for middle in middles))


def refuse_strangers(stack_id: str, own: list[str]) -> None:
    """Let pass the stacks of this account and Region that are named after this function, StackSets' ones among them.

    The function for accounts serves the stack that enables Regions as well. `own` is the function's ARN in parts.

    Raises:
        SettingError: for any other stack.
    """
    _, partition, _, region, account, _, name = own[:7]
    place = f"arn:{partition}:cloudformation:{region}:{account}:stack"
    names = "|".join({re.escape(name), re.escape(name.replace("-account-settings", "-account-regions"))})
    if not re.fullmatch(rf"{place}/(StackSet-)?({names})(-[A-Za-z0-9-]+)?/[A-Za-z0-9-]+", stack_id):
        raise SettingError(f"this function makes the settings of stacks named {name} only")


def _repeated(value: Any, longest: int) -> str:
    """The text as it came, which is short and printable; of anything else no more than fits into an answer."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in str(value or ""))[:longest]


def carry_out(event: Mapping[str, Any], deadline: float) -> str:
    """Apply or revert the setting in every Region; says what came of it.

    Raises:
        SettingError: with what went wrong in each Region where something did.
    """
    properties = event["ResourceProperties"]
    setting = SETTINGS.get(properties.get("Setting", ""))
    if event["RequestType"] == "Delete":
        # A setting that this version does not have any more came from an earlier one: it stays too.
        if properties.get("Revert") != "true" or setting is None or setting.revert is None:
            return "left as it is"
        run = setting.revert
    elif setting is None:
        raise SettingError(f"there is no setting {_repeated(properties.get('Setting'), 60)}")
    else:
        run = setting.apply
    former = (event.get("OldResourceProperties") or {}).get("Arguments") or {}
    outcomes: dict[str, list[str]] = {}
    problems = []
    for region in properties.get("Regions") or [os.environ["AWS_REGION"]]:
        calls = Calls(setting.service, region, deadline, former)
        try:
            outcome = run(calls, properties.get("Arguments") or {})
        except (BotoCoreError, ClientError, SettingError) as error:
            code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
            if properties.get("Optional") != "true" or code not in UNAVAILABLE:
                problems.append(f"{region}: {error}")
                continue
            outcome = f"not available here: {code}"
        outcomes.setdefault(outcome, []).append(region)
    if problems:
        raise SettingError("; ".join(problems))
    return "; ".join(f"{outcome} ({', '.join(regions)})" for outcome, regions in outcomes.items())


def send(url: str, answer: dict[str, Any]) -> None:
    """Answer CloudFormation, with its reasons and outcomes cut to what it takes.

    Raises:
        SettingError: when it cannot be reached, without the address, which holds a signature.
    """
    texts = [(answer, "Reason"), (answer.get("Data", {}), "Outcome")]
    while len(body := json.dumps(answer).encode()) > LONGEST_ANSWER and any(holder.get(key) for holder, key in texts):
        for holder, key in texts:
            if key in holder:
                holder[key] = holder[key][: len(holder[key]) * 3 // 4]
    for _ in range(ATTEMPTS):
        try:
            # CloudFormation's signed address takes no content type.
            request = Request(url, data=body, method="PUT", headers={"Content-Type": ""})
            urlopen(request, timeout=5).close()
        except Exception:
            time.sleep(random.uniform(0, 1))
        else:
            return
    raise SettingError("CloudFormation did not take the answer")


class Calls:
    """Calls of one service in one Region, tried again with growing, random pauses until the deadline."""

    def __init__(self, service: str, region: str, deadline: float, former: Arguments) -> None:
        """`deadline` is a moment of `time.monotonic()`, `former` what an update's arguments were before."""
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10)
        self._client = boto3.client(service, region_name=region, config=config)
        self._region, self._deadline, self.former = region, deadline, former

    def to(self, service: str) -> "Calls":
        """Calls of another service in the same Region, until the same deadline."""
        return Calls(service, self._region, self._deadline, self.former)

    def __call__(self, operation: str, arguments: Arguments | None = None, fine: tuple[str, ...] = ()) -> Any:
        """Call `operation`; an error code in `fine` counts as an empty answer."""
        model = self._client.meta.service_model.operation_model(self._client.meta.method_to_api_mapping[operation])
        typed = _typed(model.input_shape, dict(arguments or {}))
        settled = time.monotonic() + SETTLE
        for attempt in count():
            if time.monotonic() > self._deadline:
                raise SettingError(f"no time was left for {operation}")
            try:
                return getattr(self._client, operation)(**typed)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in fine:
                    return {}
                broken = error.response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_ERROR
                settling = code in SETTLING and time.monotonic() < settled
                if not (broken or settling or code in AGAIN) or not self.pause(2**attempt):
                    raise
            except HTTPClientError:
                if not self.pause(2**attempt):
                    raise
        return None

    def all(self, operation: str, key: str, filters: Mapping[str, str]) -> list[dict[str, Any]]:
        """Every item under `key` of every page, by Amazon EC2's filters."""
        arguments: dict[str, Any] = {"Filters": [{"Name": name, "Values": [value]} for name, value in filters.items()]}
        items = []
        while True:
            page = self(operation, arguments)
            items += page[key]
            if not page.get("NextToken"):
                return items
            arguments["NextToken"] = page["NextToken"]

    def pause(self, longest: float) -> bool:
        """Wait for a random time, unless the deadline comes first; says whether it waited."""
        seconds = random.uniform(0, min(LONGEST_PAUSE, longest))
        if time.monotonic() + seconds > self._deadline:
            return False
        time.sleep(seconds)
        return True


def _typed(shape: Any, value: Any) -> Any:
    """The value as the API's own model wants it: CloudFormation sends numbers and switches as text."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        unknown = value.keys() - shape.members.keys()
        if unknown:
            raise SettingError(f"{shape.name} has no {', '.join(sorted(unknown))}")
        return {key: _typed(shape.members[key], item) for key, item in value.items()}
    if shape.type_name == "list":
        return [_typed(shape.member, item) for item in value]
    if shape.type_name == "boolean":
        return str(value).lower() == "true"
    return int(value) if shape.type_name in {"integer", "long"} else value


Run = Callable[[Calls, Arguments], str]


@dataclass(frozen=True)
class Setting:
    """How a setting is made and undone, if it can be undone."""

    service: str
    apply: Run
    revert: Run | None = None


def call(operation: str, *fine: str, takes: tuple[str, ...] | None = None, **fixed: str) -> Run:
    """One API call with the resource's arguments, or those that it `takes`, and with `fixed` ones."""

    def run(calls: Calls, arguments: Arguments) -> str:
        chosen = {key: value for key, value in arguments.items() if takes is None or key in takes}
        calls(operation, {**chosen, **fixed}, fine)
        return "done"

    return run


def delegate(calls: Calls, arguments: Arguments) -> str:
    """Make an account the delegated administrator of a service; one that was it before has to be removed first."""
    _refuse_former(calls, "AccountId", arguments, arguments["ServicePrincipal"])
    calls("register_delegated_administrator", arguments, ("AccountAlreadyRegisteredException",))
    return "done"


def delegate_cloudtrail(calls: Calls, arguments: Arguments) -> str:
    """Make an account CloudTrail's delegated administrator; one that was it before has to be removed first."""
    _refuse_former(calls.to("organizations"), "MemberAccountId", arguments, "cloudtrail.amazonaws.com")
    calls("register_organization_delegated_admin", arguments, ("AccountRegisteredException",))
    return "done"


def _refuse_former(organizations: Calls, key: str, arguments: Arguments, service: str) -> None:
    """An organization may have several administrators of a service: the former one would keep its power unnoticed."""
    former = organizations.former.get(key)
    if former in (None, arguments[key]):
        return
    present = organizations("list_delegated_administrators", {"ServicePrincipal": service})["DelegatedAdministrators"]
    if former in [item["Id"] for item in present]:
        raise SettingError(
            f"account {former} still administers {service}: run 'aws organizations deregister-delegated-administrator "
            f"--account-id {former} --service-principal {service}' in the management account, and deploy again"
        )


@dataclass(frozen=True)
class Delegation:
    """How a service that has one delegated administrator lists, names and removes it; the words of its API.

    `items` is the list in the answer of `lists`, empty where the answer is the administrator; `account` and `status`
    are its keys there, `argument` the account's when it is named.
    """

    lists: str
    items: str
    account: str
    status: str
    argument: str
    enable: str
    disable: str = ""
    first: str = ""

    def present(self, calls: Calls) -> dict[str, str]:
        """Account id → status of each administrator."""
        answer = calls(self.lists, fine=("ResourceNotFoundException",))
        items = answer.get(self.items, []) if self.items else [answer] if self.account in answer else []
        return {item[self.account]: item.get(self.status, "") for item in items if item.get(self.status) != "DELETED"}

    def name(self, calls: Calls, arguments: Arguments) -> str:
        """Name an account, unless it is named; another one is never replaced, and one that is leaving is waited for."""
        if self.first:
            calls(self.first, {}, ("ConflictException",))
        present = self.present(calls)
        while leaving := [account for account, status in present.items() if status in LEAVING]:
            if not calls.pause(LONGEST_PAUSE):
                raise SettingError(f"account {leaving[0]} is still being removed as administrator: deploy again later")
            present = self.present(calls)
        if list(present) == [arguments["AccountId"]]:
            return "was so already"
        if present:
            raise SettingError(f"account {next(iter(present))} is the delegated administrator: remove it, or name it")
        calls(self.enable, {self.argument: arguments["AccountId"]})
        return "done"

    def remove(self, calls: Calls, arguments: Arguments) -> str:
        """Take the delegation back, unless the account does not have it."""
        if self.present(calls).get(arguments["AccountId"], "DISABLE_IN_PROGRESS") in LEAVING:
            return "was so already"
        calls(self.disable, {self.argument: arguments["AccountId"]})
        return "done"


GUARDDUTY = Delegation(
    *("list_organization_admin_accounts", "AdminAccounts", "AdminAccountId", "AdminStatus", "AdminAccountId"),
    *("enable_organization_admin_account", "disable_organization_admin_account"),
)
MACIE = Delegation(
    *("list_organization_admin_accounts", "adminAccounts", "accountId", "status", "adminAccountId"),
    *("enable_organization_admin_account", "disable_organization_admin_account"),
    first="enable_macie",  # the account that names an administrator has Macie itself
)
INSPECTOR = Delegation(
    *("list_delegated_admin_accounts", "delegatedAdminAccounts", "accountId", "status", "delegatedAdminAccountId"),
    *("enable_delegated_admin_account", "disable_delegated_admin_account"),
)
FIREWALL_MANAGER = Delegation(
    *("get_admin_account", "", "AdminAccount", "RoleStatus", "AdminAccount"),
    "associate_admin_account",
)


def create_linked_role(calls: Calls, arguments: Arguments) -> str:
    """Create a service's service-linked role, unless it exists: IAM answers InvalidInput then, as for a wrong name."""
    try:
        calls("create_service_linked_role", arguments)
    except ClientError as error:
        if "has been taken" not in error.response["Error"].get("Message", ""):
            raise
        return "was so already"
    return "done"


def name_account(calls: Calls, arguments: Arguments) -> str:
    """Give the account its alias; it has one at most, and a new one takes the place of the old."""
    if calls("list_account_aliases")["AccountAliases"] == [arguments["AccountAlias"]]:
        return "was so already"
    calls("create_account_alias", arguments)
    return "done"


def enable_regions(calls: Calls, arguments: Arguments) -> str:
    """Opt the account in to Regions, at most six at a time, and wait until they are there."""
    while True:
        states = {
            name: calls("get_region_opt_status", {"RegionName": name})["RegionOptStatus"]
            for name in arguments["RegionNames"]
        }
        coming = [name for name, state in states.items() if state == "ENABLING"]
        absent = [name for name, state in states.items() if state in {"DISABLED", "DISABLING"}]
        if not coming and not absent:
            return "done"
        for name in absent[: REGIONS_AT_ONCE - len(coming)]:
            calls("enable_region", {"RegionName": name}, ("ConflictException",))
        if not calls.pause(LONGEST_PAUSE):
            raise SettingError(f"{', '.join(coming + absent)} will take a while, hours at times: deploy again then")


def encrypt_volumes(calls: Calls, arguments: Arguments) -> str:
    """Encrypt every new EBS volume and snapshot, with the key given or with the default key that the account has."""
    if arguments.get("KmsKeyId"):
        calls("modify_ebs_default_kms_key_id", arguments)
    calls("enable_ebs_encryption_by_default")
    return "done"


def set_metadata_defaults(calls: Calls, arguments: Arguments) -> str:
    """Set defaults of the instance metadata service; enforcement that the stack no longer asks for ends."""
    dropped = {key: "no-preference" for key in ("HttpTokensEnforced",) if key in calls.former and key not in arguments}
    calls("modify_instance_metadata_defaults", {**arguments, **dropped})
    return "done"


def reset_metadata_defaults(calls: Calls, arguments: Arguments) -> str:
    """Leave to AWS what the stack has set: an enforcement without a default would stop launches."""
    hops = {"HttpPutResponseHopLimit": "-1"}
    calls("modify_instance_metadata_defaults", {**dict.fromkeys(arguments, "no-preference"), **hops})
    return "done"


def remove_default_vpc(calls: Calls, _: Arguments) -> str:
    """Delete the default VPC with its subnets and gateway; one that anything else is in is left whole."""
    vpcs = calls.all("describe_vpcs", "Vpcs", {"is-default": "true"})
    for vpc_id in [vpc["VpcId"] for vpc in vpcs]:
        residents = [
            item
            for operation, key, name in (
                ("describe_network_interfaces", "NetworkInterfaces", "vpc-id"),
                ("describe_vpc_endpoints", "VpcEndpoints", "vpc-id"),
                ("describe_vpn_gateways", "VpnGateways", "attachment.vpc-id"),
                ("describe_vpc_peering_connections", "VpcPeeringConnections", "accepter-vpc-info.vpc-id"),
                ("describe_vpc_peering_connections", "VpcPeeringConnections", "requester-vpc-info.vpc-id"),
                ("describe_security_groups", "SecurityGroups", "vpc-id"),
            )
            for item in calls.all(operation, key, {name: vpc_id})
            if item.get("GroupName") != "default"
        ]
        if residents:
            raise SettingError(f"the default VPC {vpc_id} is in use: move what is in it, or keep the VPC")
        for gateway in calls.all("describe_internet_gateways", "InternetGateways", {"attachment.vpc-id": vpc_id}):
            gateway_id = gateway["InternetGatewayId"]
            calls("detach_internet_gateway", {"InternetGatewayId": gateway_id, "VpcId": vpc_id})
            calls("delete_internet_gateway", {"InternetGatewayId": gateway_id})
        for subnet in calls.all("describe_subnets", "Subnets", {"vpc-id": vpc_id}):
            calls("delete_subnet", {"SubnetId": subnet["SubnetId"]})
        calls("delete_vpc", {"VpcId": vpc_id})
    return "removed" if vpcs else "there is none"


def close_default_security_groups(calls: Calls, _: Arguments) -> str:
    """Take every rule from the default security groups that nothing uses; the others are named."""
    used = []
    for group in calls.all("describe_security_groups", "SecurityGroups", {"group-name": "default"}):
        group_id = group["GroupId"]
        if calls.all("describe_network_interfaces", "NetworkInterfaces", {"group-id": group_id}):
            used.append(group_id)
            continue
        for direction, rules in (("ingress", group["IpPermissions"]), ("egress", group["IpPermissionsEgress"])):
            if rules:
                calls(f"revoke_security_group_{direction}", {"GroupId": group_id, "IpPermissions": rules})
    return f"left open, in use: {', '.join(used)}" if used else "done"


SETTINGS: Mapping[str, Setting] = {
    # The organization, from its management account.
    "trusted-access": Setting("organizations", call("enable_aws_service_access"), call("disable_aws_service_access")),
    "delegated-administrator": Setting(
        "organizations", delegate, call("deregister_delegated_administrator", "AccountNotRegisteredException")
    ),
    "policy-type": Setting(
        "organizations",
        call("enable_policy_type", "PolicyTypeAlreadyEnabledException"),
        call("disable_policy_type", "PolicyTypeNotEnabledException"),
    ),
    "service-linked-role": Setting("iam", create_linked_role),
    "security-hub": Setting("securityhub", call("enable_security_hub", "ResourceConflictException")),
    "stacksets-access": Setting("cloudformation", call("activate_organizations_access")),
    "root-credentials": Setting(
        "iam",
        call("enable_organizations_root_credentials_management"),
        call("disable_organizations_root_credentials_management"),
    ),
    "root-sessions": Setting(
        "iam", call("enable_organizations_root_sessions"), call("disable_organizations_root_sessions")
    ),
    "resource-sharing": Setting("ram", call("enable_sharing_with_aws_organization")),
    "health-view": Setting(
        "health",
        call("enable_health_service_access_for_organization"),
        call("disable_health_service_access_for_organization"),
    ),
    "cloudtrail-administrator": Setting("cloudtrail", delegate_cloudtrail),
    "guardduty-administrator": Setting("guardduty", GUARDDUTY.name, GUARDDUTY.remove),
    "macie-administrator": Setting("macie2", MACIE.name, MACIE.remove),
    "inspector-administrator": Setting("inspector2", INSPECTOR.name, INSPECTOR.remove),
    "firewall-manager-administrator": Setting("fms", FIREWALL_MANAGER.name),
    # An account.
    "password-policy": Setting(
        "iam",
        call("update_account_password_policy"),
        call("delete_account_password_policy", "NoSuchEntity", takes=()),
    ),
    "account-alias": Setting("iam", name_account, call("delete_account_alias", "NoSuchEntity")),
    "alternate-contact": Setting(
        "account",
        call("put_alternate_contact"),
        call("delete_alternate_contact", "ResourceNotFoundException", takes=("AlternateContactType",)),
    ),
    "s3-public-access": Setting(
        "s3control",
        call("put_public_access_block"),
        call("delete_public_access_block", takes=("AccountId",)),
    ),
    "enabled-regions": Setting("account", enable_regions),
    # A Region of an account.
    "ebs-encryption": Setting("ec2", encrypt_volumes, call("disable_ebs_encryption_by_default", takes=())),
    "snapshot-public-access": Setting(
        "ec2", call("enable_snapshot_block_public_access"), call("disable_snapshot_block_public_access", takes=())
    ),
    "image-public-access": Setting(
        "ec2", call("enable_image_block_public_access"), call("disable_image_block_public_access", takes=())
    ),
    "serial-console": Setting("ec2", call("disable_serial_console_access"), call("enable_serial_console_access")),
    "instance-metadata": Setting("ec2", set_metadata_defaults, reset_metadata_defaults),
    "default-vpc": Setting("ec2", remove_default_vpc),
    "default-security-groups": Setting("ec2", close_default_security_groups),
    "config-retention": Setting(
        "config",
        call("put_retention_configuration"),
        call(
            "delete_retention_configuration",
            "NoSuchRetentionConfigurationException",
            takes=(),
            RetentionConfigurationName="default",
        ),
    ),
}
