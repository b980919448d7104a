"""Whether a statement applies to a request: true, false, or None if that depends on unknown facts."""

from collections.abc import Callable, Mapping, Sequence

from baseline.policy.conditions import Truth, any_of, holds, matches, names_action, negated, unknown_keys
from baseline.policy.document import Principal, Statement
from baseline.policy.request import Request, account_of

_KEYS = {"AWS": "aws:PrincipalArn", "Service": "aws:PrincipalServiceName", "Federated": "aws:FederatedProvider"}
"""Kind of principal → the condition key that says whether the caller is one."""


def applies(statement: Statement, request: Request) -> Truth:
    """Whether the statement matches the request, regardless of its principals.

    Source: IAM user guide, Policy evaluation logic and IAM JSON policy elements.
    """
    return is_about(statement, request.action) and reaches(statement, request)


def is_about(statement: Statement, action: str) -> bool:
    """Whether the statement names the action."""
    if statement.not_actions:
        return not names_action(statement.not_actions, action)
    return names_action(statement.actions, action)


def reaches(statement: Statement, request: Request) -> Truth:
    """Whether resource and conditions match the request; one false result decides, even if others are unknown."""
    known = _names_resource(statement, request)
    if known is False:
        return False
    for condition in statement.conditions:
        found = holds(condition, request)
        if found is False:
            return False
        if found is None:
            known = None
    return known


def missing(statement: Statement, request: Request) -> tuple[str, ...]:
    """The unknown condition keys that decide whether the statement applies."""
    names: list[str] = []
    if _names_resource(statement, request) is None:
        texts = (*statement.resources, *statement.not_resources)
        names += [name for text in texts for name in request.unknown_variables(text)]
    for condition in statement.conditions:
        if holds(condition, request) is None:
            names += unknown_keys(condition, request)
    if names_caller(statement, request) is None:
        principals = (*statement.principals, *statement.not_principals)
        names += [_KEYS[item.kind] for item in principals if _is_caller(item, request) is None]
    return tuple(dict.fromkeys(names))


def names_directly(statement: Statement, request: Request) -> Truth:
    """Whether the statement's principals include the caller: its session, user, role, service, or everyone.

    An account in NotPrincipal excludes its root user; its users and roles must be named to be excluded.

    Source: IAM user guide, AWS JSON policy elements: Principal, and NotPrincipal.
    """
    if statement.not_principals:
        return negated(any_of([_is_caller(item, request) for item in statement.not_principals]))
    return any_of([_is_caller(item, request) for item in statement.principals])


def names_caller(statement: Statement, request: Request) -> Truth:
    """Whether the statement's principals include the caller or its account, as for denials and cross-account access."""
    return any_of([names_directly(statement, request), names_account(statement, request)])


def names_session(statement: Statement, request: Request) -> Truth:
    """Whether the principals include the caller's user or session, or everyone: such grants bypass boundaries.

    Source: IAM user guide, Policy evaluation logic, and AWS JSON policy elements: Principal (a wildcard).
    """
    return any_of([_is_session(item, request) for item in statement.principals])


def names_account(statement: Statement, request: Request) -> Truth:
    """Whether the statement's principals include the caller's account, which may then grant access to the caller."""
    return any_of([_is_account(item, request) for item in statement.principals])


def _is_everybody(principal: Principal) -> bool:
    return principal.value == "*" and principal.kind in {"*", "AWS"}


def _is_caller(principal: Principal, request: Request) -> Truth:
    if _is_everybody(principal):
        return True
    asked = _CALLERS.get(principal.kind)
    return False if asked is None else asked(_arn(principal), request)


def _is_entity(arn: str, request: Request) -> Truth:
    if not (request.principal or request.session):
        return _unless_absent(request, "aws:PrincipalArn")
    return arn in {request.principal, request.session}


def _is_service(name: str, request: Request) -> Truth:
    if not (request.service_principals or request.principal):
        return None if request.values("aws:PrincipalServiceName") is None else False
    return name in request.service_principals


def _is_federated(provider: str, request: Request) -> Truth:
    providers = request.values("aws:FederatedProvider")
    return None if providers is None else provider in providers


_CALLERS: Mapping[str, Callable[[str, Request], Truth]] = {
    "AWS": _is_entity,
    "Service": _is_service,
    "Federated": _is_federated,
}


def _is_session(principal: Principal, request: Request) -> Truth:
    if _is_everybody(principal):
        return True
    names_entity = principal.kind == "AWS" and not (":role/" in principal.value or _arn(principal).endswith(":root"))
    return names_entity and _is_caller(principal, request)


def _is_account(principal: Principal, request: Request) -> Truth:
    arn = _arn(principal)
    if principal.kind != "AWS" or not arn.endswith(":root"):
        return False
    if not request.principal_account:
        return _unless_absent(request, "aws:PrincipalArn")
    return account_of(arn) == request.principal_account


def _unless_absent(request: Request, key: str) -> Truth:
    """None if the key's value is unknown; False if the request is known not to have it, or if a service calls."""
    return None if request.values(key) is None and not request.is_service else False


def _arn(principal: Principal) -> str:
    """The principal's ARN; 12 digits stand for the account. Source: IAM user guide, JSON policy elements: Principal."""
    if principal.value.isdecimal():
        return f"arn:aws:iam::{principal.value}:root"
    return principal.value.replace("${AWS::Partition}", "aws")


def _names_resource(statement: Statement, request: Request) -> Truth:
    """Whether the resource matches; a role's trust policy names no resource."""
    if statement.not_resources:
        return negated(_matches_any(statement.not_resources, request))
    return _matches_any(statement.resources, request) if statement.resources else True


def _matches_any(patterns: Sequence[str], request: Request) -> Truth:
    found: Truth = False
    for pattern in patterns:
        filled = pattern if pattern == "*" else request.filled_pattern(pattern)
        if filled is None:
            found = None
        elif filled == "*" or matches(filled, request.resource):
            return True
    return found
