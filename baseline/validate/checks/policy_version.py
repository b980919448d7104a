"""BL106: a policy document in the old policy language version."""

from collections.abc import Iterator

from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for policy in subject.policies:
        if policy.path[-1] == "Statement" or policy.resource.type == "AWS::Events::EventBusPolicy":
            continue
        version = policy.document.get("Version")
        if version != "2012-10-17":
            seen = f"Version is {version!r}" if version else "Version is missing"
            yield Problem(
                path=policy.path, message=f"{seen}: policy variables such as ${{aws:username}} are not resolved"
            )


CHECK = Check(
    id="BL106",
    title="policy without the current version",
    severity=Severity.ERROR,
    explanation="Without Version 2012-10-17 a policy uses the policy language of 2008, which has no policy variables.",
    fix='write Version: "2012-10-17"',
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
    find=_find,
)
