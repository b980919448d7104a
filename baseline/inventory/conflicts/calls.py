"""Calls that were made and that the profile's policies would newly deny."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.levels import levels_of
from baseline.capabilities.organization.guardrails.policies import GuardrailPolicy, policies_of
from baseline.capabilities.organization.guardrails.question import (
    Question,
    organization_policies,
    owner_of,
    principal_account,
    request_of,
)
from baseline.findings import Problem
from baseline.frozen import frozen
from baseline.inventory.calls import Call
from baseline.inventory.conflicts.policies import as_guardrails
from baseline.inventory.conflicts.subject import Subject
from baseline.policy.decide import Policies, Verdict, decide


@frozen
class _Answer:
    """Calls of one principal and action with the same answer."""

    calls: tuple[Call, ...]
    verdict: Verdict

    def __str__(self) -> str:
        first, count = self.calls[0], sum(call.count for call in self.calls)
        days = sorted(call.last for call in self.calls if call.last)
        where = sorted({call.region for call in self.calls if call.region})
        parts = [f"{first.principal} made {first.action} (calls: {count:,})"]
        parts += [f"in {', '.join(where)}"] if where else []
        parts += [f"last on {days[-1]}"] if days else []
        return ", ".join(parts)


def denied(subject: Subject) -> Iterator[Problem]:
    """Calls that policies of the last stage deny, and that attached foreign policies do not deny already."""
    for answer in _answers(subject, "denied"):
        verdict = answer.verdict
        statement = f"statement {verdict.statement}" if verdict.statement else "an implicit denial"
        yield Problem(
            path=("capabilities", "guardrails"),
            message=f"{answer}; {verdict.policy or 'a policy'} at {verdict.level or 'its level'} would deny it "
            f"({statement})",
            fix="exempt the principal or turn the guardrail off, with `rules` (`baseline policy explain` shows which)",
        )


def undecided(subject: Subject) -> Iterator[Problem]:
    """Calls whose decision depends on facts that the file does not contain."""
    for answer in _answers(subject, "unknown"):
        yield Problem(
            path=("capabilities", "guardrails"),
            message=f"{answer}; whether it would be denied depends on {', '.join(answer.verdict.missing)}",
            fix="pass these keys: baseline policy explain --context KEY=VALUE",
        )


def _answers(subject: Subject, decision: str) -> Iterator[_Answer]:
    """One for each principal and action, and each deciding statement."""
    if not subject.calls:
        return
    ours = tuple(replace(item, places=item.belongs) for item in policies_of(subject.landscape))
    theirs = tuple(as_guardrails(subject))
    groups: dict[tuple[str, str, str, str], list[Call]] = {}
    verdicts: dict[tuple[str, str, str, str], Verdict] = {}
    for call in subject.calls:
        key = subject.keys.get(call.account)
        verdict = _verdict(subject.landscape, call, key, ours, theirs) if key else None
        if verdict and verdict.decision == decision:
            group = (call.principal, call.action, verdict.policy, verdict.statement)
            groups.setdefault(group, []).append(call)
            verdicts[group] = verdict
    for group, calls in groups.items():
        yield _Answer(calls=tuple(calls), verdict=verdicts[group])


def _verdict(
    landscape: Landscape, call: Call, account: str, ours: Sequence[GuardrailPolicy], theirs: Sequence[GuardrailPolicy]
) -> Verdict | None:
    """The decision of the profile's policies; None if the policies that are attached now deny the call already."""
    context: Mapping[str, tuple[str, ...]] = {"aws:requestedregion": (call.region,)} if call.region else {}
    question = Question(
        account=account, action=call.action, principal=call.principal, resource=call.resource, context=context
    )
    request = request_of(landscape, question)
    if decide(_policies(landscape, question, theirs), request).decision == "denied":
        return None
    return decide(_policies(landscape, question, ours), request)


def _policies(landscape: Landscape, question: Question, some: Sequence[GuardrailPolicy]) -> Policies:
    """The policies above the principal and the resource, if such policies apply to them."""
    bound = organization_policies(landscape, question)
    principal, owner = principal_account(landscape, question), owner_of(landscape, question)
    scp = levels_of(landscape, principal or "root", "SERVICE_CONTROL_POLICY", some)
    rcp = levels_of(landscape, owner or "root", "RESOURCE_CONTROL_POLICY", some)
    return replace(
        bound,
        service_control=() if bound.service_control_reason else scp,
        resource_control=() if bound.resource_control_reason else rcp,
    )
