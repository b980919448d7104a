"""An organization that has grown by itself, of any number of accounts: what a baseline finds where it is not the first.

Made by hand in moto: foreign policies, what is left of Control Tower, a trail, recorders, detectors in half of the
accounts, another administrator of Security Hub, permission sets with our names, a closed account, one at the root.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from moto.ssoadmin.models import ssoadmin_backends

from tests.emulator.organization import MANAGEMENT
from tests.emulator.server import Emulator
from tests.emulator.services.place import role_credentials

LOGS, SECURITY, SHARED, CLOSED, ALONE = (f"2000000000{number:02}" for number in range(1, 6))
HOME = "eu-west-1"
REGIONS = (HOME, "us-east-1")
CONTROL_TOWER = "aws-controltower"
UNITS = ("Security", "Infrastructure", "Workloads", "Workloads/Prod", "Workloads/Test", "Sandbox")
_DENIALS: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "deny-leaving": (
        "Workloads",
        "Deny",
        {"Action": "organizations:LeaveOrganization", "Resource": "*"},
    ),
    "no-big-instances": (
        "Sandbox",
        "Deny",
        {
            "Action": "ec2:RunInstances",
            "Resource": "arn:aws:ec2:*:*:instance/*",
            "Condition": {"StringLike": {"ec2:InstanceType": ["*.24xlarge", "*.metal"]}},
        },
    ),
    "aws-guardrails-AbCdEf": (
        "Security",
        "Deny",
        {
            "Action": ["s3:DeleteBucket"],
            "Resource": f"arn:aws:s3:::{CONTROL_TOWER}*",
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/AWSControlTowerExecution"}},
        },
    ),
}


@dataclass(kw_only=True)
class Brownfield:
    """The organization in an emulator, and the accounts with workloads."""

    emulator: Emulator
    workloads: tuple[str, ...]

    def client(self, service: str, account: str = MANAGEMENT, region: str = HOME) -> Any:
        """A client of an administrator in one account and Region."""
        session = boto3.Session(region_name=region, **role_credentials(account))
        return session.client(service, endpoint_url=self.emulator.url)


def settle(emulator: Emulator, accounts: int) -> Brownfield:
    """Make the organization with so many accounts, at least seven."""
    organization = emulator.cloudformation.organization
    organization.found("o-br0wnf1eld", "r-br0w")
    emulator.gaps.enabled_regions = frozenset(REGIONS)
    emulator.gaps.instance_region = HOME
    for number, path in enumerate(UNITS, start=1):
        organization.unit(path, f"ou-br0w-{str(number) * 8}")
    for account, name, unit in (
        (LOGS, "Log Archive", "Security"),
        (SECURITY, "Audit", "Security"),
        (SHARED, "Shared Services", "Infrastructure"),
        (CLOSED, "Old Shop", "Sandbox"),
        (ALONE, "Forgotten", ""),
    ):
        organization.account(account, name, unit)
    places = ("Workloads/Prod", "Workloads/Test", "Sandbox")
    workloads = tuple(f"3{number:011}" for number in range(accounts - 6))
    for number, account in enumerate(workloads):
        organization.account(account, f"team-{number}", places[number % len(places)])
    for item in organization.backend.accounts:
        item.email = f"aws+{item.id}@grown.example"
        item.status = "SUSPENDED" if item.id == CLOSED else "ACTIVE"
    field = Brownfield(emulator=emulator, workloads=workloads)
    _policies(field)
    _trail(field)
    _detection(field)
    _identities(field)
    return field


def _policies(field: Brownfield) -> None:
    organizations = field.client("organizations")
    for name, (unit, effect, rest) in _DENIALS.items():
        statement = {"Sid": "Theirs", "Effect": effect, **rest}
        content = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        made = organizations.create_policy(Name=name, Description="", Type="SERVICE_CONTROL_POLICY", Content=content)[
            "Policy"
        ]["PolicySummary"]["Id"]
        number = UNITS.index(unit) + 1
        organizations.attach_policy(PolicyId=made, TargetId=f"ou-br0w-{str(number) * 8}")


def _trail(field: Brownfield) -> None:
    bucket = f"{CONTROL_TOWER}-logs-{LOGS}-{HOME}"
    place = {"LocationConstraint": HOME}
    field.client("s3", LOGS).create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    trail = field.client("cloudtrail")
    name = f"{CONTROL_TOWER}-BaselineCloudTrail"
    trail.create_trail(Name=name, S3BucketName=bucket, IsMultiRegionTrail=True, IsOrganizationTrail=True)
    trail.start_logging(Name=name)


def _detection(field: Brownfield) -> None:
    """What is left of Control Tower records in the accounts of the first unit; half of the accounts have detectors."""
    for account in [SECURITY, LOGS, *_in_prod(field)]:
        for region in REGIONS:
            config = field.client("config", account, region)
            role = f"arn:aws:iam::{account}:role/{CONTROL_TOWER}-ConfigRecorderRole"
            name = f"{CONTROL_TOWER}-BaselineConfigRecorder"
            config.put_configuration_recorder(ConfigurationRecorder={"name": name, "roleARN": role})
            channel = {"name": "theirs", "s3BucketName": f"{CONTROL_TOWER}-logs-{LOGS}-{HOME}"}
            config.put_delivery_channel(DeliveryChannel=channel)
            config.start_configuration_recorder(ConfigurationRecorderName=name)
            field.emulator.cloudformation.engine.recording_accounts.add(account)
    for account in [SECURITY, *field.workloads[::2]]:
        field.client("guardduty", account).create_detector(Enable=True)
    field.client("securityhub", SHARED).enable_security_hub()
    delegated = field.emulator.gaps.delegated
    delegated[SECURITY], delegated[SHARED] = {"guardduty.amazonaws.com"}, {"securityhub.amazonaws.com"}


def _in_prod(field: Brownfield) -> Iterator[str]:
    return (account for number, account in enumerate(field.workloads) if number % 3 == 0)


def _identities(field: Brownfield) -> None:
    admin, store = field.client("sso-admin"), field.client("identitystore")
    (instance,) = admin.list_instances()["Instances"]
    arn = instance["InstanceArn"]
    group = store.create_group(IdentityStoreId=instance["IdentityStoreId"], DisplayName="platform")["GroupId"]
    sets = ssoadmin_backends[MANAGEMENT][HOME].permission_sets
    for name in ("Administrator", "ReadOnly"):
        admin.create_permission_set(InstanceArn=arn, Name=name, SessionDuration="PT4H")
        made = sets[-1].permission_set_arn.replace(":instance/", ":permissionSet/")  # moto's own ARNs are not AWS's
        sets[-1].permission_set_arn = made
        admin.create_account_assignment(
            InstanceArn=arn,
            TargetId=field.workloads[0],
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=made,
            PrincipalType="GROUP",
            PrincipalId=group,
        )
