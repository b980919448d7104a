"""The shared responsibility matrix for people: by kind of service, and by capability that is on."""

from collections.abc import Iterator

from baseline.controls.responsibility import responsibility
from baseline.evidence.evidence import Evidence
from baseline.text.markdown import markdown_text

_INTRODUCTION = """\
# Shared responsibility: {organization}

AWS guards the cloud, the customer what is in it: how far that goes depends on the kind of service. It follows AWS's
shared responsibility model; where a service differs, its own page decides.
"""


def format_responsibility_markdown(evidence: Evidence) -> str:
    """Who does what for each kind of service; then for each capability that the output has stacks of."""
    organization = markdown_text(evidence.plan.organization)
    return "\n".join([_INTRODUCTION.format(organization=organization), *_areas(), *_capabilities(evidence)])


def _areas() -> Iterator[str]:
    matrix = responsibility()
    yield from (f"- {text}" for text in matrix.types.values())
    yield f"\n## By kind of service\n\n| | {' | '.join(matrix.types)} |\n|---|{'---|' * len(matrix.types)}"
    for area in matrix.areas:
        duties = (f"**{duty.who}**: {duty.what} [source]({duty.source})" for duty in area.duties.values())
        yield f"| {area.title} | {' | '.join(duties)} |"


def _capabilities(evidence: Evidence) -> Iterator[str]:
    on = {template.stack.capability for template in evidence.templates}
    yield "\n## By capability\n\n| capability | AWS | the baseline | you |\n|---|---|---|---|"
    for name, share in responsibility().capabilities.items():
        if name in on:
            yield f"| `{name}` | {share.aws} | {share.baseline} | {share.customer} |"
    yield ""
