"""Evidence for people."""

from collections.abc import Iterator

from baseline.controls.framework import frameworks
from baseline.evidence.assess import Assessment, State
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement, Met, count_met
from baseline.profile.acceptance import Attestation, RequirementException
from baseline.text.markdown import markdown_text

_INTRODUCTION = """\
# Evidence: {organization}

What the rendered templates prove. A control is `deployed` when every resource that it is about has the value asked
for, `failed` when one has not, and `absent` when no template has such a value: the capability is off, the tier leaves
it out, or the profile has nothing to do it for. `evidence.json` and `evidence.csv` have each value with its place, its
template's SHA-256 and where that goes.

{counts}

A requirement is `deployed` when a control that is there meets it alone, for the resources in scope; `prevented` when a
guardrail does; `detected` when something finds what violates it; a `gap` when a control for it exists and is not there,
or counts for nothing without another one; `unsupported` when AWS has no such control in any governed Region; `manual`
when people have to do it, what helps them beside it; `inherited` when AWS does it; `excluded` when the profile excepts
it. What runs in the accounts is for live checks to see.

{frameworks}
"""


def format_evidence_markdown(evidence: Evidence) -> str:
    """A summary, and a table for each framework."""
    text = _INTRODUCTION.format(
        organization=markdown_text(evidence.plan.organization),
        counts="\n".join(f"- {state.value}: {count}" for state, count in evidence.counts().items()),
        frameworks="\n".join(_summary(evidence)),
    )
    return "\n".join([text, *_frameworks(evidence), *_controls(evidence)])


def _summary(evidence: Evidence) -> Iterator[str]:
    yield f"| framework | {' | '.join(met.value for met in Met)} |\n|---|{'---|' * len(Met)}"
    for name, judgements in evidence.judgements.items():
        yield f"| {frameworks()[name].title} | {' | '.join(map(str, count_met(judgements).values()))} |"


def _frameworks(evidence: Evidence) -> Iterator[str]:
    for name, judgements in evidence.judgements.items():
        yield f"## {frameworks()[name].title}\n\n| requirement | state | controls | people and AWS |\n|---|---|---|---|"
        for item in judgements:
            asked, counting = item.requirement, _counting(evidence, item)
            yield f"| {asked.id}: {_cell(asked.gist)} | {item.met.value} | {counting} | {_others(item)} |"
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _counting(evidence: Evidence, item: Judgement) -> str:
    """The controls that are there, by how far they go; after them those that are not, or count for nothing."""
    return "<br>".join(
        f"`{mapping.control}` {mapping.relation}{_state(state, evidence.states[mapping.control])}"
        for mapping, state in sorted(item.controls, key=lambda pair: pair[1] is not State.DEPLOYED)
    )


def _state(here: State, own: State) -> str:
    if here is not own:
        return f" ({own.value}, and counts for nothing here)"
    return "" if here is State.DEPLOYED else f" ({here.value})"


def _others(item: Judgement) -> str:
    return "<br>".join(_said(item))


def _said(item: Judgement) -> Iterator[str]:
    manual, inherited = item.requirement.manual, item.requirement.inherited
    if item.exception:
        yield f"Excepted: {markdown_text(item.exception.reason)} ({_signature(item.exception)})"
    if item.attestation:
        yield f"Attested: {markdown_text(item.attestation.statement)} ({_signature(item.attestation)})"
    if manual:
        yield _cell(f"{manual.owner}: {manual.what}")
    if inherited:
        yield _cell(f"AWS: {inherited.what} ({inherited.report})")


def _signature(by: RequirementException | Attestation) -> str:
    return f"{markdown_text(by.owner)}, agreed by {markdown_text(by.approver)}, until {by.expires}"


def _controls(evidence: Evidence) -> Iterator[str]:
    yield "## Where each control is\n\n| control | state | values | in |\n|---|---|---|---|"
    for item in evidence.assessments:
        yield f"| `{item.control.id}` | {item.state.value} | {_held(item)} | {_stacks(item)} |"
    yield ""


def _held(item: Assessment) -> str:
    held = sum(seen.holds for seen in item.observations)
    return f"{held} of {len(item.observations)}" if item.observations else "–"


def _stacks(item: Assessment) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(seen.stack for seen in item.observations)) or "–"
