"""Findings that start playbooks: the service that sends them, and the paths of account, finding and resource."""

from collections.abc import Mapping
from typing import Any, Literal

from baseline.frozen import frozen

Severity = Literal["high", "medium"]
TriggerService = Literal["guardduty", "access-analyzer", "security-hub", "macie", "inspector"]


@frozen
class Sender:
    """A service that sends findings to the security account.

    Attributes:
        title: The service's name.
        principal: Its service principal, which identifies its administrator.
        capability: The capability that turns it on.
        suffix: End of the name of rules.
        pattern: Source and detail type of its events.
        account: JSON path of the account that the finding is about.
        finding: JSON path of the finding's id.
        asks: Whether a person decides in every place, because the findings show no attack.
    """

    title: str
    principal: str
    capability: str
    suffix: str
    pattern: Mapping[str, Any]
    account: str
    finding: str
    asks: bool = False


SENDERS: Mapping[TriggerService, Sender] = {
    # docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
    "guardduty": Sender(
        title="GuardDuty",
        principal="guardduty.amazonaws.com",
        capability="guardduty",
        suffix="",
        pattern={"source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"]},
        account="$.detail.accountId",
        finding="$.detail.id",
    ),
    # docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
    "access-analyzer": Sender(
        title="IAM Access Analyzer",
        principal="access-analyzer.amazonaws.com",
        capability="access_analyzer",
        suffix="-analyzer",
        pattern={"source": ["aws.access-analyzer"], "detail-type": ["Access Analyzer Finding"]},
        account="$.detail.accountId",
        finding="$.detail.id",
    ),
    # docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html
    "security-hub": Sender(
        title="Security Hub",
        principal="securityhub.amazonaws.com",
        capability="security_hub",
        suffix="-hub",
        pattern={"source": ["aws.securityhub"], "detail-type": ["Security Hub Findings - Imported"]},
        account="$.detail.findings[0].AwsAccountId",
        finding="$.detail.findings[0].Id",
    ),
    # docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html
    "macie": Sender(
        title="Amazon Macie",
        principal="macie.amazonaws.com",
        capability="macie",
        suffix="-macie",
        pattern={"source": ["aws.macie"], "detail-type": ["Macie Finding"]},
        account="$.detail.accountId",
        finding="$.detail.id",
    ),
    # docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
    "inspector": Sender(
        title="Amazon Inspector",
        principal="inspector2.amazonaws.com",
        capability="inspector",
        suffix="-inspector",
        pattern={"source": ["aws.inspector2"], "detail-type": ["Inspector2 Finding"]},
        account="$.detail.awsAccountId",
        finding="$.detail.findingArn",
        asks=True,
    ),
}

# Samples name resources that do not exist, or that a caller chose. An event of Inspector has no such mark.
# https://docs.aws.amazon.com/guardduty/latest/ug/sample_findings.html
# https://docs.aws.amazon.com/macie/latest/APIReference/findings-describe.html
_REAL = [{"exists": False}, False]
_GRADED: Mapping[TriggerService, Mapping[Severity, Mapping[str, Any]]] = {
    # docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html
    "guardduty": {
        "high": {"severity": [{"numeric": [">=", 7]}]},
        "medium": {"severity": [{"numeric": [">=", 4]}]},
    },
    # docs.aws.amazon.com/macie/latest/user/findings-severity.html
    "macie": {
        "high": {"severity": {"description": ["High"]}},
        "medium": {"severity": {"description": ["High", "Medium"]}},
    },
}
"""Service → severity of the playbook → the part of the pattern about it.

Findings of other services cannot be selected by severity.
"""
_MARKED: Mapping[TriggerService, Mapping[str, Any]] = {
    "guardduty": {"service": {"additionalInfo": {"sample": _REAL}}},
    "macie": {"sample": _REAL},
}


@frozen
class Trigger:
    """Findings of one service that start a playbook.

    Attributes:
        service: The service that sends them.
        detail: The part of the event pattern about the finding, besides severity.
        subject: JSON path of the resource's name in the finding.
    """

    service: TriggerService
    detail: Mapping[str, Any]
    subject: str

    @property
    def sender(self) -> Sender:
        """The service that sends the findings."""
        return SENDERS[self.service]

    def pattern(self, severity: Severity) -> Mapping[str, Any]:
        """The event pattern for findings of this severity and higher."""
        graded = _GRADED[self.service][severity] if self.service in _GRADED else {}
        return {**self.sender.pattern, "detail": {**graded, **self.detail, **_MARKED.get(self.service, {})}}

    @property
    def paths(self) -> Mapping[str, str]:
        """Name in the state machine's input → JSON path in the event."""
        return {"account": self.sender.account, "finding": self.sender.finding, "subject": self.subject}
