"""Decisions about deployed guardrails that deny what stacks do before the guardrails of the plan replace them."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from baseline.findings import Problem
from baseline.frozen import frozen

_MOST_NAMED = 3


@frozen
class FunctionRole:
    """The role of a function that works while it is deployed, and the guardrails.

    Attributes:
        stack: Name of the stack with the function.
        role: Name of the role.
        actions: What the role allows, as `service:Action`; may have wildcards at the end.
        deployed: Contents of the service control policies that AWS has.
        planned: Contents of those of the plan, which its last waves deploy.
        command: The command that deploys the guardrails alone.
    """

    stack: str
    role: str
    actions: tuple[str, ...]
    deployed: tuple[Mapping[str, Any], ...]
    planned: tuple[Mapping[str, Any], ...]
    command: str


def exemptions(fact: FunctionRole) -> Iterator[Problem]:
    """Check that the guardrails of the plan exempt no function from what the deployed ones deny it.

    Statements are counted, not compared: their text may change between versions. One that denies the action to both,
    such as that of the Regions, is in both counts.
    """
    denied = [action for action in fact.actions if _is_exempted(fact, action)]
    if denied:
        more = f" and {len(denied) - _MOST_NAMED} more" if len(denied) > _MOST_NAMED else ""
        yield Problem(
            message=f"{fact.stack}: the deployed guardrails deny {', '.join(denied[:_MOST_NAMED])}{more} to the role "
            f"{fact.role}, which those of the plan exempt; they are deployed last, so its first call would fail",
            fix=f"deploy the guardrails first: {fact.command}",
        )


def _is_exempted(fact: FunctionRole, action: str) -> bool:
    """Whether fewer statements of the plan than of AWS deny the action to the role, and more exempt it."""
    deployed, planned = (
        [_exempts(statement, fact.role) for statement in _statements(policies) if _matches(statement, action)]
        for policies in (fact.deployed, fact.planned)
    )
    return deployed.count(False) > planned.count(False) and planned.count(True) > deployed.count(True)


def _statements(policies: tuple[Mapping[str, Any], ...]) -> Iterator[Mapping[str, Any]]:
    for content in policies:
        yield from _listed(content.get("Statement"))


def _matches(statement: Mapping[str, Any], action: str) -> bool:
    """Whether a statement is about an action, whatever the resource and other conditions."""
    if "NotAction" in statement:
        return not any(_is_like(action, item) for item in _listed(statement["NotAction"]))
    return any(_is_like(action, item) for item in _listed(statement.get("Action")))


def _is_like(action: str, pattern: str) -> bool:
    return fnmatchcase(action.lower(), pattern.lower())


def _exempts(statement: Mapping[str, Any], role: str) -> bool:
    """Whether a condition leaves the role out, by its name in `aws:PrincipalArn`."""
    values = (
        value
        for operator, keys in (statement.get("Condition") or {}).items()
        if "not" in operator.lower()
        for key, value in keys.items()
        if key.lower() == "aws:principalarn"
    )
    return any(fnmatchcase(f"role/{role}", name) for value in values for name in map(_name, _listed(value)))


def _name(arn: Any) -> str:  # noqa: ANN401 - a text, or one with references
    """The part of an ARN after the account id, such as `role/nw-*`."""
    text = next(iter(arn.values())) if isinstance(arn, dict) else arn
    return str(text).rpartition(":")[2]


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any part of a policy
    return value if isinstance(value, list) else [] if value is None else [value]
