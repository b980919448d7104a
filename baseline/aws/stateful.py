"""Resource types that hold data or secrets: deleting one loses something."""

from baseline.aws.facts import facts

_ALSO = frozenset(
    {
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "AWS::CloudTrail::EventDataStore",
        "AWS::KMS::ReplicaKey",
        "AWS::SecurityLake::DataLake",
    }
)
"""What cfn-lint's list leaves out."""


def is_stateful(resource_type: str) -> bool:
    """Whether the type must be retained when its stack goes."""
    return resource_type in facts("stateful_types") or resource_type in _ALSO
