"""Templates → findings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from baseline.findings import Finding, sorted_findings
from baseline.plan.model import Template
from baseline.validate.cache import LintCache
from baseline.validate.checks.run import run_checks
from baseline.validate.lint import lint_templates


@dataclass(frozen=True, kw_only=True)
class ValidateOptions:
    """How to validate.

    Attributes:
        cache_dir: Where cfn-lint's answers are remembered; None for nowhere.
        lint: Whether cfn-lint runs besides our own checks.
        workers: How many cfn-lint processes at most; None for one per core.
        on_progress: Called with (done, total) as templates come back from cfn-lint.
    """

    cache_dir: Path | None = None
    lint: bool = True
    workers: int | None = None
    on_progress: Callable[[int, int], None] | None = None


def validate_templates(
    templates: Sequence[Template], *, partition: str, options: ValidateOptions | None = None
) -> tuple[Finding, ...]:
    """What cfn-lint and our own checks say, sorted by place.

    Raises:
        BaselineError: when the cfn-lint process dies.
    """
    options = options or ValidateOptions()
    findings = list(run_checks(templates))
    if options.lint:
        findings += lint_templates(
            templates,
            partition=partition,
            cache=LintCache(options.cache_dir),
            workers=options.workers,
            on_progress=options.on_progress,
        )
    return sorted_findings(findings)
