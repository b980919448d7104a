"""Adoption of policies that exist under the names of the profile's own."""

import json
from dataclasses import replace

from baseline.capabilities.organization.guardrails.policies import policies_of
from baseline.errors import ProfileError
from baseline.inventory.model import Inventory
from baseline.inventory.proposal.look import known
from baseline.profile.load import load_profile_text
from baseline.profile.scaffold import Answers, scaffold

_ATTACHED = (
    "Policies with the baseline's names are attached. In the stage audit, the stacks would detach them: with the"
)


def with_policies(answers: Answers, inventory: Inventory) -> Answers:
    """The answers with an adoption for each organization policy whose name the profile would give to one of its own.

    One that is attached is named in a comment: in the first stage, its adoption would detach it. Without a valid
    profile there is nothing to compare: `validate --inventory` names the policies later.
    """
    policies = known(inventory.organization.policies)
    live = {(item.type, item.name): item for item in policies.policies if not item.aws_managed} if policies else {}
    if not any(name.startswith(f"{answers.prefix}-") for _, name in live):
        return answers
    try:
        landscape = load_profile_text(scaffold(answers)).landscape
    except ProfileError:
        return answers
    there = [live[item.kind, item.name] for item in policies_of(landscape) if (item.kind, item.name) in live]
    free = {item.name: item.id for item in there if not item.targets}
    attached = {item.name: item.id for item in there if item.targets}
    notes = answers.notes.get("guardrails", ())
    if attached:
        notes = (*notes, _ATTACHED, f"stage all, import them by adopt: {{policies: {json.dumps(attached)}}}")
    adopt = {**answers.adopt, **({"policies": free} if free else {})}
    return replace(answers, adopt=adopt, notes={**answers.notes, "guardrails": notes})
