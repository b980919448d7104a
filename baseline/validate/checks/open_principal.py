"""BL104: a wildcard principal without a restricting condition."""

from collections.abc import Iterator

from baseline.findings import Problem, Severity
from baseline.policy.document import Statement, text_of
from baseline.validate.checks.check import Check
from baseline.validate.stated import texts_stated_for
from baseline.validate.subject import Resource, Subject

_IDENTITY_KEYS = frozenset(
    {
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "kms:calleraccount",
    }
)
_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for policy in subject.policies:
        for statement in policy.statements:
            if statement.effect == "Allow" and statement.everybody and not _limited(statement):
                name = "NotPrincipal" if statement.not_principals else "Principal"
                what = "all but a few principals are allowed" if statement.not_principals else "the principal is *"
                yield Problem(
                    path=(*policy.path, *statement.path, name),
                    message=f"everyone is allowed: {what} and no condition limits who",
                )

    for resource in subject.of_type("AWS::Lambda::Permission"):
        if text_of(resource.properties.get("Principal")) == "*" or _is_foreign(resource, subject):
            yield Problem(
                path=(*resource.path, "Properties", "Principal"),
                message="everyone, or an account that is not in the plan, may invoke the function",
            )


def _is_foreign(resource: Resource, subject: Subject) -> bool:
    """Whether the principal is a literal account id: the plan's own accounts are references."""
    principal = text_of(resource.properties.get("Principal"))
    found = principal.split(":")[4:5] if principal.startswith("arn:") else [principal]  # half an ARN has no account
    stated = texts_stated_for(subject.template.stack)
    return any(number.isdecimal() and number not in stated for number in found)


def _limited(statement: Statement) -> bool:
    return any(
        condition.restricts and condition.key.lower() in _IDENTITY_KEYS and not _EVERYWHERE & set(condition.values)
        for condition in statement.conditions
    )


CHECK = Check(
    id="BL104",
    title="wildcard principal without condition",
    severity=Severity.ERROR,
    explanation="Principal * in an Allow statement allows every AWS account, and for some services anonymous callers.",
    fix="name the principals, or add a condition on aws:PrincipalOrgID or aws:PrincipalArn",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    find=_find,
)
