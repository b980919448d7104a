"""BL121: a role that other people's pipelines could assume."""

from collections.abc import Iterator

from baseline.findings import Problem, Severity
from baseline.policy.trust import is_web_identity, unpinned_claims
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_WHY = {
    "sub": "no StringEquals on `:sub` names the repository: everybody whose tokens come from this issuer is let in",
    "aud": "no StringEquals on `:aud` says whom the token is for: one that was made for another service is let in",
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
    explanation="GitHub, GitLab and the like sign tokens for all of their users. Only the subject says whose pipeline "
    "it is, and only the audience that the token was made for AWS. A wildcard in place of the repository admits "
    "everyone who can make one that matches.",
    fix="compare <issuer>:sub and <issuer>:aud by StringEquals, with the whole repository and one branch, tag or "
    "environment",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html",
    find=_find,
)
