"""BL135: a stack that is missing in an account or Region that a control requires."""

from collections.abc import Iterator, Sequence

from baseline.findings import Problem, Severity
from baseline.plan.model import Deployment
from baseline.plan.reach import Destination, Reach, together
from baseline.validate.checks.check import Check
from baseline.validate.names import exports_of, imports_of
from baseline.validate.reach import Claim, Planned, claims
from baseline.validate.subject import Subject

_MOST = 5
"""Accounts and Regions that a message names."""


def _find(planned: Planned, subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    yield from _nowhere(planned, subjects)
    yield from _suspended(planned, subjects)
    yield from _without_exporter(planned, subjects)
    by_name = {subject.template.stack.name: subject for subject in subjects}
    seen: set[tuple[str, Reach]] = set()
    for claim in claims(subject.template for subject in subjects):
        lacks = claim.lacks(planned)
        first = claim.templates[0].stack.name
        if lacks.spreads and (first, lacks) not in seen:
            seen.add((first, lacks))
            yield by_name[first], Problem(path=(), message=_claimed(claim, lacks))


def _claimed(claim: Claim, lacks: Reach) -> str:
    stacks = ", ".join(template.stack.name for template in claim.templates)
    return f"{stacks} does not target {_where(lacks)}, where the control {claim.control.id} is required"


def _nowhere(planned: Planned, subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    for subject in subjects:
        stack = subject.template.stack
        for deployment, spread in zip(stack.deployments, planned.plan.reach(stack).spreads, strict=True):
            if not spread.destinations or not spread.regions:
                what = "no Region" if spread.destinations else f"no account: {_missing(deployment)}"
                yield subject, Problem(path=(), message=f"a part of {stack.name} targets {what}")
        if not stack.deployments:
            yield subject, Problem(path=(), message=f"{stack.name} targets no account")


def _missing(deployment: Deployment) -> str:
    units = ", ".join(deployment.ous)
    if deployment.account:
        return f"{deployment.account} is not in {units or 'the organization'}"
    return f"the organization has no {units}" if units else "it names none"


def _suspended(planned: Planned, subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    for subject in subjects:
        stack = subject.template.stack
        for deployment, spread in zip(stack.deployments, planned.plan.reach(stack).spreads, strict=True):
            wrong = () if deployment.account else planned.suspended & spread.destinations
            if wrong:
                message = f"{stack.name} targets {_listed(sorted(map(str, wrong)))}, in a suspended unit"
                yield subject, Problem(path=(), message=message)


def _without_exporter(planned: Planned, subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    """Imports in accounts and Regions without the exporting stack; BL131 reports exports that no stack has."""
    exporters: dict[str, list[Subject]] = {}
    for subject in subjects:
        for name in exports_of(subject):
            exporters.setdefault(name, []).append(subject)
    for subject in subjects:
        there = planned.plan.reach(subject.template.stack)
        for path, name in imports_of(subject):
            found = together(planned.plan.reach(item.template.stack) for item in exporters.get(name, ()))
            lacks = found.lacks(there)
            if found.spreads and lacks.spreads:
                message = f"{subject.template.stack.name} imports {name}, which no stack exports in {_where(lacks)}"
                yield subject, Problem(path=path, message=message)


def _where(lacks: Reach) -> str:
    """The accounts by name, known ones first, and the Regions of each group of accounts."""
    return "; ".join(
        f"{_listed([*map(str, sorted(item.destinations, key=_known_first))])} in {_listed(item.regions)}"
        for item in lacks.spreads
    )


def _known_first(item: Destination) -> tuple[bool, str, str]:
    return not item.account, item.account, item.unit


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")


CHECK = Check(
    id="BL135",
    title="stack that misses accounts or Regions",
    severity=Severity.ERROR,
    explanation="A control that is claimed for every account and governed Region is not met where its stack is not "
    "deployed. Service-managed StackSets exclude the management account, so a template for every account is also "
    "deployed there as a stack. The targets of the stacks are compared with the accounts and Regions in the "
    "capability's controls.toml; every stack must also have a target, none in a suspended unit, and its imports "
    "must exist there.",
    fix="report this as a defect of baseline; for a template of your own, name accounts and units that have what it "
    "imports",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-associate-stackset-with-org.html",
    find_in_organization=_find,
)
