"""Whether a statement applies to a request: true, false, or None where what is not known decides."""

from collections.abc import Sequence

from baseline.policy.conditions import Truth, all_of, holds, matches, names_action, negated, unknown_keys
from baseline.policy.document import Principal, Statement
from baseline.policy.request import Request, account_of


def applies(statement: Statement, request: Request) -> Truth:
    """Whether the statement is about the request; principals are not looked at.

    Source: IAM user guide, Policy evaluation logic and IAM JSON policy elements.
    """
    if not _is_named(statement, request):
        return False
    known = [
        _reaches(statement.resources, request)
        if not statement.not_resources
        else negated(_reaches(statement.not_resources, request))
    ]
    for condition in statement.conditions:
        if known[-1] is False:
            return False
        known.append(holds(condition, request))
    return all_of(known)


def missing(statement: Statement, request: Request) -> tuple[str, ...]:
    """The condition keys whose values would say whether the statement applies, where it hangs on them."""
    texts = (*statement.resources, *statement.not_resources)
    names = [name for text in texts for name in request.unknown_variables(text)]
    for condition in statement.conditions:
        if holds(condition, request) is None:
            names += unknown_keys(condition, request)
    return tuple(dict.fromkeys(names))


def names_directly(statement: Statement, request: Request) -> bool:
    """Whether the statement's principals are the caller: its session, user, role, service, or everybody."""
    if statement.not_principals:
        return not any(_is_caller(item, request) or _is_account(item, request) for item in statement.not_principals)
    return any(_is_caller(item, request) for item in statement.principals)


def names_session(statement: Statement, request: Request) -> bool:
    """Whether they are the caller's very user or session: such a grant does not pass through boundaries.

    Source: IAM user guide, Permissions boundaries for IAM entities and Session policies.
    """
    own = {request.session, request.principal if ":user/" in request.principal else ""} - {""}
    return any(item.value.replace("${AWS::Partition}", "aws") in own for item in statement.principals)


def names_account(statement: Statement, request: Request) -> bool:
    """Whether the statement's principals are the caller's account, which may then let the caller use it."""
    return any(_is_account(item, request) for item in statement.principals)


def _is_caller(principal: Principal, request: Request) -> bool:
    if principal.value == "*" and principal.kind in {"*", "AWS"}:
        return True
    if principal.kind == "Service":
        return principal.value in request.service_principals
    if principal.kind == "Federated":
        return principal.value in (request.values("aws:FederatedProvider") or ())
    return bool(request.principal) and principal.value.replace("${AWS::Partition}", "aws") in {
        request.principal,
        request.session,
    }


def _is_account(principal: Principal, request: Request) -> bool:
    account = request.principal_account
    value = principal.value
    is_root = value.endswith(":root") and account_of(value) == account
    return principal.kind == "AWS" and bool(account) and (value == account or is_root)


def _is_named(statement: Statement, request: Request) -> bool:
    if statement.not_actions:
        return not names_action(statement.not_actions, request.action)
    return names_action(statement.actions, request.action)


def _reaches(patterns: Sequence[str], request: Request) -> Truth:
    known = [request.filled(pattern) for pattern in patterns]
    if any(matches(pattern, request.resource) for pattern in known if pattern is not None):
        return True
    return None if None in known else False
