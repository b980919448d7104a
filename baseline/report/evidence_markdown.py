"""Evidence for people."""

from collections.abc import Iterator

from baseline.evidence.assess import Assessment
from baseline.evidence.evidence import Evidence

_INTRODUCTION = """\
# Evidence: {organization}

What the rendered templates prove. A control is `deployed` when every resource that it is about has the value asked
for, `failed` when one has not, and `absent` when no template has such a value: the capability is off, the tier leaves
it out, or the profile has nothing to do it for. `evidence.json` and `evidence.csv` have each value with its place, its
template's SHA-256 and where that goes.

A control beside a requirement contributes to it. Whether the requirement is met is for people to judge, and what runs
in the accounts is for live checks to see. Requirements that no control contributes to are not listed.

{counts}
"""


def format_evidence_markdown(evidence: Evidence) -> str:
    """A summary, and a table for each framework."""
    text = _INTRODUCTION.format(
        organization=evidence.plan.organization.replace("\n", " "),
        counts="\n".join(f"- {state.value}: {count}" for state, count in evidence.counts().items()),
    )
    return "\n".join([text, *_frameworks(evidence), *_controls(evidence)])


def _frameworks(evidence: Evidence) -> Iterator[str]:
    for framework, requirements in evidence.by_framework():
        yield f"## {framework.title}\n\n| requirement | controls that contribute | state |\n|---|---|---|"
        for requirement, items in requirements.items():
            for item in items:
                yield f"| {requirement} | `{item.control.id}`: {item.control.statement} | {item.state.value} |"
        yield ""


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
