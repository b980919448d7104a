"""Problems of the lock file."""

from collections.abc import Mapping

from baseline.findings import Severity
from baseline.profile.problem_kinds.kind import ProblemKind, kind

LOCK: Mapping[str, ProblemKind] = {
    "lock-shape": kind(
        "not a lock file",
        "The file beside the profile keeps the ids that AWS assigned. `baseline deploy --lock` writes it as JSON: "
        "format, organization, and assigned with an id for each name.",
        "let `baseline deploy --lock` write it again, or delete it",
    ),
    "lock-organization": kind(
        "lock file of another organization",
        "Ids of another organization would deploy stacks to accounts that do not belong to this profile.",
        "name this profile's lock file with --lock, or correct organization.name",
    ),
    "lock-value": kind(
        "not such an id",
        "The templates would reject it: each kind of id has its own format.",
        "let `baseline deploy --lock` write the file again",
    ),
    "lock-conflict": kind(
        "profile and lock file disagree",
        "The profile and the lock file have different ids for the same resource. Only a person can decide which one "
        "is right.",
        "delete one of the two",
    ),
    "lock-unused": kind(
        "unneeded entry of the lock file",
        "Its account, unit or resource has left the profile, or it is not a parameter of this baseline.",
        "no action is needed; the next deployment with --lock removes it",
        Severity.INFO,
    ),
}
