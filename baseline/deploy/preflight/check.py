"""What a preflight check is, and what it reports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from baseline.deploy.preflight.survey import Survey
from baseline.findings import Problem, Severity


@dataclass(frozen=True, kw_only=True)
class PreflightCheck:
    """One check.

    Attributes:
        id: Its name; a finding's id is `preflight-` and the name.
        title: What holds if there is no issue.
        source: Page with the fact that the check goes by.
        run: Reports the issues: those that are no warnings would make the deployment fail.
        delegated: Whether it is for a delegated administrator, too: it looks at nothing of the management account's.
        member_role: Whether it runs only if a role in the member accounts is named.
    """

    id: str
    title: str
    source: str
    run: Callable[[Survey], Iterator[Problem]]
    delegated: bool = False
    member_role: bool = False


@dataclass(frozen=True, kw_only=True)
class PreflightResult:
    """What became of a check. `skipped` says why it was not made, or is ""."""

    check: PreflightCheck
    issues: tuple[Problem, ...] = ()
    skipped: str = ""

    @property
    def state(self) -> str:
        """`error`, `warning`, `skipped` or `ok`."""
        if any(issue.severity is not Severity.WARNING for issue in self.issues):
            return "error"
        return "warning" if self.issues else "skipped" if self.skipped else "ok"
