"""BL115: a key that nobody can manage."""

from collections.abc import Iterator

from baseline.aws.iam_actions import matching_actions
from baseline.findings import Severity
from baseline.policy.document import Statement, read_statements
from baseline.validate.checks.check import Check, Hit
from baseline.validate.subject import Subject

_ADMINISTRATION = "kms:PutKeyPolicy"
_ROOT = ":root"


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Hit]:
    for policy in subject.policies:
        if policy.resource.type not in {"AWS::KMS::Key", "AWS::KMS::ReplicaKey"}:
            continue
        statements = read_statements(policy.document)
        if not any(_grants(statement) for statement in statements):
            yield Hit(
                path=policy.path,
                message=f"nobody may ever change this key's policy: no statement allows {_ADMINISTRATION}",
            )
        yield from (
            Hit(
                path=(*policy.path, "Statement", statement.index),
                message=f"{_ADMINISTRATION} is denied to everybody, the account's root user included",
            )
            for statement in statements
            if _denies_everybody(statement)
        )


def _covers(statement: Statement) -> bool:
    return any(f"{_ADMINISTRATION}" in (matching_actions(action) or ()) for action in statement.actions)


def _grants(statement: Statement) -> bool:
    people = [p.value for p in statement.principals if p.kind in {"AWS", "*"}]
    limits = [condition for condition in statement.conditions if not _names_root(condition.values)]
    return statement.effect == "Allow" and _covers(statement) and bool(people) and not limits


def _denies_everybody(statement: Statement) -> bool:
    everybody = any(p.value == "*" for p in statement.principals)
    return statement.effect == "Deny" and everybody and _covers(statement) and not _spares_root(statement)


def _spares_root(statement: Statement) -> bool:
    return any(
        "Not" in condition.operator and condition.key.lower() == "aws:principalarn" and _names_root(condition.values)
        for condition in statement.conditions
    )


def _names_root(values: tuple[str, ...]) -> bool:
    return any(value.endswith(_ROOT) for value in values)


CHECK = Check(
    id="BL115",
    title="key policy locks everyone out",
    severity=Severity.ERROR,
    explanation="A key policy is the only way to a key: if it lets nobody change it, only AWS Support can help, and "
    "what the key encrypts may be lost.",
    fix="allow kms:* to the account's root principal, and exempt it from denials",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    find=_find,
)
