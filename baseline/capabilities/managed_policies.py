"""AWS managed policies that a profile names."""

from collections.abc import Iterator, Sequence

from baseline.aws.managed_policies import is_managed_policy, nearest_managed_policy
from baseline.findings import KeyPath, Problem, Severity


def managed_policy_problems(setting: KeyPath, names: Sequence[str]) -> Iterator[Problem]:
    """Report unknown AWS managed policies, with a warning if the policy may be newer than the list.

    Args:
        setting: The setting that lists them.
        names: Names, with their paths.
    """
    for index, name in enumerate(names):
        if not is_managed_policy(name):
            nearest = nearest_managed_policy(name)
            yield Problem(
                path=(*setting, index),
                message=f"AWS has no managed policy {name}",
                fix=f"did you mean {nearest}?" if nearest else "look it up in the AWS managed policy reference",
                severity=Severity.ERROR if nearest else Severity.WARNING,
            )
