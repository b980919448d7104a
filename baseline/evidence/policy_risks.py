"""Risks of changed organization policies, by whether their statements deny more or less than before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from baseline.evidence.policy_changes import PolicyStatementChange
from baseline.evidence.resource_changes import ResourceChange
from baseline.evidence.risks import KINDS, UNDECIDED_POLICY, WEAKER_GUARDRAIL, Risk
from baseline.policy.direction import Difference

_MOST_DIFFERENCES = 3


def with_policy_risks(
    changes: Iterable[ResourceChange], statements: Iterable[PolicyStatementChange]
) -> tuple[ResourceChange, ...]:
    """Add a lock-out risk where policies deny more, and the risk of weaker guardrails where they deny less.

    A statement that moved counts for the policy that has it now, so that moving it is no risk in itself. Where
    statements are the same and the policy still differs, such as by the id of a unit, the undecided risk stays.
    """
    found: dict[str, list[Difference]] = defaultdict(list)
    for item in statements:
        found[item.statement.policy] += item.differences
        if item.before:  # decided, even where nothing is left of it
            found.setdefault(item.before.policy, [])
    return tuple(_decided(item, found[item.stack]) if _is_policy(item, found) else item for item in changes)


def _is_policy(item: ResourceChange, found: Iterable[str]) -> bool:
    return item.type == "AWS::Organizations::Policy" and item.stack in found


def _decided(change: ResourceChange, found: Sequence[Difference]) -> ResourceChange:
    kept = (risk for risk in change.risks if risk.why != UNDECIDED_POLICY)
    risks = sorted((*kept, *_risks(found)), key=lambda risk: KINDS.index(risk.kind))
    return replace(change, risks=tuple(risks))


def _risks(found: Sequence[Difference]) -> Iterator[Risk]:
    more, less, either = (_words(found, name) for name in ("more", "less", "either"))
    if more:
        yield Risk(kind="lock-out", why=f"denies more than before ({more}): calls of workloads and people fail")
    if less:
        yield Risk(kind=WEAKER_GUARDRAIL, why=f"denies less than before: {less}")
    if either:
        why = f"can deny more or less than before: {either}"
        yield from (Risk(kind=kind, why=why) for kind in ("lock-out", WEAKER_GUARDRAIL))


def _words(found: Sequence[Difference], direction: str) -> str:
    words = tuple(dict.fromkeys(item.words for item in found if item.direction == direction))
    more = f" and {len(words) - _MOST_DIFFERENCES} more" if len(words) > _MOST_DIFFERENCES else ""
    return f"{'; '.join(words[:_MOST_DIFFERENCES])}{more}"
