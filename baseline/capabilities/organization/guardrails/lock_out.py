"""The proof that no policy causes a lock-out: the policy engine evaluates required calls for each account."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from baseline.capabilities.detect.guardduty.settings import backup_scanner_places
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.needs import Need, calls, deliveries, pipeline_accounts
from baseline.capabilities.organization.guardrails.places import BoundAccount, all_bound_accounts, known_levels
from baseline.capabilities.organization.guardrails.policies import GuardrailPolicy
from baseline.frozen import frozen
from baseline.policy.decide import Level, Policies, Verdict, decide
from baseline.policy.text import minified

_BY_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])|/ou-")
"""A custom policy with an account id or an OU id may treat each account differently."""


@frozen
class LockOut:
    """A required call that the policies deny for an account or OU.

    `attached` is false if the denying policy is only attached in a later stage.
    """

    place: str
    need: Need
    verdict: Verdict
    attached: bool


def lock_outs(landscape: Landscape, policies: Sequence[GuardrailPolicy]) -> Iterator[LockOut]:
    """The required calls that the policies deny, the first place for each statement.

    Nothing is required in suspended OUs: no stack is deployed there.
    """
    seen: set[tuple[str, str, str]] = set()
    later = any(item.belongs != item.places for item in policies)
    for now in (True, False) if later else (True,):
        for account in _accounts(landscape, policies, now=now):
            for need, verdict in _denied(landscape, account, policies, now=now):
                key = (verdict.policy, verdict.statement, verdict.level)
                if key not in seen:
                    seen.add(key)
                    place = account.key or account.levels[-1]
                    yield LockOut(place=place, need=need, verdict=verdict, attached=now)


def _denied(
    landscape: Landscape, account: BoundAccount, policies: Sequence[GuardrailPolicy], *, now: bool
) -> Iterator[tuple[Need, Verdict]]:
    principals = _levels(account, "SERVICE_CONTROL_POLICY", policies, now=now)
    resources = _levels(account, "RESOURCE_CONTROL_POLICY", policies, now=now)
    asked = (
        (Policies(service_control=principals), calls(landscape, account) if principals else ()),
        (Policies(resource_control=resources), deliveries(landscape, account) if resources else ()),
    )
    for bound, needs in asked:
        for need in needs:
            verdict = decide(bound, need.request)
            if verdict.decision == "denied":
                yield need, verdict


def _accounts(landscape: Landscape, policies: Sequence[GuardrailPolicy], *, now: bool) -> tuple[BoundAccount, ...]:
    """One account for each set of policies and scanner roles; every account if a policy may distinguish accounts."""
    members = all_bound_accounts(landscape)
    known = known_levels(members)
    special = {"log_archive", "security", *landscape.roles.values(), *pipeline_accounts(landscape)}
    placed = [(item, frozenset(_places(item, now=now))) for item in policies]
    targets = frozenset(backup_scanner_places(landscape)).union(*(places for _, places in placed))
    kinds: dict[frozenset[str], _Kind] = {}
    found: dict[tuple[object, ...], BoundAccount] = {}
    for account in sorted(members, key=lambda item: bool(item.key)):
        levels = targets.intersection(account.levels)
        if levels not in kinds:
            kinds[levels] = _kind(item for item, places in placed if not places.isdisjoint(levels))
        kind = kinds[levels]
        if kind.is_apart and not account.key and account.levels in known:
            continue
        alone = kind.is_apart or account.key in special
        found.setdefault((kind.policies, levels, account.key if alone else ""), account)
    return tuple(found.values())


class _Kind(NamedTuple):
    """Keys of the policies that apply to some accounts, and whether one of them may distinguish accounts."""

    policies: frozenset[str]
    is_apart: bool


def _kind(bound: Iterable[GuardrailPolicy]) -> _Kind:
    policies = tuple(bound)
    apart = any(item.own is not None and _BY_ACCOUNT.search(minified(item.evaluated)) for item in policies)
    return _Kind(frozenset(item.key for item in policies), apart)


def _levels(account: BoundAccount, kind: str, policies: Sequence[GuardrailPolicy], *, now: bool) -> tuple[Level, ...]:
    """The levels above the account with their policies of the kind; empty if there is no such policy."""
    found = [item for item in policies if item.kind == kind and _binds(item, account, now=now)]
    return tuple(
        Level(name=level, policies=tuple(item.attached for item in found if level in _places(item, now=now)))
        for level in account.levels
        if found
    )


def _binds(policy: GuardrailPolicy, account: BoundAccount, *, now: bool) -> bool:
    return not set(account.levels).isdisjoint(_places(policy, now=now))


def _places(policy: GuardrailPolicy, *, now: bool) -> tuple[str, ...]:
    return policy.places if now else policy.belongs
