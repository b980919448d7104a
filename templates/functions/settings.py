"""Settings that CloudFormation has no resource type for: one custom resource, one table at the end of this file.

A resource has the properties `Setting`, a key of the table; `Arguments`, those of the API call; `Regions`, where each
Region has a setting of its own; and `Revert`, "true" when deleting the resource shall undo the setting. Every setting
may be applied again and again. Nothing that a call carries or answers is logged.
"""

import json
import os
import random
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
ATTEMPTS = 4  # to answer
REGIONS_AT_ONCE = 6  # opt-in requests that an account may have open
SERVER_ERROR = 500
AGAIN = frozenset(
    {
        "ConcurrentModification",
        "ConcurrentModificationException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
    }
)

Arguments = Mapping[str, Any]


class SettingError(Exception):
    """Why a setting is not as it was asked for."""


def handler(event: Mapping[str, Any], context: Any) -> None:
    """Carry out one request of CloudFormation, and always answer it."""
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE
    answer = {
        "Status": "SUCCESS",
        # The logical id never changes, so an update never replaces anything.
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    try:
        answer["Data"] = {"Outcome": carry_out(event, deadline)}
    except Exception as error:
        answer |= {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"}
    print(json.dumps({key: answer[key] for key in ("LogicalResourceId", "Status")}))
    send(event["ResponseURL"], answer)


def carry_out(event: Mapping[str, Any], deadline: float) -> str:
    """Apply or revert the setting in every Region; says what came of it.

    Raises:
        SettingError: with what went wrong in each Region where something did.
    """
    properties = event["ResourceProperties"]
    setting = SETTINGS[properties["Setting"]]
    run = setting.apply
    if event["RequestType"] == "Delete":
        if properties.get("Revert") != "true" or setting.revert is None:
            return "left as it is"
        run = setting.revert
    outcomes: dict[str, list[str]] = {}
    problems = []
    for region in properties.get("Regions") or [os.environ["AWS_REGION"]]:
        try:
            outcome = run(Calls(setting.service, region, deadline), properties.get("Arguments") or {})
            outcomes.setdefault(outcome, []).append(region)
        except (BotoCoreError, ClientError, SettingError) as error:
            problems.append(f"{region}: {error}")
    if problems:
        raise SettingError("; ".join(problems))
    return "; ".join(f"{outcome} ({', '.join(regions)})" for outcome, regions in outcomes.items())


def send(url: str, answer: dict[str, Any]) -> None:
    """Answer CloudFormation, with its reasons and outcomes cut to what it takes."""
    texts = [(answer, "Reason"), (answer.get("Data", {}), "Outcome")]
    while len(body := json.dumps(answer).encode()) > LONGEST_ANSWER and any(holder.get(key) for holder, key in texts):
        for holder, key in texts:
            if key in holder:
                holder[key] = holder[key][: len(holder[key]) * 3 // 4]
    for attempt in range(1, ATTEMPTS + 1):
        try:
            # CloudFormation's signed address takes no content type.
            request = Request(url, data=body, method="PUT", headers={"Content-Type": ""})
            urlopen(request, timeout=5).close()
        except OSError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(random.uniform(0, min(1, LONGEST_PAUSE)))
        else:
            return


class Calls:
    """Calls of one service in one Region, tried again with growing, random pauses until the deadline."""

    def __init__(self, service: str, region: str, deadline: float) -> None:
        """`deadline` is a moment of `time.monotonic()`."""
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10)
        self._client = boto3.client(service, region_name=region, config=config)
        self._deadline = deadline

    def __call__(self, operation: str, arguments: Arguments | None = None, fine: tuple[str, ...] = ()) -> Any:
        """Call `operation`; an error code in `fine` counts as an empty answer."""
        model = self._client.meta.service_model.operation_model(self._client.meta.method_to_api_mapping[operation])
        typed = _typed(model.input_shape, dict(arguments or {}))
        for attempt in count():
            if time.monotonic() > self._deadline:
                raise SettingError(f"no time was left for {operation}")
            try:
                return getattr(self._client, operation)(**typed)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in fine:
                    return {}
                passing = code in AGAIN or error.response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_ERROR
                if not passing or not self.pause(2**attempt):
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


def administrator(lists: str, found: Callable[[Any], list[str]], enable: str, argument: str) -> Run:
    """Make an account a service's delegated administrator, unless it is; another one is never replaced."""

    def run(calls: Calls, arguments: Arguments) -> str:
        present = found(calls(lists, fine=("ResourceNotFoundException",)))
        if present == [arguments["AccountId"]]:
            return "was so already"
        if present:
            raise SettingError(f"account {present[0]} is the delegated administrator: remove it first, or name it")
        calls(enable, {argument: arguments["AccountId"]})
        return "done"

    return run


def no_administrator(disable: str, argument: str) -> Run:
    """Take the delegation back."""

    def run(calls: Calls, arguments: Arguments) -> str:
        calls(disable, {argument: arguments["AccountId"]}, ("ResourceNotFoundException", "BadRequestException"))
        return "done"

    return run


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
        "organizations",
        call("register_delegated_administrator", "AccountAlreadyRegisteredException"),
        call("deregister_delegated_administrator", "AccountNotRegisteredException"),
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
    "cloudtrail-administrator": Setting(
        "cloudtrail",
        call("register_organization_delegated_admin", "AccountRegisteredException"),
    ),
    "guardduty-administrator": Setting(
        "guardduty",
        administrator(
            "list_organization_admin_accounts",
            lambda answer: [item["AdminAccountId"] for item in answer["AdminAccounts"]],
            "enable_organization_admin_account",
            "AdminAccountId",
        ),
        no_administrator("disable_organization_admin_account", "AdminAccountId"),
    ),
    "macie-administrator": Setting(
        "macie2",
        administrator(
            "list_organization_admin_accounts",
            lambda answer: [item["accountId"] for item in answer["adminAccounts"]],
            "enable_organization_admin_account",
            "adminAccountId",
        ),
        no_administrator("disable_organization_admin_account", "adminAccountId"),
    ),
    "inspector-administrator": Setting(
        "inspector2",
        administrator(
            "list_delegated_admin_accounts",
            lambda answer: [item["accountId"] for item in answer["delegatedAdminAccounts"]],
            "enable_delegated_admin_account",
            "delegatedAdminAccountId",
        ),
        no_administrator("disable_delegated_admin_account", "delegatedAdminAccountId"),
    ),
    "firewall-manager-administrator": Setting(
        "fms",
        administrator(
            "get_admin_account",
            lambda answer: [answer["AdminAccount"]] if "AdminAccount" in answer else [],
            "associate_admin_account",
            "AdminAccount",
        ),
    ),
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
    "instance-metadata": Setting(
        "ec2",
        call("modify_instance_metadata_defaults"),
        call(
            "modify_instance_metadata_defaults",
            takes=(),
            HttpTokens="no-preference",
            HttpPutResponseHopLimit="-1",
        ),
    ),
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
