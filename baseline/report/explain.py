"""Explanations of capabilities, checks, profile problems, controls, frameworks and requirements."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from baseline.capabilities.capability import Capability
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import TIERS, tier_defaults
from baseline.controls.assertion import assertions
from baseline.controls.control import Control, controls, controls_of
from baseline.controls.framework import Framework, frameworks
from baseline.controls.objective import Objective, objectives
from baseline.controls.requirement import Requirement
from baseline.deploy.preflight import PREFLIGHT_CHECKS
from baseline.errors import UnknownTopicError
from baseline.evidence.assess import words
from baseline.inventory.conflicts.run import INVENTORY_CHECKS
from baseline.inventory.conflicts.subject import InventoryCheck
from baseline.profile.problem_ids import PROBLEMS
from baseline.profile.problem_kinds.kind import ProblemKind
from baseline.report.explain_off import explain_capability_off, explain_control_off
from baseline.report.words import WORDS
from baseline.text.nearest import nearest
from baseline.validate.checks.check import Check
from baseline.validate.checks.registry import CHECKS


def topics() -> str:
    """List all topics by kind."""
    sections = {
        "Capabilities": [(name, item.title) for name, item in CAPABILITIES.items()],
        "Checks": [(check.id, check.title) for check in CHECKS],
        "Profile problems": [(name, item.title) for name, item in PROBLEMS.items()],
        "Preflight": [(name, text.partition("\n")[0]) for name, text in _preflight().items()],
        "Inventory": [(check.id, check.title) for check in INVENTORY_CHECKS],
        "Controls": [(name, item.statement) for name, item in controls().items()],
        "Objectives": [(name, item.statement) for name, item in objectives().items()],
        "Frameworks": [(name, item.title) for name, item in frameworks().items()],
        "Words": list(WORDS.items()),
    }
    lines = []
    for title, rows in sections.items():
        width = max(len(name) for name, _ in rows)
        lines += [title, *(f"  {name:<{width}}  {text}" for name, text in rows), ""]
    return "\n".join(lines)


def explain(topic: str) -> str:
    """Explain one topic of any kind. Topics are case-insensitive.

    Raises:
        UnknownTopicError: if no topic has this name.
    """
    known = _topics()
    names = {name.lower(): name for name in known}
    name = names.get(topic.lower()) or names.get(f"guardrail-{topic.lower()}")
    if name is None:
        meant = _meant(topic.lower(), names)
        hint = f"did you mean {meant}? `baseline explain` lists all topics" if meant else "see `baseline explain`"
        raise UnknownTopicError(f"unknown topic {topic!r}", hint=hint)
    return "\n".join(known[name]()) + "\n"


def _meant(topic: str, names: Mapping[str, str]) -> str:
    """The requirements with this id in any framework; otherwise the most similar topic, or ""."""
    same = [name for lower, name in names.items() if topic and lower.partition("/")[2] == topic]
    if same:
        return " or ".join(filter(None, (", ".join(same[:-1]), same[-1])))
    return nearest(topic, names.values(), cutoff=0.5) or ""


@cache
def _topics() -> Mapping[str, Callable[[], Iterable[str]]]:
    entries: dict[str, Callable[[], Iterable[str]]] = {}
    entries |= {name: lambda name=name, text=text: (f"{name}: {text}",) for name, text in WORDS.items()}  # type: ignore[misc]
    entries |= {name: lambda item=item: _framework(item) for name, item in frameworks().items()}  # type: ignore[misc]
    for framework in frameworks().values():
        entries |= {item.key: lambda item=item: _requirement(item) for item in framework.requirements.values()}  # type: ignore[misc]
    entries |= {name: lambda item=item: _objective(item) for name, item in objectives().items()}  # type: ignore[misc]
    entries |= {name: lambda item=item: _control(item) for name, item in controls().items()}  # type: ignore[misc]
    entries |= {name: lambda name=name, item=item: _problem(name, item) for name, item in PROBLEMS.items()}  # type: ignore[misc]
    entries |= {name: lambda name=name, text=text: _look(name, text) for name, text in _preflight().items()}  # type: ignore[misc]
    entries |= {check.id: lambda item=check: _conflict(item) for check in INVENTORY_CHECKS}  # type: ignore[misc]
    entries |= {check.id: lambda item=check: _check(item) for check in CHECKS}  # type: ignore[misc]
    entries |= {name: lambda item=item: _capability(item) for name, item in CAPABILITIES.items()}  # type: ignore[misc]
    return entries


def _preflight() -> Mapping[str, str]:
    """Id → the condition that a preflight check verifies, with its source."""
    return {f"preflight-{check.id}": f"{check.title}\n\nSource: {check.source}" for check in PREFLIGHT_CHECKS}


def _look(name: str, text: str) -> Iterable[str]:
    yield f"{name}: {text}"
    yield ""
    yield "Checked by `baseline preflight`, and by `baseline deploy` before a change. See `baseline docs deploy`."


def _conflict(check: InventoryCheck) -> Iterable[str]:
    yield f"{check.id}: {check.title}"
    yield ""
    yield f"{str(check.severity).capitalize()} of `validate --inventory` and `plan --inventory`."
    yield "See `baseline docs existing-organizations`."


def _capability(item: Capability) -> Iterable[str]:
    yield f"{item.name}: {item.title}"
    yield ""
    yield item.summary
    if item.requires:
        yield f"Requires: {', '.join(item.requires)}"
    if item.same_everywhere:
        yield f"The same in every place: {item.same_everywhere}"
    yield ""
    yield f"Settings ({' / '.join(TIERS)}):"
    for name, defaults in tier_defaults(item.settings).items():
        yield f"  {name}: {' / '.join(json.dumps(defaults.values[tier]) for tier in TIERS)}"
        yield f"    {item.settings.model_fields[name].description}"
    yield ""
    yield "Controls:"
    for control in controls_of(item.name):
        yield f"  {control.id}: {control.statement}"
    yield from _costs(item.name)
    yield from explain_capability_off(item)


def _costs(capability: str) -> Iterator[str]:
    """Each cost with the controls that cause it."""
    by_cost: dict[str, list[str]] = {}
    for control in controls_of(capability):
        if control.cost != "free":
            by_cost.setdefault(control.cost, []).append(control.id)
    yield f"Cost if enabled{':' if by_cost else ': nothing.'}"
    yield from (f"  {cost}: {', '.join(names)}" for cost, names in by_cost.items())
    yield f"Prices: `baseline docs {capability}`"


def _check(item: Check) -> Iterable[str]:
    yield f"{item.id} ({item.severity}): {item.title}"
    yield ""
    yield item.explanation
    yield ""
    yield f"Fix: {item.fix}."
    yield f"Source: {item.source}"
    yield "The check runs on every template and cannot be disabled. `--fail-on` sets the severity that fails a run."


def _problem(name: str, item: ProblemKind) -> Iterable[str]:
    yield f"{name}: {item.title}"
    yield ""
    yield item.explanation
    yield ""
    yield f"Fix: {item.fix}."


def _control(item: Control) -> Iterable[str]:
    yield f"{item.id} ({item.severity}): {item.statement}"
    yield ""
    yield item.rationale
    yield f"Provided by: {item.capability}. Responsibility: {item.responsibility}. Cost: {item.cost}."
    if item.needs:
        yield f"Satisfies a requirement only together with: {', '.join(item.needs)}."
    if item.objectives:
        yield f"Objectives: {', '.join(item.objectives)}."
    yield "Assertions on the rendered templates:"
    for assertion in assertions()[item.id]:
        yield f"  {assertion.type}: {assertion.path} {words(assertion)}"
    yield f"Places: `baseline explain {item.id} --in DIR` lists template, line, value and targets in an output."
    yield from _live((item,))
    yield from explain_control_off(item)
    yield "Required by:"
    for framework, requirements in item.requirements.items():
        yield f"  {frameworks()[framework].title}: {', '.join(requirements)}"


def _objective(item: Objective) -> Iterable[str]:
    yield f"{item.id}: {item.statement}"
    yield ""
    yield "Controls with this objective contribute to each of its requirements, unless the requirement says otherwise."
    yield "Controls:"
    for control in controls().values():
        if item.id in control.objectives:
            yield f"  {control.id}: {control.statement}"
    yield "Requirements:"
    for key in item.requirements:
        framework, _, name = key.partition("/")
        yield f"  {key}: {frameworks()[framework].requirements[name].wording}"


def _live(items: Iterable[Control]) -> Iterable[str]:
    """The rules and checks that detect a violation of the control in an account."""
    found = [item.detectors for item in items]
    seen = {
        "AWS Config": dict.fromkeys(name for item in found for name in item.config),
        "Security Hub": dict.fromkeys(name for item in found for name in item.security_hub),
        "Prowler": dict.fromkeys(name for item in found for name in item.prowler),
    }
    yield from (f"Detected live by {name}: {', '.join(ids)}" for name, ids in seen.items() if ids)
    if seen["Prowler"]:
        yield f"  prowler aws --checks {' '.join(seen['Prowler'])}"


def _framework(item: Framework) -> Iterable[str]:
    yield f"{item.id}: {item.title}"
    yield f"Source: {item.source}, read {item.as_of}"
    if item.minimum_log_retention_days:
        yield f"Log retention: at least {item.minimum_log_retention_days} days ({item.retention_source})"
    yield ""
    yield f"Requirements (details: `baseline explain {item.id}/{next(iter(item.requirements))}`):"
    for requirement in item.requirements.values():
        yield f"  {requirement.id}: {requirement.wording}"


def _requirement(item: Requirement) -> Iterable[str]:
    yield f"{item.key}: {item.wording}"
    yield ""
    if item.level:
        yield f"Level: {', '.join(item.level)}"
    if item.same_as:
        yield f"Same requirement as {item.same_as}"
    for mapping in item.controls:
        yield f"{mapping.control} {mapping.relation}: {mapping.reason}"
    counting = [controls()[mapping.control] for mapping in item.controls]
    if counting:
        yield f"Cost of these controls: {'; '.join(f'{control.id}: {control.cost}' for control in counting)}"
    yield from _live(counting)
    if item.manual:
        yield f"Manual ({item.manual.owner}): {item.manual.what}"
    if item.inherited:
        yield f"Inherited from AWS ({item.inherited.report}): {item.inherited.what}"
    yield ""
    yield f"State and places in an output: `baseline explain {item.key} --in DIR`"
    yield "To accept this gap: exceptions: {" + item.key + ": {reason: …, owner: …, approver: …, expires: …}}"
