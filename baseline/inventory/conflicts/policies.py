"""Checks of organization policies: names, slots, and required calls that foreign policies deny."""

import json
from collections import Counter
from collections.abc import Iterator

from baseline.capabilities.organization.guardrails.lock_out import lock_outs
from baseline.capabilities.organization.guardrails.policies import GuardrailPolicy, policies_of, settings_of
from baseline.findings import Problem, Severity
from baseline.inventory.conflicts.subject import Subject, listing
from baseline.inventory.facts.organization import Policy
from baseline.inventory.proposal.look import known
from baseline.policy.kinds import KINDS

_FULL_ACCESS = "p-FullAWSAccess"
"""Id of AWS's own service control policy that lets everything through
(docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html)."""


def names(subject: Subject) -> Iterator[Problem]:
    """Check that names of policies are free: AWS rejects a second policy of a type with the same name."""
    live = {(item.type, item.name): item.id for item in _foreign(subject)}
    for policy in policies_of(subject.landscape):
        if taken := live.get((policy.kind, policy.name)):
            yield Problem(
                path=_path(policy),
                message=f"a {KINDS[policy.kind].title} {policy.name} exists ({taken})",
                fix=f"import it: adopt: {{policies: {{{policy.name}: {taken}}}}}; or rename it, or use another prefix",
            )


def slots(subject: Subject) -> Iterator[Problem]:
    """Check that foreign policies and the profile's policies of the last stage fit into the slots of each target."""
    if not subject.landscape.is_on("guardrails"):
        return
    ids = {place: id_ for id_, place in subject.places.items()}
    taken = Counter((target, item.type) for item in _foreign(subject) for target in item.targets)
    ours = Counter((place, item.kind) for item in policies_of(subject.landscape) for place in item.belongs)
    quotas = settings_of(subject.landscape).quotas
    for (place, kind), count in sorted(ours.items()):
        others = taken[ids.get(place, ""), kind]
        own, most = KINDS[kind].aws_own, KINDS[kind].most_per_target(quotas)
        if others and own + others + count > most:
            yield Problem(
                path=("capabilities", "guardrails"),
                message=f"{place} would have more than {most} policies of the type {KINDS[kind].title}: "
                f"{others} foreign, {own} of AWS and {count} of the profile",
                fix="detach or merge policies there, or attach fewer guardrails",
            )


def reserved_slots(subject: Subject) -> Iterator[Problem]:
    """Check that `reserved_slots` is at least the number of foreign service control policies at the fullest target."""
    if not subject.landscape.is_on("guardrails"):
        return
    taken = Counter(
        target for item in _foreign(subject) if item.type == "SERVICE_CONTROL_POLICY" for target in item.targets
    )
    most, said = max(taken.values(), default=0), settings_of(subject.landscape).reserved_slots
    if most > said:
        yield Problem(
            path=("capabilities", "guardrails", "reserved_slots"),
            message=f"{most} foreign service control policies are attached to one target, and reserved_slots is {said}",
            fix=f"write reserved_slots: {most}",
        )


def denials(subject: Subject) -> Iterator[Problem]:
    """Check that foreign policies deny no call that the baseline, its break-glass roles and its pipelines need."""
    for found in lock_outs(subject.landscape, tuple(as_guardrails(subject))):
        need, verdict = found.need, found.verdict
        yield Problem(
            path=("capabilities", "guardrails"),
            message=f"the policy {verdict.policy} at {verdict.level} denies {need.request.action} in {found.place}, "
            f"which {need.who} needs (statement {verdict.statement or 'without Sid'})",
            fix="exempt this principal in that policy, or detach it",
            severity=None if need.certain else Severity.WARNING,
        )


def allow_lists(subject: Subject) -> Iterator[Problem]:
    """Report targets without FullAWSAccess: the policies that allow actions there are not evaluated."""
    policies = known(subject.inventory.organization.policies)
    tree = subject.inventory.organization.tree
    targets = {tree.root, *(unit.id for unit in tree.units), *subject.accounts}
    for item in policies.policies if policies else ():
        if item.id != _FULL_ACCESS:
            continue
        without = sorted(subject.places.get(target, target) for target in targets - set(item.targets))
        if without:
            yield Problem(
                path=("capabilities", "guardrails"),
                message=f"FullAWSAccess is not attached to {listing(without)}: whether the policies there allow what "
                "the baseline needs was not evaluated",
                fix="run `aws organizations list-policies-for-target` to see what is attached there",
            )


def unreadable(subject: Subject) -> Iterator[Problem]:
    """Policies that the inventory could not read."""
    policies = known(subject.inventory.organization.policies)
    unknown = list(policies.unknown_types) if policies else ["every type"]
    if unknown:
        yield Problem(
            path=("capabilities", "guardrails"),
            message=f"foreign policies are unknown ({listing(unknown)}): slots and denials were not checked",
            fix="take the inventory with permission to list policies",
        )


def _foreign(subject: Subject) -> Iterator[Policy]:
    """Policies that neither AWS nor this baseline created, without those that it adopts and overwrites."""
    policies = known(subject.inventory.organization.policies)
    for item in policies.policies if policies else ():
        ours = "guardrails" in subject.deployed and item.name.startswith(f"{subject.landscape.prefix}-")
        if not item.aws_managed and not ours and ("policies", item.id) not in subject.adopted:
            yield item


def as_guardrails(subject: Subject) -> Iterator[GuardrailPolicy]:
    """Attached foreign policies in the form that the lock-out proof accepts."""
    for item in _foreign(subject):
        places = tuple(subject.places[target] for target in item.targets if target in subject.places)
        if places and KINDS[item.type].has_statements:
            content = json.loads(item.content)
            yield GuardrailPolicy(
                key=item.id,
                kind=item.type,
                name=item.name,
                description="",
                places=places,
                belongs=places,
                targets=(),
                content=content,
                evaluated=content,
                own=0,
            )


def _path(policy: GuardrailPolicy) -> tuple[str | int, ...]:
    path = ("capabilities", "guardrails")
    return path if policy.own is None else (*path, "policies", policy.own)
