"""The shared responsibility matrix in Markdown: by kind of service, and by enabled capability."""

from collections.abc import Iterator

from baseline.controls.responsibility import responsibility
from baseline.evidence.evidence import Evidence
from baseline.report.evidence_origin import origin_sentence
from baseline.text.markdown import markdown_text

_INTRODUCTION = """\
# Shared responsibility: {organization}

AWS is responsible for security of the cloud, the customer for security in the cloud. The line between them depends on
the kind of service. This matrix follows AWS's shared responsibility model; the page of a service takes precedence.

{origin}
"""


def format_responsibility_markdown(evidence: Evidence) -> str:
    """Responsibilities by kind of service, then by capability with stacks in the output."""
    organization = markdown_text(evidence.plan.organization)
    introduction = _INTRODUCTION.format(organization=organization, origin=origin_sentence(evidence))
    return "\n".join([introduction, *_areas(), *_capabilities(evidence)])


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
