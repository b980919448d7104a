"""BL123: an organization policy that denies a call that the baseline needs (lock-out)."""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from weakref import ref

from baseline.capabilities.organization.guardrails.guardrails import GuardrailsContext
from baseline.capabilities.organization.guardrails.places import BoundAccount, known_levels
from baseline.capabilities.organization.guardrails.policies import GuardrailPolicy
from baseline.findings import Problem, Severity
from baseline.frozen import frozen
from baseline.policy.conditions import holds
from baseline.policy.document import Condition, Statement, read_statements
from baseline.policy.evaluate import applies, is_about
from baseline.policy.request import Request
from baseline.validate.checks.check import Check
from baseline.validate.deployed import Call, Reach, calls_of
from baseline.validate.subject import Subject

_KINDS = frozenset({"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"})
_ACCOUNT_ID = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_BY_DIGITS = re.compile(r"[0-9][*?]|[*?][0-9]")
"""A pattern without any of these fits an id as a whole or not at all."""
_BY_UNIT = re.compile("orgpaths", re.IGNORECASE)
"""A statement without any of these treats accounts alike, whichever unit they are in."""
_IDS = frozenset({"aws:principalaccount", "aws:resourceaccount"})
_IN_ORDER = ("Numeric", "Date", "IpAddress")
"""Operators for which an id is more than a name."""


def _find(subject: Subject, every: tuple[Subject, ...]) -> Iterator[Problem]:
    context = subject.template.stack.context
    if not isinstance(context, GuardrailsContext) or context.policy.kind not in _KINDS:
        return
    path = ("Resources", "Policy", "Properties", "Content")
    for statement, call, account in denied_calls(context.policy, every):
        yield Problem(
            path=(*path, *statement.path),
            message=denial(context.policy.name, statement, call, account),
            severity=_severity(call, account),
        )


def denied_calls(policy: GuardrailPolicy, every: tuple[Subject, ...]) -> Iterator[tuple[Statement, Call, BoundAccount]]:
    """The most important call of the templates that each statement of a policy denies, with the account."""
    calls = _calls(_Plan(map(ref, every)), tuple(policy.tags.items()))
    representatives = _Representatives(policy.accounts, calls)
    for statement in read_statements(policy.evaluated):
        found = _locked_out(statement, calls, representatives) if statement.effect == "Deny" else None
        if found:
            yield statement, *found


class _Plan(tuple["ref[Subject]", ...]):
    """The templates of one plan, compared as one value, so that their calls are collected once."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Plan) and list(map(id, self)) == list(map(id, other))


@frozen
class _Calls:
    """A plan's calls: action → its calls, their targets, and the account ids in them."""

    by_action: Mapping[str, tuple[Call, ...]]
    reach: Reach
    ids: frozenset[str]


@lru_cache(maxsize=1)
def _calls(plan: _Plan, tags: tuple[tuple[str, str], ...]) -> _Calls:
    calls = calls_of(tuple(subject for item in plan if (subject := item()) is not None), dict(tags))
    found: dict[str, list[Call]] = {}
    for call in calls:
        found.setdefault(call.action, []).append(call)
    return _Calls(
        by_action={action: tuple(items) for action, items in found.items()},
        reach=Reach.of(calls),
        ids=frozenset(name for call in calls for name in _ids_in((call.role, call.resources, call.context))),
    )


def _ids_in(value: object) -> list[str]:
    return _ACCOUNT_ID.findall(repr(value))


