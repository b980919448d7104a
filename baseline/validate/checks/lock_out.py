"""BL123: an organization policy that locks out whom the baseline needs."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from baseline.capabilities.guardrails.guardrails import GuardrailsContext
from baseline.capabilities.guardrails.places import BoundAccount, known_levels
from baseline.findings import Severity
from baseline.policy.document import Statement, read_statements
from baseline.policy.evaluate import applies, is_about
from baseline.validate.checks.check import Check, Hit
from baseline.validate.deployed import Call, calls_of
from baseline.validate.subject import Subject

_KINDS = frozenset({"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"})
_BY_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])|/ou-|\$\{")
"""A statement without any of these treats every account alike."""


def _find(subject: Subject, every: tuple[Subject, ...]) -> Iterator[Hit]:
    context = subject.template.stack.context
    if not isinstance(context, GuardrailsContext) or context.policy.kind not in _KINDS:
        return
    policy = context.policy
    calls = _calls(_Plan(every), tuple(policy.tags.items()))
    path = ("Resources", "Policy", "Properties", "Content")
    known = known_levels(policy.accounts)
    apart = tuple(account for account in policy.accounts if account.key or account.levels not in known)
    for statement in read_statements(policy.evaluated):
        found = _locked_out(statement, calls, (policy.accounts, apart)) if statement.effect == "Deny" else None
        if found:
            call, account = found
            yield Hit(
                path=(*path, *statement.path),
                message=_message(policy.name, statement, call, account),
                severity=_severity(call, account),
            )


class _Plan(tuple[Subject, ...]):
    """The templates of one plan, compared as one: so their calls are collected once."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Plan) and list(map(id, self)) == list(map(id, other))


@lru_cache(maxsize=1)
def _calls(plan: _Plan, tags: tuple[tuple[str, str], ...]) -> Mapping[str, tuple[Call, ...]]:
    """Action → the calls of that action."""
    found: dict[str, list[Call]] = {}
    for call in calls_of(plan, dict(tags)):
        found.setdefault(call.action, []).append(call)
    return {action: tuple(items) for action, items in found.items()}


def _locked_out(
    statement: Statement,
    calls: Mapping[str, tuple[Call, ...]],
    accounts: tuple[tuple[BoundAccount, ...], tuple[BoundAccount, ...]],
) -> tuple[Call, BoundAccount] | None:
    """The denied call that matters most: one of today before one that only removes, attached before not yet.

    Args:
        statement: A Deny.
        calls: Action → the calls of that action.
        accounts: All that the policy binds, and those without stand-ins for accounts that the profile has.
    """
    alike = not _BY_ACCOUNT.search(repr(statement))
    found = [
        (call, account)
        for action, some in calls.items()
        if is_about(statement, action)
        for call in some
        for account in _denied_in(statement, call, accounts[0] if alike else accounts[1], alike=alike)
    ]
    return min(found, key=lambda item: (item[0].removes, not item[1].attached), default=None)


def _denied_in(
    statement: Statement, call: Call, accounts: tuple[BoundAccount, ...], *, alike: bool
) -> Iterator[BoundAccount]:
    """The first account of each kind where the statement denies the call."""
    seen: set[tuple[bool, tuple[str, ...]]] = set()
    for account in accounts:
        regions = call.regions_in(account)
        if regions and not (alike and (account.attached, regions) in seen):
            seen.add((account.attached, regions))
            if any(
                applies(statement, call.request(account, region, resource))
                for region in regions
                for resource in call.resources
            ):
                yield account
                return


def _message(name: str, statement: Statement, call: Call, account: BoundAccount) -> str:
    where = account.key or f"accounts of {account.levels[-1]}"
    denied = f"{statement.sid or 'a statement'} of {name} denies {call.action} to {call.who} in {where}"
    if call.removes:
        return f"{denied}: what the plan deploys there cannot be removed later"
    return denied if account.attached else f"{denied}, once it is attached there"


def _severity(call: Call, account: BoundAccount) -> Severity:
    return Severity.WARNING if call.removes or not account.attached else Severity.ERROR


CHECK = Check(
    id="BL123",
    title="organization policy that locks out whom the baseline needs",
    severity=Severity.ERROR,
    explanation="A policy binds the roles that deploy the baseline and those that it deploys like everybody else: a "
    "recorder that may not deliver, or a StackSet that may not update, fails in every account at once. The calls are "
    "those that the handlers of the deployed resource types make, in the accounts where they are deployed.",
    fix="exempt the role by ArnNotLike on aws:PrincipalArn, or narrow the statement",
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
    find=_find,
)
