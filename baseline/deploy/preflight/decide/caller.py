"""Decisions about the caller: account, delegated administrator, and key administration."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from baseline.findings import Problem, Severity
from baseline.frozen import frozen
from baseline.plan.model import Method

STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
_MANAGEMENT = (
    "use credentials of the management account, or name a role in it with --assume-role; a delegated administrator for "
    "StackSets says --delegated-admin"
)


@frozen
class CallerOfManagement:
    """The caller, who must be in the management account.

    Attributes:
        account: The caller's account.
        planned: The management account in the plan; "" if unknown.
        management: The management account of the caller's organization; "" if it is in none, or if none is needed.
    """

    account: str
    planned: str
    management: str


@frozen
class Delegate:
    """The caller, who must be a delegated administrator for StackSets."""

    account: str
    is_member: bool
    administers: bool


def account(fact: CallerOfManagement | Delegate) -> Iterator[Problem]:
    """Check that the caller is in the plan's management account, or is the expected delegated administrator."""
    if isinstance(fact, Delegate):
        yield from _delegate(fact)
    elif fact.planned and fact.planned != fact.account:
        yield Problem(
            message=f"the credentials are of account {fact.account}; this plan is for {fact.planned}", fix=_MANAGEMENT
        )
    elif fact.management and fact.management != fact.account:
        yield Problem(
            message=f"account {fact.account} is a member of its organization; ordinary stacks are deployed to the "
            "management account",
            fix=_MANAGEMENT,
        )


def _delegate(fact: Delegate) -> Iterator[Problem]:
    if not fact.is_member:
        yield Problem(
            message=f"account {fact.account} is not a member of an organization, so it cannot be a delegated "
            "administrator",
            fix="leave out --delegated-admin",
        )
    elif not fact.administers:
        yield Problem(
            message=f"account {fact.account} is not a delegated administrator for CloudFormation StackSets, or its "
            "identity may not call organizations:ListDelegatedAdministrators, which StackSets require",
            fix="register it, in the management account: aws organizations register-delegated-administrator "
            f"--service-principal {STACK_SETS} --account-id {fact.account}",
        )


def delegation(methods: Mapping[str, frozenset[Method]]) -> Iterator[Problem]:
    """Check that a delegated administrator only deploys StackSets: it cannot access the management account.

    Args:
        methods: Stack → its deployment methods, of the chosen stacks.
    """
    beyond = [name for name, some in methods.items() if some == {Method.STACK}]
    partly = [name for name, some in methods.items() if len(some) > 1]
    within = " ".join(f"--only {name}" for name, some in methods.items() if Method.STACK_SET in some)
    if beyond:
        yield Problem(
            message="stacks of the management account, which a delegated administrator cannot deploy, are chosen: "
            f"{', '.join(beyond)}",
            fix=(f"choose the others ({within}), and " if within else "")
            + "deploy these with credentials of the management account",
        )
    if partly:
        yield Problem(
            message=f"only the part in member accounts is checked and deployed of: {', '.join(partly)}",
            fix="deploy the management account's part with its own credentials, without --delegated-admin",
            severity=Severity.WARNING,
        )


def stack_set_administrators(administrators: frozenset[str]) -> Iterator[Problem]:
    """Check that no member account administers StackSets, which are not subject to service control policies."""
    for name in sorted(administrators):
        yield Problem(
            message=f"account {name} is a delegated administrator for StackSets: its StackSets act in every member "
            "account as a role that the guardrails exempt",
            fix="limit cloudformation:*StackSet and *StackInstances there to the roles that deploy",
            severity=Severity.WARNING,
        )


@frozen
class NewKey:
    """A key that a stack creates, with its policy, and the principal that creates it."""

    stack: str
    policy: Mapping[str, Any]
    principal: str


def key_administrators(key: NewKey) -> Iterator[Problem]:
    """Check that the policies of new keys name the caller as administrator: KMS rejects other keys."""
    patterns = list(_exempt(key.policy))
    if patterns and not any(fnmatchcase(key.principal, pattern) for pattern in patterns):
        yield Problem(
            message=f"{key.stack}: the key's policy does not allow administration by {key.principal}; it allows "
            f"{', '.join(patterns)}",
            fix="deploy as one of these, or add the role to capabilities.kms.key_administrators and generate again",
        )


def _exempt(policy: Mapping[str, Any]) -> Iterator[str]:
    """Patterns of the principals that are exempt from the denial of key administration."""
    for statement in policy.get("Statement", ()):
        if statement.get("Effect") == "Deny":
            found = (statement.get("Condition") or {}).get("ArnNotLike", {}).get("aws:PrincipalArn", ())
            for pattern in [found] if isinstance(found, str | dict) else found:
                yield pattern.get("Fn::Sub", "") if isinstance(pattern, dict) else pattern
