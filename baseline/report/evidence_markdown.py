"""Evidence for people."""

from collections.abc import Iterator

from baseline.controls.framework import frameworks
from baseline.evidence.assess import Assessment, State
from baseline.evidence.evidence import Evidence
from baseline.evidence.judge import Judgement, count_checked, count_implemented, count_met
from baseline.evidence.states import Checked, Implemented, Met
from baseline.profile.acceptance import Attestation, RequirementException
from baseline.report.evidence_origin import origin_lines
from baseline.report.requirement_words import AXES, STATES
from baseline.text.markdown import markdown_text

_INTRODUCTION = """\
# Evidence: {organization}

This report is derived from the generated templates. It does not show what is running in your accounts. A control is
`deployed` if every resource in its scope has the expected value, `partial` if that holds only in some accounts and
Regions, `failed` if a value is not the expected one, and `absent` if no template contains it: the capability is
disabled, the tier does not include it, or the profile has no resource for it.
`evidence.json` and `evidence.csv` list each value with its place, its template's SHA-256 and its targets.
{live}
{counts}

A requirement has a state, which follows from two axes: how much of it is *implemented*, and how much of it is *checked*
in live accounts by the detectors that these templates deploy.

{states}

{axes}

{frameworks}

## Origin and scope

{origin}
"""

_LIVE = "\nOnly the live days beside *checked* come from kept scans of your accounts.\n"


def format_evidence_markdown(evidence: Evidence) -> str:
    """A summary, and a table for each framework."""
    text = _INTRODUCTION.format(
        organization=markdown_text(evidence.plan.organization),
        live=_LIVE if evidence.live else "",
        counts="\n".join(f"- {state.value}: {count}" for state, count in evidence.counts().items()),
        states="\n".join(f"- `{name}`: {meaning}" for name, meaning in STATES.items()),
        axes="\n".join(f"- *{name}*: {meaning}" for name, meaning in AXES.items()),
        frameworks="\n".join(_summary(evidence)),
        origin="\n".join(f"- {markdown_text(line)}" for line in origin_lines(evidence)),
    )
    return "\n".join([text, *_frameworks(evidence), *_controls(evidence)])


def _summary(evidence: Evidence) -> Iterator[str]:
    yield f"| framework | {' | '.join(met.value for met in Met)} |\n|---|{'---|' * len(Met)}"
    for name, judgements in evidence.judgements.items():
        yield f"| {frameworks()[name].title} | {' | '.join(map(str, count_met(judgements).values()))} |"
    axes = [
        *(f"implemented: {value.value}" for value in Implemented),
        *(f"checked: {value.value}" for value in Checked),
        "attested by people",
    ]
    yield f"\n| framework | {' | '.join(axes)} |\n|---|{'---|' * len(axes)}"
    for name, judgements in evidence.judgements.items():
        attested = sum(item.attestation is not None for item in judgements)
        counts = (*count_implemented(judgements).values(), *count_checked(judgements).values(), attested)
        yield f"| {frameworks()[name].title} | {' | '.join(map(str, counts))} |"


def _frameworks(evidence: Evidence) -> Iterator[str]:
    columns = ("requirement", "state", "implemented", "checked", "controls", "people and AWS")
    for name, judgements in evidence.judgements.items():
        covers = f"{frameworks()[name].covers}\n\n" if frameworks()[name].covers else ""
        yield f"## {frameworks()[name].title}\n\n{covers}| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
        for item in judgements:
            asked = item.requirement
            states = (item.met.value, item.implemented.value, _checked(evidence, item))
            cells = (f"{asked.id}: {_cell(asked.wording)}", *states, _counting(evidence, item), _others(item))
            yield f"| {' | '.join(cells)} |"
        yield ""


def _checked(evidence: Evidence, item: Judgement) -> str:
    """The value of the second axis, and the live state by kept scans."""
    live = evidence.live_requirement(item)
    return f"{item.checked.value}; {live.summary}" if live else item.checked.value


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _counting(evidence: Evidence, item: Judgement) -> str:
    """The mapped controls with their relation: deployed ones first, then the others with their state."""
    return "<br>".join(
        f"`{mapping.control}` {mapping.relation}{_state(state, evidence.states[mapping.control])}"
        for mapping, state in sorted(item.controls, key=lambda pair: pair[1] is not State.DEPLOYED)
    )


def _state(here: State, own: State) -> str:
    if here is not own:
        return f" ({own.value}, but not sufficient here)"
    return "" if here is State.DEPLOYED else f" ({here.value})"


def _others(item: Judgement) -> str:
    return "<br>".join(_said(item))


def _said(item: Judgement) -> Iterator[str]:
    manual, inherited = item.requirement.manual, item.requirement.inherited
    if item.exception:
        yield f"Exception: {markdown_text(item.exception.reason)} ({_signature(item.exception)})"
        yield from _decided(item.exception)
    if item.attestation:
        yield f"Attestation: {markdown_text(item.attestation.statement)} ({_signature(item.attestation)})"
    if manual:
        yield _cell(f"{manual.owner}: {manual.what}")
    if inherited:
        yield _cell(f"AWS: {inherited.what} ({inherited.report})")


def _decided(exception: RequirementException) -> Iterator[str]:
    """The kind of an exception, the remaining risk, and the compensating controls, if the profile names them."""
    if exception.kind:
        yield f"Kind: {exception.kind}"
    if exception.risk:
        yield f"Remaining risk: {exception.risk}"
    for control in exception.compensating_controls:
        yield f"Instead: {markdown_text(str(control))}"


def _signature(by: RequirementException | Attestation) -> str:
    return f"{markdown_text(by.owner)}, approved by {markdown_text(by.approver)}, until {by.expires}"


def _controls(evidence: Evidence) -> Iterator[str]:
    yield "## Controls and their places\n\n| control | state | values | in |\n|---|---|---|---|"
    for item in evidence.assessments:
        yield f"| `{item.control.id}` | {item.state.value} | {_held(item)} | {_stacks(item)} |"
    yield ""


def _held(item: Assessment) -> str:
    held = sum(seen.holds for seen in item.observations)
    return f"{held} of {len(item.observations)}" if item.observations else "–"


def _stacks(item: Assessment) -> str:
    found = ", ".join(f"`{name}`" for name in dict.fromkeys(seen.stack for seen in item.observations)) or "–"
    return f"{found}; not in {_cell(markdown_text('; '.join(item.missing)))}" if item.missing else found
