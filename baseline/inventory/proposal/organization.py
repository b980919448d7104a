"""Proposed settings of `organization`, `guardrails` and `identity_center`, and the roles of accounts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.registry import CAPABILITIES, ROLES
from baseline.capabilities.settings import Tier, settings_of_tier
from baseline.inventory.facts.organization import Policy
from baseline.inventory.proposal.look import known
from baseline.inventory.proposal.situation import Proposed, Situation
from baseline.policy.kinds import KINDS

_SCP = "SERVICE_CONTROL_POLICY"


def roles_of(situation: Situation) -> Mapping[str, str]:
    """Role → key of the account that administers its services now, if it is not the security account."""
    found: dict[str, str] = {}
    for role in ROLES:
        services = CAPABILITIES[role].delegated_administration
        holders = [
            item.account
            for item in known(situation.inventory.organization.delegated_administrators) or ()
            if set(services) & set(item.services)
        ]
        if holders and situation.security not in holders and holders[0] in situation.keys:
            found[role] = situation.keys[holders[0]]
    return found


def guardrails(situation: Situation) -> Proposed:
    """Reserve the slots that foreign policies use."""
    policies = known(situation.inventory.organization.policies)
    if policies is None:
        return Proposed(notes=("Foreign policies are unknown: set reserved_slots to the most that a target has.",))
    foreign = tuple(item for item in policies.policies if item.type == _SCP and _is_foreign(situation, item))
    taken = Counter(target for item in foreign for target in item.targets)
    if not taken:
        return Proposed()
    room = KINDS[_SCP].most_per_target() - KINDS[_SCP].aws_own
    ((fullest, most),) = taken.most_common(1)
    return Proposed(
        settings={"reserved_slots": min(most, room)},
        notes=(f"{len(foreign)} other service control policies; {fullest} has {most} of them.",),
    )


def identity_center(situation: Situation, tier: Tier) -> Proposed:
    """Keep permission sets and groups of the same name unchanged."""
    found = known(situation.inventory.organization.identity_center)
    if found is None:
        return Proposed(notes=("No instance of IAM Identity Center was found: it has to be enabled in the console.",))
    if "identity_center" in situation.deployed:
        return Proposed()
    settings: dict[str, Any] = {}
    ready = settings_of_tier(CAPABILITIES["identity_center"].settings, tier)["ready_made"]
    arns = {item.name: item.arn for item in found.permission_sets}
    clash = {name: arns[name] for name in ready if name in arns}
    if clash and not situation.adopts:
        settings["ready_made"] = [name for name in ready if name not in arns]
    if found.groups:
        settings["groups"] = {group.name: {"id": group.id} for group in found.groups}
    left = () if situation.adopts else tuple(clash)
    adopt = {"permission_sets": clash} if clash and situation.adopts else {}
    return Proposed(settings=settings, notes=tuple(_identity_notes(left, len(found.assignments))), adopt=adopt)


def _identity_notes(clash: tuple[str, ...], assignments: int) -> Iterator[str]:
    if clash:
        yield f"Permission sets of these names exist and are left alone: {', '.join(clash)}."
    if assignments:
        yield f"{assignments} assignments of groups exist and are left alone: AWS refuses to make one twice."


def _is_foreign(situation: Situation, policy: Policy) -> bool:
    own = "guardrails" in situation.deployed and policy.name.startswith(f"{situation.prefix}-")
    return not policy.aws_managed and not own
