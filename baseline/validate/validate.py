"""Validation of templates by cfn-lint and the baseline's own checks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from baseline.findings import Finding, sorted_findings
from baseline.frozen import frozen
from baseline.plan.model import Template
from baseline.validate.cache import LintCache
from baseline.validate.checks.run import check_subjects
from baseline.validate.lint import lint_templates
from baseline.validate.lint_process import LintProcess
from baseline.validate.subject import read_template


@frozen
class ValidateOptions:
    """Options of the validation.

    Attributes:
        cache_dir: Cache directory for cfn-lint's answers; None for no cache.
        lint: Whether to run cfn-lint in addition to our own checks.
        process: cfn-lint's process, started ahead of time; None to start and end one here.
        on_progress: Called with (done, total) as templates come back from cfn-lint.
    """

    cache_dir: Path | None = None
    lint: bool = True
    process: LintProcess | None = None
    on_progress: Callable[[int, int], None] | None = None


def validate_templates(
    templates: Sequence[Template], *, partition: str, options: ValidateOptions | None = None
) -> tuple[Finding, ...]:
    """Findings of cfn-lint and our own checks, sorted by place.

    Raises:
        BaselineError: if the cfn-lint process ends unexpectedly.
    """
    with linted(templates, partition=partition, options=options or ValidateOptions()) as said:
        return sorted_findings((*check_subjects(tuple(map(read_template, templates))), *said))


@contextmanager
def linted(templates: Sequence[Template], *, partition: str, options: ValidateOptions) -> Iterator[Iterator[Finding]]:
    """Findings of cfn-lint, if enabled. It runs in the background until the caller reads them.

    Raises:
        BaselineError: if the cfn-lint process ends unexpectedly.
    """
    if not options.lint:
        yield iter(())
        return
    with options.process or LintProcess() as process:
        yield lint_templates(
            templates,
            partition=partition,
            cache=LintCache(options.cache_dir),
            process=process,
            on_progress=options.on_progress,
        )
