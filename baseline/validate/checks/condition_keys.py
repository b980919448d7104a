"""BL118: a condition that never has the intended effect."""

from collections.abc import Iterator

from baseline.aws.conditions import has_many_values, is_known_global_key, is_known_operator, is_of_sets
from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.subject import Subject


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for policy in subject.policies:
        for statement in policy.statements:
            for condition in statement.conditions:
                place = (*policy.path, *statement.path, "Condition", condition.operator)
                if not is_known_operator(condition.operator):
                    yield Problem(path=place, message=f"unknown condition operator {condition.operator!r}")
                if condition.key.lower().startswith("aws:") and not is_known_global_key(condition.key):
                    yield Problem(
                        path=(*place, condition.key),
                        message=f"unknown condition key {condition.key!r}: it is never in a request",
                    )
                if has_many_values(condition.key) and not is_of_sets(condition.operator):
                    yield Problem(
                        path=(*place, condition.key),
                        message=f"{condition.key} has many values: {condition.operator} does not say whether all or "
                        "any must match",
                        fix=f"write ForAnyValue:{condition.operator} or ForAllValues:{condition.operator}",
                    )


CHECK = Check(
    id="BL118",
    title="unknown condition operator or key, or an operator that does not fit many values",
    severity=Severity.ERROR,
    explanation="IAM accepts any condition key; one that does not exist is never in a request, so that an Allow never "
    "applies, and a Deny with a negated operator always does. A key with many values, such as `aws:TagKeys`, needs "
    "ForAllValues or ForAnyValue.",
    fix="look it up in the list of global condition keys",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    find=_find,
)
