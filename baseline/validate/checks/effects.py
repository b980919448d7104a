"""BL134: a resource without a value that it needs to work."""

from collections.abc import Iterator
from itertools import chain

from baseline.findings import Problem, Severity
from baseline.validate.checks.check import Check
from baseline.validate.effects import lapses, unfilled_placeholders
from baseline.validate.subject import Subject


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    yield from chain(lapses(subject), unfilled_placeholders(subject))


CHECK = Check(
    id="BL134",
    title="resource that does not do what it is for",
    severity=Severity.ERROR,
    explanation="An alarm that is off, a lock of one day, a suppression of every finding or a rule for another user "
    "are valid CloudFormation, and look deployed. For each kind of resource the `effects.toml` files list the "
    "values that make it work; values that the profile decides are compared with the plan.",
    fix="correct the template; if the new value is intended, change it in `effects.toml` as well and say why",
    source="https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/welcome.html",
    find=_find,
)
