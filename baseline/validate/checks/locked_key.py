"""BL115: a key without an administrator."""

from collections.abc import Iterator

from baseline.aws.iam_actions import matching_actions
from baseline.findings import Problem, Severity
from baseline.policy.document import Condition, Statement
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject

_ADMINISTRATION = "kms:PutKeyPolicy"
_ROOT = ":root"
_HARMLESS = frozenset({"aws:principalaccount", "aws:principalorgid", "aws:securetransport", "kms:calleraccount"})
"""Conditions that an account's own administrators meet."""


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for policy in subject.policies:
        if policy.resource.type not in {"AWS::KMS::Key", "AWS::KMS::ReplicaKey"}:
            continue
        statements = policy.statements
        if not any(_grants(statement) for statement in statements):
            yield Problem(
                path=policy.path,
                message=f"this key's policy could never be changed: no statement allows {_ADMINISTRATION}",
            )
        yield from (
            Problem(
                path=(*policy.path, *statement.path),
                message=f"{_ADMINISTRATION} is denied to everyone, including the account's root user",
            )
            for statement in statements
            if _denies_everybody(statement)
        )


def _covers(statement: Statement) -> bool:
    actions = statement.not_actions or statement.actions
    named = any(_ADMINISTRATION in (matching_actions(action) or ()) for action in actions)
    return named is not bool(statement.not_actions)


def _grants(statement: Statement) -> bool:
    people = [p.value for p in statement.principals if p.kind in {"AWS", "*"}]
    limits = [condition for condition in statement.conditions if not _leaves_someone(condition)]
    return statement.effect == "Allow" and _covers(statement) and bool(people) and not limits


def _leaves_someone(condition: Condition) -> bool:
    """Whether the condition still allows the account's own administrators."""
    return condition.key.lower() in _HARMLESS or (condition.restricts and _names_root(condition.values))


def _denies_everybody(statement: Statement) -> bool:
    everybody = statement.everybody or any(_names_root((p.value,)) for p in statement.principals)
    return statement.effect == "Deny" and everybody and _covers(statement) and not _exempts_someone(statement)


def _exempts_someone(statement: Statement) -> bool:
    """Whether a reliable principal remains: an exempted root user, or a principal that meets another condition."""
    return any(
        condition.key.lower() != "aws:principalarn" or _names_root(condition.values)
        for condition in statement.conditions
    ) or any(_names_root((p.value,)) for p in statement.not_principals)


def _names_root(values: tuple[str, ...]) -> bool:
    return any(value.endswith(_ROOT) for value in values)


CHECK = Check(
    id="BL115",
    title="key policy locks everyone out",
    severity=Severity.ERROR,
    explanation="A key policy is the only way to a key: if no principal may change it, only AWS Support can help, and "
    "what the key encrypts may be lost.",
    fix="allow kms:* to the account's root principal, and exempt it from denials",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    find=_find,
)
