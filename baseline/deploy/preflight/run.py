"""Runs the preflight checks independently, so that a denied call only affects its own check."""

from baseline.cloud.aws_errors import DISABLED_REGION_CODES, EXPIRED
from baseline.cloud.refusals import NoAnswer, Refusal
from baseline.deploy.preflight.check import PreflightCheck, PreflightResult
from baseline.deploy.preflight.registry import CALLER, PREFLIGHT_CHECKS
from baseline.deploy.preflight.survey import Survey
from baseline.deploy.task import Context
from baseline.errors import AwsError
from baseline.findings import Finding, Location, Problem, Severity
from baseline.plan.document import PLAN_FILE

_LOOK = "check this yourself"


def preflight(context: Context, member_role: str = "") -> tuple[PreflightResult, ...]:
    """The result of every check, in order.

    Args:
        context: The plan, the identity and the options; `only` and `wave` limit the checks, too.
        member_role: Name of a role to assume in member accounts, to check for conflicts there.

    Raises:
        AwsError: if no credentials work.
    """
    survey = Survey(context=context, member_role=member_role)
    return tuple(_result(check, survey) for check in PREFLIGHT_CHECKS)


def findings_of(results: tuple[PreflightResult, ...]) -> tuple[Finding, ...]:
    """The issues as findings."""
    return tuple(
        Finding(
            id=f"preflight-{result.check.id}",
            severity=issue.severity or Severity.ERROR,
            message=issue.message,
            location=Location(file=PLAN_FILE),
            fix=issue.fix,
        )
        for result in results
        for issue in result.issues
    )


def require_caller(context: Context) -> None:
    """Reject credentials of another account.

    Raises:
        AwsError: if they belong to another account.
    """
    for issue in CALLER.run(Survey(context=context)):
        raise AwsError(issue.message, hint=issue.fix)


def _result(check: PreflightCheck, survey: Survey) -> PreflightResult:
    if survey.context.session.options.delegated_admin and not check.delegated:
        return PreflightResult(
            check=check, skipped="concerns the management account, which a delegated administrator cannot read"
        )
    if check.member_role and not survey.member_role:
        return PreflightResult(check=check, skipped="no role in the member accounts is given (--member-role)")
    return _tolerant(check, survey)


def _tolerant(check: PreflightCheck, survey: Survey) -> PreflightResult:
    """The issues so far; if AWS rejects a call, a warning that the rest was not checked."""
    issues: list[Problem] = []
    essential = check is CALLER
    try:
        issues.extend(check.run(survey))
    except NoAnswer as error:
        if essential or not (error.is_absent or error.is_page):  # no such service there, or a proxy's page
            raise
        issues.append(Problem(message=_could_not_look(str(error)), fix=_LOOK, severity=Severity.WARNING))
    except Refusal as error:
        if error.code in EXPIRED and (essential or error.code not in DISABLED_REGION_CODES):
            raise
        said = f"{error.operation}: {error.code}: {error.message}"
        issues.append(Problem(message=_could_not_look(said), fix=_LOOK, severity=Severity.WARNING))
    except AwsError as error:
        issues.append(Problem(message=f"could not check: {error}", fix=error.hint or _LOOK, severity=Severity.WARNING))
    return PreflightResult(check=check, issues=tuple(issues))


def _could_not_look(reason: str) -> str:
    """The reason in one line, also for a page of a proxy."""
    return f"could not check: {' '.join(reason.split())[:200]}"
