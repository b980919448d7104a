"""Trust policies: conditions that a statement requires of the principal that assumes the role."""

import re

from baseline.policy.document import Statement

WEB_IDENTITY = "sts:assumerolewithwebidentity"

BUILT_IN_ISSUERS = frozenset(
    {"cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"}
)
"""Issuers that IAM knows by name; their tokens are for people, who are identified by claims other than `sub`."""

_WHOLE_REPOSITORY = re.compile(r"(?:repo:[^:/*?]+/[^:*?]+|project_path:[^:/*?]+(?:/[^:/*?]+)+):[^*?].*")


def asks_for_mfa(statement: Statement) -> bool:
    """Whether the trust policy requires sign-in with MFA; `BoolIfExists` also allows requests without it."""
    return any(
        condition.operator == "Bool"
        and condition.key.lower() == "aws:multifactorauthpresent"
        and [value.lower() for value in condition.values] == ["true"]
        for condition in statement.conditions
    )


def is_web_identity(statement: Statement) -> bool:
    """Whether the trust policy allows tokens of an OpenID Connect provider."""
    actions = {action.lower() for action in statement.actions}
    return bool(actions & {WEB_IDENTITY, "sts:*", "*"}) and any(
        principal.kind == "Federated"
        and principal.value not in BUILT_IN_ISSUERS
        and ":saml-provider/" not in principal.value
        for principal in statement.principals
    )


def unpinned_claims(statement: Statement) -> tuple[str, ...]:
    """The claims among `aud` and `sub` that are not restricted to our own values.

    For `sub`, a pattern is sufficient if it names one complete repository and at least the start of its context.

    Source: IAM user guide, Identity-provider controls for shared OIDC providers.
    """
    return tuple(claim for claim in ("aud", "sub") if not _is_pinned(statement, claim))


def is_pinned_web_identity(statement: Statement) -> bool:
    """Whether the trust policy allows only tokens of one repository or service account."""
    return is_web_identity(statement) and not unpinned_claims(statement)


def _is_pinned(statement: Statement, claim: str) -> bool:
    for condition in statement.conditions:
        if not condition.key.lower().endswith(f":{claim}") or not condition.values:
            continue
        operator = condition.operator.removeprefix("ForAnyValue:")
        if operator == "StringEquals":
            return True
        if operator == "StringLike":
            return all(_names_one(value, claim) for value in condition.values)
    return False


def _names_one(pattern: str, claim: str) -> bool:
    exact = not {"*", "?"} & set(pattern)
    return exact or (claim == "sub" and _WHOLE_REPOSITORY.fullmatch(pattern) is not None)
