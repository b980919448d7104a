"""Secrets of AWS Secrets Manager: notices of deletions, failed rotations and changed resource policies."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from baseline.capabilities.capability import Capability, Regions, StackSpec, every_account
from baseline.capabilities.event_forwarding import asks_for_events, forwarding_stack, missing_topics, notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.forwarded_event import ForwardingSettings, WatchedEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.settings import tiered
from baseline.findings import Problem

SecretEvent = Literal["deletions", "rotations", "policies"]

_SOURCE = "secretsmanager.amazonaws.com"
_PATHS = {"account": "$.account", "event": "$.detail.eventName", "region": "$.region", "time": "$.time"}
_CALL_PATHS = {
    **_PATHS,
    "actor": "$.detail.userIdentity.arn",
    "error": "$.detail.errorCode",
    "secret": "$.detail.requestParameters.secretId",
}
_CALL = (
    "<event> of the secret <secret> in account <account>, <region>, at <time> by <actor>: {result}. Error, if AWS "
    "rejected the call: <error>"
)


_CALLS: Mapping[str, tuple[SecretEvent, list[str], str, str]] = {
    "deleted": (
        "deletions",
        ["DeleteSecret"],
        "deleted secrets",
        (
            "it can be restored until its recovery window ends (aws secretsmanager restore-secret), unless it was "
            "deleted without recovery or is a replica"
        ),
    ),
    "rotation-off": (
        "rotations",
        ["CancelRotateSecret"],
        "disabled rotations of secrets",
        "the secret is not rotated until its rotation is enabled again",
    ),
    "policy": (
        "policies",
        ["PutResourcePolicy", "DeleteResourcePolicy"],
        "changed resource policies of secrets",
        "the principals that can read it may have changed: review the policy",
    ),
}
"""Name of a rule → the item of `watch`, its calls, their description, and the advice."""


class SecretsSettings(ForwardingSettings):
    """Settings of `secrets`. No tier enables anything, so an upgrade adds no stack."""

    watch: list[SecretEvent] = tiered(
        "Events that notify, in every account: secrets that are deleted, rotations that fail or are turned off, and "
        "resource policies that change.",
        [],
        examples=[list(get_args(SecretEvent))],
    )

    @property
    def forwards(self) -> bool:
        """Whether anything is watched."""
        return bool(self.watch)


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("secrets", SecretsSettings)
    if not settings.forwards or not landscape.is_on("notifications"):
        return ()
    events = tuple(_events(settings))
    what = "deleted, unrotated or shared secrets"
    where = every_account(Regions.GOVERNED)
    return (
        *with_routes(landscape, notices_stack(landscape, "secrets-hub", f"Rules that notify of {what}.", events)),
        forwarding_stack(landscape, "secrets-accounts", where, f"Rules that forward events of {what}.", events),
    )


def _events(settings: SecretsSettings) -> Iterator[WatchedEvent]:
    """Events of the items of `watch`.

    Source: docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html.
    """
    for name, (item, calls, title, result) in _CALLS.items():
        if item in settings.watch:
            yield WatchedEvent(
                name=f"secrets-{name}",
                control=f"secret-{item}",
                severity="medium",
                title=title,
                pattern={
                    "source": ["aws.secretsmanager"],
                    "detail-type": ["AWS API Call via CloudTrail"],
                    "detail": {"eventSource": [_SOURCE], "eventName": calls},
                },
                paths=_CALL_PATHS,
                message=_CALL.format(result=result),
            )
    if "rotations" in settings.watch:
        yield from _ended_rotations()


def _ended_rotations() -> Iterator[WatchedEvent]:
    """Rotations that ended without a new value. The service itself sends these events; they are not API calls."""
    for name, severity, event, title, result in (
        (
            "failed",
            "high",
            "RotationFailed",
            "failed rotations of secrets",
            "could not be rotated at <time>. Check the log of its rotation function, and rotate it again",
        ),
        (
            "abandoned",
            "medium",
            "RotationAbandoned",
            "rotations of secrets that AWS abandons because a new version was created meanwhile",
            (
                "received a new version during a rotation, which AWS abandoned at <time>. If this was not planned, "
                "find out who changed the secret; rotate it again"
            ),
        ),
    ):
        yield WatchedEvent(
            name=f"secrets-rotation-{name}",
            control="secret-rotations",
            severity=severity,
            title=title,
            pattern={
                "source": ["aws.secretsmanager"],
                "detail-type": ["AWS Service Event via CloudTrail"],
                "detail": {"eventSource": [_SOURCE], "eventName": [event]},
            },
            paths={**_PATHS, "secret": "$.detail.additionalEventData.SecretId"},
            message=f"<event>: the secret <secret> in account <account>, <region>, {result}.",
        )


def _problems(landscape: Landscape) -> Iterator[Problem]:
    yield from missing_topics(landscape, landscape.settings("secrets", SecretsSettings), "watch")


CAPABILITY = Capability(
    name="secrets",
    title="Secrets",
    summary="Notices of secrets that are deleted, of rotations that fail, and of secrets whose policy changes.",
    same_everywhere="The events of every account go to the same topics.",
    settings=SecretsSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(_problems(landscape)),
    is_asked=asks_for_events,
    since="2026.12",
)
