"""Adoptions that no stack carries out: a misspelled name would create a second resource."""

from collections.abc import Iterator, Mapping, Sequence

from baseline.capabilities.landscape import Landscape
from baseline.findings import Finding, Location
from baseline.plan.adoption import KINDS, PlannedAdoption, adopted_in
from baseline.plan.model import Plan
from baseline.profile.problem_ids import problem
from baseline.profile.tree import Place
from baseline.text.nearest import did_you_mean
from baseline.validate.subject import Subject


def idle_adoptions(
    subjects: Sequence[Subject], plan: Plan, landscape: Landscape, places: Mapping[tuple[str, str], Location]
) -> Iterator[Finding]:
    """One finding for each adoption that matches no resource.

    Args:
        subjects: The templates.
        plan: The plan.
        landscape: The organization.
        places: Kind and name → place of the adoption in the profile.
    """
    if not plan.adoptions:
        return
    found = set(_carried_out(subjects, plan, landscape))
    for item in plan.adoptions:
        if item not in found:
            kind = KINDS[item.kind]
            known = sorted(_names(subjects, kind.type, kind.named_by)) if kind.named_by else []
            at = places[item.kind, item.name]
            yield problem(
                "profile-adopt",
                Place(at.file, at.line, at.column),
                ("adopt", item.kind, item.name),
                f'no stack creates a {kind.title} "{item.name}" that could adopt {item.id}'
                f"{did_you_mean(item.name, known)}",
            )


def _carried_out(subjects: Sequence[Subject], plan: Plan, landscape: Landscape) -> Iterator[PlannedAdoption]:
    accounts = dict.fromkeys(account.id or "" for account in landscape.accounts.values())
    types = {KINDS[item.kind].type for item in plan.adoptions}
    for subject in subjects:
        if any(subject.of_type(*types)):
            resources = subject.document["Resources"]
            for region in subject.template.stack.regions:
                for account in accounts:
                    yield from adopted_in(resources, plan.adoptions, account, region).values()


def _names(subjects: Sequence[Subject], type_: str, named_by: str) -> Iterator[str]:
    return (
        name
        for subject in subjects
        for item in subject.of_type(type_)
        if isinstance(name := item.properties.get(named_by), str)
    )
