"""Adoption of policies that exist under the names of the profile's own."""

from dataclasses import replace

from baseline.capabilities.organization.guardrails.policies import policies_of
from baseline.errors import ProfileError
from baseline.inventory.model import Inventory
from baseline.inventory.proposal.look import known
from baseline.profile.load import load_profile_text
from baseline.profile.scaffold import Answers, scaffold

_NOTE = (
    "Policies of the baseline's names exist. They are imported and then get its content and its targets: none in the",
    "stage audit, so that they are detached. Take their lines out of `adopt` and rename them if that is not meant.",
)


def with_policies(answers: Answers, inventory: Inventory) -> Answers:
    """The answers with an adoption for each organization policy whose name the profile would give to one of its own.

    Without a valid profile there is nothing to compare: `validate --inventory` names the policies later.
    """
    policies = known(inventory.organization.policies)
    live = {(item.type, item.name): item.id for item in policies.policies if not item.aws_managed} if policies else {}
    if not any(name.startswith(f"{answers.prefix}-") for _, name in live):
        return answers
    try:
        landscape = load_profile_text(scaffold(answers)).landscape
    except ProfileError:
        return answers
    found = {item.name: live[item.kind, item.name] for item in policies_of(landscape) if (item.kind, item.name) in live}
    if not found:
        return answers
    notes = {**answers.notes, "guardrails": (*answers.notes.get("guardrails", ()), *_NOTE)}
    return replace(answers, adopt={**answers.adopt, "policies": found}, notes=notes)
