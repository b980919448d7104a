"""Resource types that hold data or secrets, which a deletion would lose."""

from baseline.aws.facts import facts

_ALSO = frozenset(
    {
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "AWS::CloudTrail::EventDataStore",
        "AWS::KMS::ReplicaKey",
        "AWS::SecurityLake::DataLake",
    }
)
"""Types that cfn-lint's list lacks."""


KEPT_AFTER_FAILED_CREATION = frozenset(
    {
        "AWS::Organizations::Account",
        "AWS::Organizations::Organization",
        "AWS::Organizations::OrganizationalUnit",
    }
)
"""Types that a rolled-back creation must not delete: the delete handler of an account calls CloseAccount, a closed
account keeps its e-mail address for 90 days, and a unit or organization with accounts in it cannot be deleted.

Source: the resource schemas' handlers (`handlers.delete.permissions`); AWS Organizations user guide, Closing a member
account.
"""


def is_stateful(resource_type: str) -> bool:
    """Whether resources of the type must be retained when their stack is deleted."""
    return resource_type in facts("stateful_types") or resource_type in _ALSO
