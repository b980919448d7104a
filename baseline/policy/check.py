"""Problems in the document of an organization policy, from the baseline or the profile."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from baseline.findings import Problem
from baseline.policy.checks.actions import action_mistakes
from baseline.policy.checks.characters import character_mistakes
from baseline.policy.checks.conditions import condition_mistakes
from baseline.policy.checks.deliveries import delivery_mistakes
from baseline.policy.checks.elements import element_mistakes
from baseline.policy.checks.global_services import global_service_mistakes
from baseline.policy.checks.kinds import kind_mistakes
from baseline.policy.checks.resources import resource_mistakes
from baseline.policy.checks.traps import trap_mistakes
from baseline.policy.checks.variables import placeholder_mistakes, variable_mistakes
from baseline.policy.document import text_of
from baseline.policy.grammar.check import grammar_mistakes
from baseline.policy.kinds import KINDS
from baseline.policy.text import minified

_STATEMENT_CHECKS: tuple[Callable[[str, Mapping[str, Any]], Iterator[Problem]], ...] = (
    element_mistakes,
    kind_mistakes,
    action_mistakes,
    condition_mistakes,
    character_mistakes,
    global_service_mistakes,
    delivery_mistakes,
    resource_mistakes,
    trap_mistakes,
)


def policy_mistakes(
    kind: str,
    document: Mapping[str, Any],
    limits: Mapping[str, int] | None = None,
    parameters: Collection[str] | None = None,
) -> tuple[Problem, ...]:
    """Every problem in a policy of the kind, in the order of the checks.

    Args:
        kind: A key of `KINDS`.
        document: The policy; CloudFormation functions may stand for texts.
        limits: Quotas with other values, by name.
        parameters: Names that may appear as `${Name}`; None for everything that CloudFormation can fill in.
    """
    has_statements = KINDS[kind].has_statements
    found = [
        *_size(kind, document, limits),
        *placeholder_mistakes(plain(document), parameters, has_statements=has_statements),
    ]
    if not has_statements:
        return (*found, *grammar_mistakes(kind, plain(document)))
    found += variable_mistakes(document, parameters)
    return (*found, *(mistake for check in _STATEMENT_CHECKS for mistake in check(kind, document)))


def _size(kind: str, document: Mapping[str, Any], limits: Mapping[str, int] | None) -> Iterator[Problem]:
    text = minified(plain(document)).replace("${AWS::Partition}", "aws")
    count, most = len(text), KINDS[kind].most_characters(limits)
    if count > most:
        yield Problem(
            id="policy-size",
            path=(),
            message=f"{count:,} characters without white space: AWS allows {most:,}",
            fix="split the policy, or merge statements that differ only in their actions",
        )


def plain(value: Any) -> Any:  # noqa: ANN401 - plain data with CloudFormation functions in it
    """The data with every CloudFormation function as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        only = next(iter(value)) if len(value) == 1 else ""
        if only == "Ref" or only.startswith("Fn::"):
            return text_of(value)
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
