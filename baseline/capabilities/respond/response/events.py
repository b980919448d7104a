"""Messages of playbooks: completed actions, and requests for approval."""

from baseline.capabilities.forwarded_event import WatchedEvent
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
_WHAT = "<playbook> for <subject> in account <account>, <region>, after finding <finding>"
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
        ["contained", "contained-with-profile", "contained-without-snapshots"],
        "actions of playbooks",
        (
            f"Response <outcome>: {_WHAT}. To undo it, start the state machine with the output of this execution "
            "and the action restore: <execution>"
        ),
    ),
    (
        "way-back",
        "high",
        ["restored", "restored-without-profile"],
        "actions of playbooks that were undone",
        (
            f"Response <outcome>: {_WHAT}. It is no longer contained. To contain it again, start the state machine "
            "with the action contain, and the account, finding and subject of this execution: <execution>"
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
        "limit",
        "critical",
        ["limited"],
        "playbooks that reached their hourly limit",
        (
            f"Response did nothing, the hourly limit is reached: {_WHAT}. Many findings in an hour are an attack, or a "
            "way to make playbooks do harm. Contain it by hand, or start the state machine with the input of this "
            "execution in the next hour: <execution>"
        ),
    ),
    (
        "dry-run",
        "medium",
        ["would-act"],
        "dry runs of playbooks",
        f"Response would act, and did nothing: {_WHAT}. What it found is in the output of the execution: <execution>",
    ),
    (
        "unrecorded",
        "high",
        ["unrecorded"],
        "runs of playbooks whose records are lost",
        (
            f"The log archive has no record of a response: {_WHAT}. Save the history of this execution within 90 days, "
            "and check the bucket for records and its key: <execution>"
        ),
    ),
    (
        "no-action",
        "medium",
        ["left-alone", "no-way-back", "not-approved", "not-enabled", "switched-off"],
        "findings for which a playbook did nothing",
        f"No response (<outcome>): {_WHAT}. Decide whether to act by hand: <execution>",
    ),
)
"""Name, severity, outcomes, description of the events, and the message."""


def response_events(landscape: Landscape) -> tuple[WatchedEvent, ...]:
    """The messages of state machines on the default bus of the security account."""
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


def record_event(landscape: Landscape) -> WatchedEvent:
    """The record that each run sends. It notifies no topic."""
    return WatchedEvent(
        name="response-records",
        control="response-records",
        severity="",
        title="records of what playbooks do",
        pattern={
            "source": [f"{landscape.prefix}.response"],
            "detail-type": ["Response record"],
            "account": [THIS_ACCOUNT],
        },
        paths={},
        message="",
    )
