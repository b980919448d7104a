"""A state machine that a schedule starts, and that reports with an event: shared by capabilities."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.health.settings import sends_digest
from baseline.capabilities.respond.heartbeat.settings import checks_topics, counts_watchers
from baseline.frozen import frozen

TEMPLATE = "events/scheduled_machine"
"""The template of the stack with the machine and its schedule."""
TOPIC_CHECK = "topic-check"
WATCHER_COUNT = "watcher-count"
ADVISOR_DIGEST = "advisor-digest"
_BUSY: Mapping[str, Any] = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "BackoffRate": 2}


@frozen
class MachineGrant:
    """A statement of the machine's role."""

    sid: str
    action: str
    resources: tuple[str, ...]


@frozen
class ScheduledMachineContext:
    """Context of `events/scheduled_machine`.

    Attributes:
        prefix: First part of every name.
        name: Name of the machine, its roles and its schedule, without the prefix; at most 17 characters.
        control: The control that the machine implements.
        purpose: The machine's task, as the end of a sentence, after "that".
        schedule: Its schedule expression for EventBridge Scheduler.
        source: Source of the events that it puts on the default bus of its account and Region.
        definition: The machine.
        grants: Further calls that it may make.
    """

    prefix: str
    name: str
    control: str
    purpose: str
    schedule: str
    source: str
    definition: Mapping[str, Any]
    grants: tuple[MachineGrant, ...]


def scheduled_machines(landscape: Landscape) -> Iterator[tuple[str, str]]:
    """Name without the prefix, and Region, of the state machines of the security account that a schedule starts."""
    if checks_topics(landscape):
        yield TOPIC_CHECK, landscape.home_region
    if counts_watchers(landscape):
        yield WATCHER_COUNT, landscape.home_region
    if sends_digest(landscape):
        yield ADVISOR_DIGEST, landscape.sign_in_region


def call(service: str, action: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """A task that calls a service, with retries."""
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:{service}:{action}",
        "Parameters": dict(parameters),
        "Retry": [{**_BUSY, "MaxAttempts": 3}],
    }


def put_event(source: str, detail_type: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """A task that puts an event on the default bus of the machine's account and Region.

    Source: docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html.
    """
    entry = {"Source": source, "DetailType": detail_type, "EventBusName": "default", "Detail": detail}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [entry]},
        "Retry": [{**_BUSY, "MaxAttempts": 6}],
    }


def failed_runs(prefix: str, name: str, control: str, title: str, consequence: str) -> WatchedEvent:
    """Executions that ended without success: Step Functions sends an event for each status.

    Source: docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html.
    """
    return WatchedEvent(
        name=f"{name}-failed",
        control=control,
        severity="medium",
        title=title,
        pattern={
            "source": ["aws.states"],
            "detail-type": ["Step Functions Execution Status Change"],
            "detail": {
                "status": ["ABORTED", "FAILED", "TIMED_OUT"],
                "stateMachineArn": [{"suffix": f":stateMachine:{prefix}-{name}"}],
            },
        },
        paths={
            "account": "$.account",
            "execution": "$.detail.executionArn",
            "region": "$.region",
            "status": "$.detail.status",
            "time": "$.time",
        },
        message=f"The state machine {prefix}-{name} in account <account>, <region>, ended with <status> at <time>: "
        f"{consequence}. Read its error, remove the cause, and start it again: <execution>",
    )
