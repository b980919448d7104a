"""Reads of one account: the caller, Regions, roles, keys, and other resources."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from baseline.cloud.paging import pages
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session
from baseline.frozen import frozen

LOG_POLICY = "AWS::Logs::AccountPolicy"
ENABLED = ("ENABLED", "ENABLED_BY_DEFAULT")
"""Statuses of Regions that can be used (docs.aws.amazon.com/accounts/latest/reference/API_Region.html)."""

_ABSENT = frozenset({"ResourceNotFoundException", "UnsupportedActionException", "TypeNotFoundException"})
"""Cloud Control's errors for a missing resource, and for a type that it cannot read."""


@frozen
class Caller:
    """Account id and ARN of the calling identity."""

    account: str
    arn: str


def caller_of(session: Session) -> Caller:
    """The calling identity."""
    found = session.client("sts").get_caller_identity()
    return Caller(account=found["Account"], arn=found["Arn"])


def region_statuses(session: Session) -> Mapping[str, str]:
    """Region → its status in the account, such as `ENABLED` or `DISABLED`."""
    listed = pages(session.client("account"), "list_regions", "Regions")
    return {item["RegionName"]: item["RegionOptStatus"] for item in listed}


def enabled_regions(session: Session) -> frozenset[str]:
    """The Regions that are enabled in the account."""
    listed = pages(session.client("account"), "list_regions", "Regions", RegionOptStatusContains=list(ENABLED))
    return frozenset(item["RegionName"] for item in listed)


def role_arn(session: Session, name: str) -> str:
    """The ARN of a role, with its path; "" if there is none."""
    try:
        return session.client("iam").get_role(RoleName=name)["Role"]["Arn"]
    except Refusal as error:
        if error.code not in ("NoSuchEntity", "NoSuchEntityException"):
            raise
        return ""


def key_arn(session: Session, alias: str) -> str:
    """The ARN of the key that an alias ARN refers to.

    Raises:
        Refusal: if the alias does not exist, or if its key may not be described.
    """
    return session.client("kms", alias.split(":")[3]).describe_key(KeyId=alias)["KeyMetadata"].get("Arn", "")


def resource_exists(session: Session, region: str, type_: str, identifier: str) -> bool:
    """Whether Cloud Control finds a resource; False for types that it cannot read."""
    try:
        session.client("cloudcontrol", region).get_resource(TypeName=type_, Identifier=identifier)
    except Refusal as error:
        if error.code not in _ABSENT:
            raise
        return False
    return True


def resource_properties(session: Session, region: str, type_: str, identifier: str) -> Mapping[str, Any] | None:
    """The properties of a resource, in CloudFormation's terms, from Cloud Control; None if there is no such resource.

    Raises:
        Refusal: also for a type that Cloud Control cannot read: CloudFormation cannot import it either.
    """
    try:
        found = session.client("cloudcontrol", region).get_resource(TypeName=type_, Identifier=identifier)
    except Refusal as error:
        if error.code != "ResourceNotFoundException":
            raise
        return None
    properties: Mapping[str, Any] = json.loads(found["ResourceDescription"].get("Properties") or "{}")
    return properties


def is_governed_by_control_tower(session: Session) -> bool:
    """Whether the account has a landing zone of AWS Control Tower."""
    return bool(session.client("controltower").list_landing_zones()["landingZones"])


def audit_manager_status(session: Session, region: str) -> str:
    """`ACTIVE`, `INACTIVE` or `PENDING_ACTIVATION`; "" where AWS says that it was never set up.

    Source: docs.aws.amazon.com/audit-manager/latest/APIReference/API_GetAccountStatus.html; the rejection's text is
    that of other calls of Audit Manager.
    """
    try:
        return str(session.untyped_client("auditmanager", region).get_account_status().get("status", ""))
    except Refusal as error:
        if "complete AWS Audit Manager setup" not in error.message:
            raise
        return ""


def _recorders(session: Session, region: str) -> list[str]:
    found = session.client("config", region).describe_configuration_recorders()["ConfigurationRecorders"]
    return [str(item.get("name")) for item in found]


def _detectors(session: Session, region: str) -> list[str]:
    return session.client("guardduty", region).list_detectors()["DetectorIds"]


def _trusted_addresses(session: Session, region: str) -> list[str]:
    client = session.client("guardduty", region)
    return [name for it in _detectors(session, region) for name in client.list_ip_sets(DetectorId=it)["IpSetIds"]]


def _trusted_entities(session: Session, region: str) -> list[str]:
    client = session.client("guardduty", region)
    found = [client.list_trusted_entity_sets(DetectorId=it) for it in _detectors(session, region)]
    return [name for item in found for name in item["TrustedEntitySetIds"]]


def _trails(session: Session, region: str) -> list[str]:
    return [str(item.get("Name")) for item in session.client("cloudtrail", region).describe_trails()["trailList"]]


def _sinks(session: Session, region: str) -> list[str]:
    return [item["Arn"] for item in pages(session.untyped_client("oam", region), "list_sinks", "Items")]


def _log_policies(kind: str) -> Callable[[Session, str], list[str]]:
    """Reads the account policies of CloudWatch Logs of one policy type."""

    def read(session: Session, region: str) -> list[str]:
        found = session.untyped_client("logs", region).describe_account_policies(policyType=kind)
        return [item["policyName"] for item in found.get("accountPolicies", ())]

    return read


def log_destination_exists(session: Session, region: str, name: str) -> bool:
    """Whether the account has a destination of CloudWatch Logs with this name."""
    client = session.untyped_client("logs", region)
    found = pages(client, "describe_destinations", "destinations", DestinationNamePrefix=name)
    return any(item["destinationName"] == name for item in found)


def _hubs_v2(session: Session, region: str) -> list[str]:
    client = session.untyped_client("securityhub", region)
    return _unless_off(lambda: list(filter(None, [client.describe_security_hub_v2().get("HubV2Arn")])))


def _aggregators_v2(session: Session, region: str) -> list[str]:
    client = session.untyped_client("securityhub", region)
    return _unless_off(
        lambda: [item["AggregatorV2Arn"] for item in pages(client, "list_aggregators_v2", "AggregatorsV2")]
    )


def _unless_off(read: Callable[[], list[str]]) -> list[str]:
    """The result of a read; empty if Security Hub is off in the Region."""
    try:
        return read()
    except Refusal as error:
        if error.code != "ResourceNotFoundException":
            raise
        return []


SINGLETONS: Mapping[str, Callable[[Session, str], list[str]]] = {
    "AWS::Config::ConfigurationRecorder": _recorders,
    "AWS::GuardDuty::Detector": _detectors,
    "AWS::GuardDuty::IPSet": _trusted_addresses,
    "AWS::GuardDuty::TrustedEntitySet": _trusted_entities,
    "AWS::CloudTrail::Trail": _trails,
    "AWS::Oam::Sink": _sinks,
    **{
        f"{LOG_POLICY}/{kind}": _log_policies(kind) for kind in ("DATA_PROTECTION_POLICY", "SUBSCRIPTION_FILTER_POLICY")
    },
    "AWS::SecurityHub::HubV2": _hubs_v2,
    "AWS::SecurityHub::AggregatorV2": _aggregators_v2,
}
"""Kind of resource of which an account has few → the names or ids of those in a Region.

A kind is a type, of account policies with `/` and the policy type.
"""
