"""The definition of a preflight check and its result."""

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from baseline.deploy.preflight.survey import Survey
from baseline.findings import Problem, Severity
from baseline.frozen import frozen

F = TypeVar("F")


Run: TypeAlias = Callable[[Survey], Iterator[Problem]]


@frozen
class PreflightCheck:
    """One check.

    Attributes:
        id: Its name; a finding's id is `preflight-` and the name.
        title: The condition that holds without issues.
        source: Page that documents the condition.
        run: Reports the issues; all except warnings would make the deployment fail.
        delegated: Whether it also runs for a delegated administrator, as it needs no access to the management account.
        member_role: Whether it only runs with a role in the member accounts.
    """

    id: str
    title: str
    source: str
    run: Run
    delegated: bool = False
    member_role: bool = False


def each(read: Callable[[Survey], Iterator[F]], decide: Callable[[F], Iterator[Problem]]) -> Run:
    """Report the issues of each fact before reading the next one: issues found before a denied call are kept."""
    return lambda survey: (issue for fact in read(survey) for issue in decide(fact))


@frozen
class PreflightResult:
    """The result of a check. `skipped` is the reason why it did not run, or ""."""

    check: PreflightCheck
    issues: tuple[Problem, ...] = ()
    skipped: str = ""

    @property
    def state(self) -> str:
        """`error`, `warning`, `skipped` or `ok`."""
        if any(issue.severity is not Severity.WARNING for issue in self.issues):
            return "error"
        return "warning" if self.issues else "skipped" if self.skipped else "ok"
