"""cfn-lint over many templates: each distinct text once, in separate processes, with cached answers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from baseline.findings import Finding, Location, Severity
from baseline.plan.model import Template
from baseline.validate.cache import LintCache
from baseline.validate.lint_process import LintProcess, Matches
from baseline.validate.shape import representatives

Progress = Callable[[int, int], None]

_REGION = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
"""One Region per partition is enough: schemas are the same everywhere, and BL112 checks where a type is available."""

_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "informational": Severity.INFO}


def lint_templates(
    templates: Sequence[Template],
    *,
    partition: str,
    cache: LintCache,
    process: LintProcess,
    on_progress: Progress | None = None,
) -> Iterator[Finding]:
    """cfn-lint's findings of each template, mapped to capability, logical id and line.

    For many texts of one shape, only one is linted, and the others only if it has findings. Linting starts immediately
    and continues in the background until the caller reads the first finding.

    Raises:
        BaselineError: if cfn-lint's process ends before it has answered.
    """
    region = _REGION[partition]
    texts = list(dict.fromkeys(template.text for template in templates))
    known = {text: matches for text in texts if (matches := cache.get(text, region)) is not None}
    speaks_for = representatives(templates)

    def ask(some: Sequence[str]) -> Iterator[tuple[str, Matches]]:
        wanted = sorted((text for text in some if text not in known), key=len, reverse=True)
        return _counted(process.ask(wanted, region), len(wanted), on_progress) if wanted else iter(())

    def remember(answers: Iterator[tuple[str, Matches]]) -> None:
        for text, matches in answers:
            cache.put(text, region, matches)
            known[text] = matches
        known.update({text: [] for text in texts if text not in known and known.get(speaks_for.get(text, text)) == []})

    def findings(begun: Iterator[tuple[str, Matches]]) -> Iterator[Finding]:
        remember(begun)
        remember(ask(texts))
        for template in templates:
            yield from (_finding(template, match) for match in known[template.text])

    return findings(ask([text for text in texts if speaks_for.get(text, text) == text]))


def _counted(
    answers: Iterator[tuple[str, Matches]], total: int, on_progress: Progress | None
) -> Iterator[tuple[str, Matches]]:
    for done, answer in enumerate(answers, start=1):
        yield answer
        if on_progress:
            on_progress(done, total)


def _finding(template: Template, match: Mapping[str, Any]) -> Finding:
    path = match["path"]
    return Finding(
        id=match["id"],
        severity=_SEVERITIES.get(match["severity"], Severity.WARNING),
        message=match["message"],
        location=Location(file=template.stack.file, line=match["line"], column=match["column"]),
        path=".".join(path),
        capability=template.stack.capability,
        logical_id=path[1] if len(path) > 1 and path[0] == "Resources" else "",
        source=match["source"],
    )
