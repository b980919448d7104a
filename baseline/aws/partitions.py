"""Differences between partitions: the console, and AWS Organizations' policy types, root features and services.

As of 2026-11-29. AWS does not publish a table of what AWS Organizations has, so there are three possible answers: a
source says that the partition has it; a source says that it does not, or CloudFormation lacks every type of the service
there; or unknown.
"""

from collections.abc import Mapping
from enum import Enum

from baseline.aws.availability import is_available
from baseline.aws.regions import REGIONS

CONSOLES: Mapping[str, str] = {
    "aws": "console.aws.amazon.com",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-cn": "console.amazonaws.cn",
}
"""Partition → domain of the AWS console."""


class Presence(Enum):
    """Whether a partition has a policy type, feature or service."""

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

_ABSENT: Mapping[str, frozenset[str]] = dict.fromkeys(
    (
        "AISERVICES_OPT_OUT_POLICY",
        "BACKUP_POLICY",
        "BEDROCK_POLICY",
        "CHATBOT_POLICY",
        "NETWORK_SECURITY_DIRECTOR_POLICY",
    ),
    frozenset({"aws-cn"}),
)
"""Policy type → partitions that do not have it.

Source: docs.amazonaws.cn/en_us/aws/latest/userguide/organizations.html, read on 2026-11-29. A type that the page does
not name may be missing all the same: it does not name that of Amazon Inspector, for which CloudFormation has no
resource type in China. The page for GovCloud names none
(docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-organizations.html).
"""


def presence(name: str, partition: str) -> Presence:
    """Whether a partition has a policy type, a root feature or a delegated service.

    Args:
        name: Such as `INSPECTOR_POLICY`, `RootSessions` or `macie.amazonaws.com`.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
    """
    if partition == "aws" or partition in _PRESENT.get(name, ()):
        return Presence.PRESENT
    if partition in _ABSENT.get(name, ()):
        return Presence.ABSENT
    type_ = _TYPES.get(name)
    regions = [region.name for region in REGIONS.values() if region.partition == partition]
    if type_ and all(is_available(type_, region) is False for region in regions):
        return Presence.ABSENT
    return Presence.UNKNOWN
