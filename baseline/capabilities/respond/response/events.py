"""Messages of playbooks: what was done, and what waits for a person."""

from baseline.capabilities.event_forwarding import WatchedEvent
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape

_PATHS = {
    "account": "$.detail.account",
    "execution": "$.detail.execution",
    "finding": "$.detail.finding",
    "outcome": "$.detail.outcome",
    "playbook": "$.detail.playbook",
    "region": "$.region",
    "subject": "$.detail.subject",
    "token": "$.detail.token",
}
_WHAT = "<playbook> for <subject> in account <account>, <region>, after GuardDuty finding <finding>"
_MESSAGES = (
    (
        "approval",
        "high",
        ["approval"],
        "approval requests of playbooks",
        (
            f"Approval required: {_WHAT}. Review the finding; then, in the security account and this Region, run "
            "aws stepfunctions send-task-success --task-output true --task-token <token>, or the same with false."
        ),
    ),
    (
        "action",
        "high",
        ["contained", "contained-without-snapshots", "restored"],
        "actions of playbooks",
        (
            f"Response <outcome>: {_WHAT}. To undo it, start the state machine with the output of this execution "
            "and the action restore: <execution>"
        ),
    ),
    (
        "failure",
        "critical",
        ["failed"],
        "failures of playbooks",
        (
            f"Response failed: {_WHAT}. Contain it by hand now. The cause of the execution has the error and the state "
            "before; start the state machine with it and the action restore to undo the changes: <execution>"
        ),
    ),
    (
        "no-action",
        "medium",
        ["left-alone", "not-approved", "not-enabled", "switched-off"],
        "findings for which a playbook did nothing",
        f"No response (<outcome>): {_WHAT}. Decide whether to act by hand: <execution>",
    ),
)
"""Name, severity, outcomes, what the events are, and the message."""


def response_events(landscape: Landscape) -> tuple[WatchedEvent, ...]:
    """The events that state machines send on the default bus of the security account."""
    return tuple(
        WatchedEvent(
            name=f"response-{name}",
            control="response-messages",
            severity=severity,
            title=title,
            pattern={
                "source": [f"{landscape.prefix}.response"],
                "detail-type": ["Response"],
                "account": [THIS_ACCOUNT],
                "detail": {"outcome": outcomes},
            },
            paths={key: path for key, path in _PATHS.items() if f"<{key}>" in message},
            message=message,
        )
        for name, severity, outcomes, title, message in _MESSAGES
    )
