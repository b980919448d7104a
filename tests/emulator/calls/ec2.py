"""Account settings of Amazon EC2 and Amazon EMR."""

from collections.abc import Callable

from tests.emulator.calls.state import Answer, Answers, State, drop, keep
from tests.emulator.protocol import Operation


def _blocked(subject: str, key: str) -> Callable[[State, Operation], Answer]:
    def answer(state: State, operation: Operation) -> Answer:
        told = state.told(subject, operation.region) or {}
        return {key: told.get("State") or told.get("ImageBlockPublicAccessState") or "unblocked"}

    return answer


def _clusters_blocked(state: State, operation: Operation) -> Answer:
    """AWS's default of an account without clusters before November 25, 2019 has port 22 as an exception.

    Source: docs.aws.amazon.com/emr/latest/ManagementGuide/emr-block-public-access.html.
    """
    told = state.told("clusters", operation.region) or {}
    ssh = {"MinRange": 22, "MaxRange": 22}
    default = {"BlockPublicSecurityGroupRules": True, "PermittedPublicSecurityGroupRuleRanges": [ssh]}
    return {"BlockPublicAccessConfiguration": told.get("BlockPublicAccessConfiguration", default)}


ANSWERS: Answers = {
    "ec2.GetSnapshotBlockPublicAccessState": _blocked("snapshots", "state"),
    "ec2.GetImageBlockPublicAccessState": _blocked("images", "imageBlockPublicAccessState"),
    "ec2.GetSerialConsoleAccessStatus": lambda state, operation: {
        "serialConsoleAccessEnabled": "true" if state.told("serial-console", operation.region) is not None else "false"
    },
    "ec2.ModifyEbsDefaultKmsKeyId": keep("ebs-key"),
    "ec2.EnableSnapshotBlockPublicAccess": keep("snapshots"),
    "ec2.DisableSnapshotBlockPublicAccess": drop("snapshots"),
    "ec2.EnableImageBlockPublicAccess": keep("images"),
    "ec2.DisableImageBlockPublicAccess": drop("images"),
    "ec2.DisableSerialConsoleAccess": keep("serial-console"),
    "ec2.EnableSerialConsoleAccess": drop("serial-console"),
    "ec2.ModifyInstanceMetadataDefaults": keep("metadata", **{"return": "true"}),
    "emr.GetBlockPublicAccessConfiguration": _clusters_blocked,
    "emr.PutBlockPublicAccessConfiguration": keep("clusters"),
}
