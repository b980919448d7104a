"""Resource types that an AWS Config recorder supports, and the Regions that record the global ones."""

from baseline.aws.facts import facts
from baseline.text.nearest import nearest

GLOBAL_IAM_TYPES = ("AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User")
"""Global types that every Region would record again (AWS Config developer guide, Recording AWS Resources)."""

ALWAYS_CONTINUOUS = frozenset(
    {"AWS::Config::ResourceCompliance", "AWS::Config::ConformancePackCompliance", "AWS::Config::ConfigurationRecorder"}
)
"""Types that cannot be recorded daily (AWS Config API reference, RecordingModeOverride)."""

_WITHOUT_IAM = frozenset(
    {
        *("ap-east-2", "ap-south-2", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7"),
        *("ca-west-1", "eu-central-2", "eu-south-2", "il-central-1", "me-central-1", "mx-central-1"),
    }
)


def records_iam(region: str) -> bool:
    """Whether the Region can record IAM users, groups, roles and policies.

    Only Regions that had AWS Config before February 2022 can.
    Source: AWS Config developer guide, Recording AWS Resources, Global Resources (November 2026).
    """
    return region not in _WITHOUT_IAM


def is_recordable(resource_type: str) -> bool:
    """Whether AWS Config knows the type in at least one Region."""
    return resource_type in facts("config_resource_types")


def nearest_type(resource_type: str) -> str | None:
    """The recordable type that the author probably meant."""
    return nearest(resource_type, facts("config_resource_types"), cutoff=0.7)
