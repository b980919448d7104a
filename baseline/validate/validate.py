"""Templates → findings."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from baseline.findings import Finding, sorted_findings
from baseline.plan.model import Template
from baseline.validate.cache import LintCache
from baseline.validate.checks.run import check_subjects
from baseline.validate.lint import lint_templates
from baseline.validate.lint_process import LintProcess
from baseline.validate.subject import Subject, read_template


@dataclass(frozen=True, kw_only=True)
class ValidateOptions:
    """How to validate.

    Attributes:
        cache_dir: Where cfn-lint's answers are remembered; None for nowhere.
        lint: Whether cfn-lint runs besides our own checks.
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
    """What cfn-lint and our own checks say, sorted by place.

    Raises:
        BaselineError: when the cfn-lint process dies.
    """
    return validate_subjects(tuple(map(read_template, templates)), partition=partition, options=options)


def validate_subjects(
    subjects: tuple[Subject, ...], *, partition: str, options: ValidateOptions | None = None
) -> tuple[Finding, ...]:
    """The same for templates that have been read already.

    Raises:
        BaselineError: when the cfn-lint process dies.
    """
    options = options or ValidateOptions()
    with ExitStack() as stack:
        findings = list(check_subjects(subjects))
        if options.lint:
            findings += lint_templates(
                [subject.template for subject in subjects],
                partition=partition,
                cache=LintCache(options.cache_dir),
                process=options.process or stack.enter_context(LintProcess()),
                on_progress=options.on_progress,
            )
    return sorted_findings(findings)
