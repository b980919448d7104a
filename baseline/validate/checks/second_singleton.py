"""BL125: two resources of a type that an account has once per Region."""

from collections.abc import Iterator, Mapping

from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.checks.second_recorder import second_resources
from baseline.validate.reach import Planned
from baseline.validate.subject import Subject

ONCE: Mapping[str, str] = {
    "AWS::Detective::Graph": "https://docs.aws.amazon.com/detective/latest/APIReference/API_CreateGraph.html",
    "AWS::EC2::SnapshotBlockPublicAccess": "https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html",
    "AWS::EC2::VPCBlockPublicAccessOptions": "https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html",
    "AWS::GuardDuty::Detector": "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html",
    "AWS::Macie::Session": "https://docs.aws.amazon.com/macie/latest/APIReference/macie.html",
    "AWS::Oam::Sink": "https://docs.aws.amazon.com/OAM/latest/APIReference/API_CreateSink.html",
    "AWS::SecurityHub::Hub": "https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_EnableSecurityHub.html",
}
"""Resource type that an account can have once in a Region → its documentation page."""


def _find(planned: Planned, subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    return second_resources(ONCE, planned, subjects)


CHECK = Check(
    id="BL125",
    title="second resource of a type that an account has once",
    severity=Severity.ERROR,
    explanation="An account has one GuardDuty detector, one Security Hub hub, one Macie session and one setting of a "
    "kind per Region. AWS rejects a second one, or the last stack that is deployed decides.",
    fix="keep one of them: remove the resource from the customization, or turn the capability off",
    source="https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html",
    find_in_organization=_find,
)