class _Representatives:
    """One account for each group that a statement treats alike: thousands of accounts form few groups.

    A statement treats two accounts alike if the same calls are made in both, neither the statement nor a call contains
    one of their ids, and the statement does not distinguish their OUs.
    """

    def __init__(self, accounts: tuple[BoundAccount, ...], calls: _Calls) -> None:
        known = known_levels(accounts)
        self._in_calls = calls.ids
        self._kinds = tuple((account, (account.attached, calls.reach.signature(account))) for account in accounts)
        self._apart = tuple(item for item in self._kinds if item[0].key or item[0].levels not in known)

    def of(self, statement: Statement) -> tuple[BoundAccount, ...]:
        """The first account of each group, in order; every account if the statement depends on parts of ids."""
        narrowed = (statement.resources, statement.not_resources, statement.conditions)
        text = repr(narrowed)
        if _BY_DIGITS.search(text) or any(map(_puts_ids_in_order, statement.conditions)):
            return tuple(account for account, _ in self._apart)
        named, by_unit = frozenset(_ids_in(narrowed)), bool(_BY_UNIT.search(text))
        if named or by_unit or "${" in text:
            return self._told_apart(named | self._in_calls, by_unit=by_unit)
        return self._alike

    @cached_property
    def _alike(self) -> tuple[BoundAccount, ...]:
        return _first_of_each((kind, account) for account, kind in self._kinds)

    def _told_apart(self, ids: frozenset[str], *, by_unit: bool) -> tuple[BoundAccount, ...]:
        return _first_of_each(
            ((kind, account.id if account.id in ids else "", account.organization_path if by_unit else ""), account)
            for account, kind in self._apart
        )


def _puts_ids_in_order(condition: Condition) -> bool:
    return condition.key.lower() in _IDS and any(name in condition.operator for name in _IN_ORDER)


def _first_of_each(found: Iterable[tuple[Hashable, BoundAccount]]) -> tuple[BoundAccount, ...]:
    first: dict[Hashable, BoundAccount] = {}
    for kind, account in found:
        first.setdefault(kind, account)
    return tuple(first.values())


def _locked_out(
    statement: Statement, calls: _Calls, representatives: _Representatives
) -> tuple[Call, BoundAccount] | None:
    """The most important denied call: current calls before calls that only delete, attached before unattached policies.

    Args:
        statement: A Deny.
        calls: The calls of the plan.
        representatives: Representatives of the accounts that the policy applies to.
    """
    denial = _Denial(statement, representatives.of(statement))
    found = [
        (call, account)
        for action, some in calls.by_action.items()
        if is_about(statement, action)
        for call in some
        for account in denial.accounts(call)
    ]
    return min(found, key=lambda item: (item[0].removes, not item[1].attached), default=None)


class _Denial:
    """A Deny and the accounts whose callers it may apply to: its conditions exempt most roles, whatever the call."""

    def __init__(self, statement: Statement, accounts: tuple[BoundAccount, ...]) -> None:
        self._statement = statement
        self._accounts = accounts
        self._binding: dict[Hashable, tuple[BoundAccount, ...]] = {}

    def accounts(self, call: Call) -> Iterator[BoundAccount]:
        """The first account in which it denies the call."""
        for account in self._where_it_binds(call):
            if any(
                applies(self._statement, call.request(account, region, resource))
                for region in call.regions_in(account)
                for resource in call.resources
            ):
                yield account
                return

    def _where_it_binds(self, call: Call) -> tuple[BoundAccount, ...]:
        key = (call.role, call.partitions, *call.context)
        if key not in self._binding:
            self._binding[key] = tuple(
                account for account in self._accounts if not all(map(self._is_left_out, call.callers(account)))
            )
        return self._binding[key]

    def _is_left_out(self, caller: Request) -> bool:
        return any(holds(condition, caller) is False for condition in self._statement.conditions)


def denial(name: str, statement: Statement, call: Call, account: BoundAccount) -> str:
    """A sentence about a denied call, for the policy of this name."""
    where = account.key or f"accounts of {account.levels[-1]}"
    denied = f"{statement.sid or 'a statement'} of {name} denies {call.action} to {call.who} in {where}"
    if call.removes:
        return f"{denied}: what the plan deploys there cannot be removed later"
    return denied if account.attached else f"{denied}, once it is attached there"


def _severity(call: Call, account: BoundAccount) -> Severity:
    return Severity.WARNING if call.removes or not account.attached else Severity.ERROR


CHECK = Check(
    id="BL123",
    title="organization policy that locks out a principal that the baseline needs",
    severity=Severity.ERROR,
    explanation="A policy binds the roles that deploy the baseline and those that it deploys like everyone else: a "
    "recorder that may not deliver, or a StackSet that may not update, fails in every account at once. The calls are "
    "those that the handlers of the deployed resource types make, in the accounts where they are deployed.",
    fix="exempt the role with ArnNotLike on aws:PrincipalArn, or narrow the statement",
    source="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html",
    find=_find,
)
