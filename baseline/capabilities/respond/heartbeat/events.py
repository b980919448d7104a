"""Events that show that the baseline was weakened, and the sign of life."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.kms.kms import trail_name
from baseline.capabilities.respond.heartbeat.settings import HeartbeatSettings, Watch
from baseline.capabilities.web_acl_logs import WEB_ACL_LOGS, archives_web_acl_logs

_CALL_PATHS = {
    "account": "$.account",
    "actor": "$.detail.userIdentity.arn",
    "address": "$.detail.sourceIPAddress",
    "call": "$.detail.eventName",
    "error": "$.detail.errorCode",
    "id": "$.detail.eventID",
    "region": "$.region",
    "time": "$.time",
}
_CALL = (
    "<call> in account <account>, <region>, at <time>: {result}. Caller: <actor> from <address>. If it was not "
    "planned, undo it and investigate the caller (CloudTrail event <id>). Error, if AWS rejected the call: <error>"
)
_FAILED = ["CANCELLED", "FAILED", "FAILED_IMPORT", "INOPERABLE"]
"""Detailed statuses of an outdated instance (CloudFormation user guide, StackSet stack instance status change events).

While an operation runs, an instance is outdated as well, but has another detailed status.
"""


def watched_calls(landscape: Landscape, settings: HeartbeatSettings, *items: Watch) -> tuple[WatchedEvent, ...]:
    """The events of API calls for the given items, if the settings request them."""
    return tuple(
        _call(landscape, settings, name, entry)
        for name, entry in _data().items()
        if entry["watch"] in items and entry["watch"] in settings.watch
    )


def failed_instances(landscape: Landscape) -> WatchedEvent:
    """Stack instances of the baseline that an operation left outdated, in the management account."""
    return WatchedEvent(
        name="heartbeat-stack-sets",
        control="heartbeat-stacks",
        severity="medium",
        title="failed or outdated stack instances of the baseline",
        pattern={
            "source": ["aws.cloudformation"],
            "detail-type": ["CloudFormation StackSet StackInstance Status Change"],
            "detail": {
                "stack-set-arn": [{"wildcard": f"*:stackset/{landscape.prefix}-*"}],
                "status-details": {"status": ["OUTDATED", "INOPERABLE"], "detailed-status": _FAILED},
            },
        },
        paths={
            "detail": "$.detail.status-details.detailed-status",
            "reason": "$.detail.status-details.status-reason",
            "set": "$.detail.stack-set-arn",
            "stack": "$.detail.stack-id",
            "time": "$.time",
        },
        message="Part of the baseline has been out of date since <time>: <detail>, <reason>. Stack <stack> of StackSet "
        "<set>. Fix the reason and run baseline deploy again.",
    )


def drifted_stacks(landscape: Landscape) -> WatchedEvent:
    """Stacks of the baseline in which a detection finds drift, in the account of the stack."""
    prefix = landscape.prefix
    return WatchedEvent(
        name="heartbeat-drift",
        control="heartbeat-stacks",
        severity="medium",
        title="stacks of the baseline with drift",
        pattern={
            "source": ["aws.cloudformation"],
            "detail-type": ["CloudFormation Drift Detection Status Change"],
            "detail": {
                "stack-id": [{"wildcard": f"*:stack/{prefix}-*"}, {"wildcard": f"*:stack/StackSet-{prefix}-*"}],
                "status-details": {"stack-drift-status": ["DRIFTED"], "detection-status": ["DETECTION_COMPLETE"]},
            },
        },
        paths={
            "account": "$.account",
            "count": "$.detail.drift-detection-details.drifted-stack-resource-count",
            "region": "$.region",
            "stack": "$.detail.stack-id",
            "time": "$.time",
        },
        message="Resources of the baseline were changed: <count> of stack <stack> in account <account>, <region>, seen "
        "at <time>. Run baseline drift to see which, and find out who changed them.",
    )


def event_source(landscape: Landscape) -> str:
    """The event source of the sign of life."""
    return f"{landscape.prefix}.heartbeat"


def sign_of_life(landscape: Landscape, settings: HeartbeatSettings, rules: int) -> WatchedEvent:
    """The sign of life: a scheduled event that is forwarded like the other events.

    Its message gives the number of other rules in the same stack, but says nothing about their state, because it passed
    through none of them.
    """
    next_one = "next Monday" if settings.sign_of_life == "weekly" else "tomorrow"
    others = (
        f" Other rules of the stack {landscape.prefix}-heartbeat-hub, as deployed: {rules}. This message does not test "
        "them."
    )
    return WatchedEvent(
        name="heartbeat-sign-of-life",
        control="heartbeat-sign-of-life",
        severity="medium",
        title="the sign of life that a schedule sends",
        pattern={
            "source": [event_source(landscape)],
            "detail-type": ["Sign of life"],
            "account": [landscape.account_reference("management")],
        },
        paths={"account": "$.account", "time": "$.time"},
        message=f"The alerts of {landscape.prefix} arrive: sent at <time> from account <account> through the event bus "
        f"of the security account. The next message comes {next_one} at 08:00 UTC. If it does not, alerts may not "
        "arrive either: check the schedule, the rules, the bus, the topic and its subscriptions."
        f"{others if rules else ''}",
    )


@cache
def _data() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Any] = tomli.loads(Path(__file__).with_name("heartbeat.toml").read_text(encoding="utf-8"))
    return found


def _call(landscape: Landscape, settings: HeartbeatSettings, name: str, entry: Mapping[str, Any]) -> WatchedEvent:
    calls: Mapping[str, list[str]] = entry["calls"]
    detail: dict[str, Any] = {
        "eventSource": [f"{service}.amazonaws.com" for service in calls],
        "eventName": [_matched(call) for names in calls.values() for call in names],
        **_parameters(landscape, name),
    }
    if settings.ignored_roles:
        detail["userIdentity"] = _by_other_roles(settings.ignored_roles)
    return WatchedEvent(
        name=f"heartbeat-{name}",
        control=f"heartbeat-{entry['watch']}",
        severity=entry["severity"],
        title=entry["title"],
        # Only AWS services send events whose source begins with `aws.`.
        pattern={"source": [{"prefix": "aws."}], "detail-type": ["AWS API Call via CloudTrail"], "detail": detail},
        paths=_CALL_PATHS,
        message=_CALL.format(result=entry["result"]),
    )


def _matched(call: str) -> str | dict[str, str]:
    return {"prefix": call.removesuffix("*")} if call.endswith("*") else call


def _parameters(landscape: Landscape, name: str) -> dict[str, Any]:
    """Pattern that limits calls to resources of the baseline: calls name a trail by its name or by its ARN."""
    if name == "trail":
        trail = [{"suffix": trail_name(landscape)}]
        return {"$or": [{"requestParameters": {key: trail}} for key in ("name", "trailName")]}
    if name == "log-archive-buckets":
        names = [f"{landscape.prefix}-"]
        if archives_web_acl_logs(landscape):
            names.append(f"{WEB_ACL_LOGS}{landscape.prefix}-")
        return {"requestParameters": {"bucketName": [{"prefix": name} for name in names]}}
    return {}


def _by_other_roles(ignored: list[str]) -> dict[str, Any]:
    """A condition for callers without a role and for all roles except these. A pattern rejects two `*` in a row."""
    roles = [f"*:role/{re.sub(r'[*]+', '*', role)}" for role in ignored]
    return {
        "$or": [
            {"sessionContext": {"sessionIssuer": {"arn": [comparison]}}}
            for comparison in ({"exists": False}, {"anything-but": {"wildcard": roles}})
        ]
    }
