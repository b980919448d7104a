"""Decision about AWS Audit Manager, which AWS closed to new customers on 2026-04-30."""

from collections.abc import Iterator

from baseline.findings import Problem
from baseline.frozen import frozen

ASSESSMENT = "AWS::AuditManager::Assessment"


@frozen
class AuditManagerStatus:
    """The status of Audit Manager where a new stack creates an assessment.

    Attributes:
        stack: Name of the stack or StackSet.
        account: Id of its account.
        region: Its Region.
        status: `ACTIVE`, `INACTIVE` or `PENDING_ACTIVATION`; "" if AWS says that it is not set up.
    """

    stack: str
    account: str
    region: str
    status: str


def account_status(fact: AuditManagerStatus) -> Iterator[Problem]:
    """Check that Audit Manager is active: an account that did not use it before cannot begin to."""
    if fact.status != "ACTIVE":
        yield Problem(
            message=f"{fact.stack}: Audit Manager is {fact.status or 'not set up'} in {fact.account} ({fact.region}), "
            "and AWS accepts no new accounts and Regions since 2026-04-30",
            fix="if the account is an existing customer, finish its set-up in the console of Audit Manager; otherwise "
            "remove audit_manager.assessments, and use the evidence that baseline itself writes",
        )
