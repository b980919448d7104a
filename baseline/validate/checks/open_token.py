"""BL121: a role that other people's pipelines could assume."""

from collections.abc import Iterator

from baseline.findings import Problem, Severity
from baseline.policy.trust import is_web_identity, unpinned_claims
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_WHY = {
    "sub": "no StringEquals on `:sub` names the repository: everyone with a token from this issuer is allowed",
    "aud": "no StringEquals on `:aud` limits the audience: a token for another service is accepted",
}


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for policy in subject.policies:
        for statement in policy.statements:
            if statement.effect == "Allow" and is_web_identity(statement):
                for claim in unpinned_claims(statement):
                    yield Problem(path=(*policy.path, *statement.path), message=f"open to tokens: {_WHY[claim]}")


CHECK = Check(
    id="BL121",
    title="OpenID Connect trust that is not pinned",
    severity=Severity.ERROR,
    explanation="GitHub, GitLab and the like sign tokens for all of their users. Only the subject identifies the "
    "pipeline, and only the audience shows that the token is for AWS. A wildcard in place of the repository allows "
    "everyone who can create a matching one.",
    fix="compare <issuer>:sub and <issuer>:aud by StringEquals, with the whole repository and one branch, tag or "
    "environment",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    find=_find,
)
