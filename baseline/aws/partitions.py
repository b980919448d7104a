"""What each partition has of AWS Organizations: kinds of policies, root features and services that are delegated.

As of 2026-11-29. AWS has no page with such a table, so three answers are possible: a source says that the partition has
it, CloudFormation lacks every type of the service there, or it is unknown.
"""

from collections.abc import Mapping
from enum import Enum

from baseline.aws.availability import is_available
from baseline.aws.regions import REGIONS


class Presence(Enum):
    """Whether a partition has something."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


_TYPES: Mapping[str, str] = {
    "BEDROCK_POLICY": "AWS::Bedrock::Guardrail",
    "CHATBOT_POLICY": "AWS::Chatbot::SlackChannelConfiguration",
    "GUARDDUTY_POLICY": "AWS::GuardDuty::Detector",
    "INSPECTOR_POLICY": "AWS::InspectorV2::Filter",
    "SECURITYHUB_POLICY": "AWS::SecurityHub::HubV2",
    "auditmanager.amazonaws.com": "AWS::AuditManager::Assessment",
    "detective.amazonaws.com": "AWS::Detective::Graph",
    "inspector2.amazonaws.com": "AWS::InspectorV2::Filter",
    "macie.amazonaws.com": "AWS::Macie::Session",
    "securitylake.amazonaws.com": "AWS::SecurityLake::DataLake",
}
"""Policy type or service → a resource type of the service: where that is in no Region, the service is not there."""

_PRESENT: Mapping[str, frozenset[str]] = {"SERVICE_CONTROL_POLICY": frozenset({"aws-us-gov", "aws-cn"})}
"""Policy type → partitions besides `aws` that have it: the Landing Zone Accelerator attaches them there
(github.com/awslabs/landing-zone-accelerator-on-aws, reference/sample-configurations)."""


def presence(name: str, partition: str) -> Presence:
    """Whether a partition has a policy type, a root feature or a service that is delegated.

    Args:
        name: Such as `INSPECTOR_POLICY`, `RootSessions` or `macie.amazonaws.com`.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
    """
    if partition == "aws" or partition in _PRESENT.get(name, ()):
        return Presence.PRESENT
    type_ = _TYPES.get(name)
    regions = [region.name for region in REGIONS.values() if region.partition == partition]
    if type_ and all(is_available(type_, region) is False for region in regions):
        return Presence.ABSENT
    return Presence.UNKNOWN
