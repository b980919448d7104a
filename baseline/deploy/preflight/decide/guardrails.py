"""Decisions about deployed guardrails that deny what stacks do before the guardrails of the plan replace them."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from baseline.findings import Problem
from baseline.frozen import frozen

_MOST_NAMED = 3
_Policies: TypeAlias = tuple[Mapping[str, Any], ...]


@frozen
class FunctionRole:
    """The role of a function that works while it is deployed, and the guardrails.

    Attributes:
        stack: Name of the stack with the function.
        role: Name of the role.
        actions: What the role allows, as `service:Action`; may have wildcards at the end.
        deployed: Contents of the service control policies that AWS has.
        planned: Contents of those of the plan, which its last waves deploy.
        command: The command that comes first: it deploys the guardrails alone, or deletes the function.
    """

    stack: str
    role: str
    actions: tuple[str, ...]
    deployed: _Policies
    planned: _Policies
    command: str


def exemptions(fact: FunctionRole) -> Iterator[Problem]:
    """Check that the guardrails of the plan exempt no function from what the deployed ones deny it.

    Statements are counted, not compared: their text may change between versions. One that denies the action to both,
    such as that of the Regions, is in both counts.
    """
    denied = _exempted(fact, fact.deployed, fact.planned)
    if denied:
        yield Problem(
            message=f"{fact.stack}: the deployed guardrails deny {_named(denied)} to the role "
            f"{fact.role}, which those of the plan exempt; they are deployed last, so its first call would fail",
            fix=f"deploy the guardrails first: {fact.command}",
        )


def lost_exemptions(fact: FunctionRole) -> Iterator[Problem]:
    """Check that guardrails of the plan take no exemption from a function that has settings to undo when it goes."""
    denied = _exempted(fact, fact.planned, fact.deployed)
    if denied:
        yield Problem(
            message=f"{fact.stack} is no longer in the plan, and undoes its settings when it is deleted: the plan's "
            f"guardrails deny {_named(denied)} to its role {fact.role}, which the deployed ones exempt; its deletion "
            "would fail after them",
            fix=f"delete it before the guardrails change: {fact.command}",
        )


def _named(actions: list[str]) -> str:
    more = f" and {len(actions) - _MOST_NAMED} more" if len(actions) > _MOST_NAMED else ""
    return ", ".join(actions[:_MOST_NAMED]) + more


def _exempted(fact: FunctionRole, denying: _Policies, exempting: _Policies) -> list[str]:
    """Actions that fewer statements of the second policies than of the first deny to the role, and more exempt."""
    return [action for action in fact.actions if _is_exempted(fact.role, action, denying, exempting)]


def _is_exempted(role: str, action: str, denying: _Policies, exempting: _Policies) -> bool:
    first, second = (
        [_exempts(statement, role) for statement in _statements(policies) if _matches(statement, action)]
        for policies in (denying, exempting)
    )
    return first.count(False) > second.count(False) and second.count(True) > first.count(True)


def _statements(policies: _Policies) -> Iterator[Mapping[str, Any]]:
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
