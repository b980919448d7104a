"""A weekly check of the watchers themselves (rules, alarms and topics), with one message per account.

The plan names the expected watchers; each is looked up by its name, so the check also finds missing watchers. Only the
home Region is checked: a state machine calls services only in its own Region.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from baseline.capabilities.account_names import adds_account_names
from baseline.capabilities.capability import Regions, StackSpec, named_accounts
from baseline.capabilities.detect.alarms.alarms import AlarmsSettings
from baseline.capabilities.event_forwarding import UNDELIVERED_STACK, forwarding_stack
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape, Reference, portable
from baseline.capabilities.logs.cloudtrail.cloudtrail import log_group_name
from baseline.capabilities.logs.kms.kms import notification_accounts
from baseline.capabilities.respond.heartbeat.events import event_source
from baseline.capabilities.respond.heartbeat.settings import HeartbeatSettings
from baseline.capabilities.respond.heartbeat.topics import looked_at, topic_arn
from baseline.capabilities.scheduled_machine import (
    TEMPLATE,
    WATCHER_COUNT,
    MachineGrant,
    ScheduledMachineContext,
    call,
    failed_runs,
    put_event,
)
from baseline.frozen import frozen

_CONTROL = "heartbeat-watchers"
_DETAIL_TYPE = "Count of watchers"
_MONDAYS = "cron(45 7 ? * MON *)"
_PATHS = {
    "account": "$.account",
    "alive": "$.detail.alive",
    "kinds": "$.detail.kinds",
    "region": "$.region",
    "silent": "$.detail.silent",
    "time": "$.time",
    "wanted": "$.detail.wanted",
}

Kind = Literal["rule", "alarm", "topic"]


@frozen
class Watcher:
    """A rule, alarm or topic that is expected to work; `bus` is the bus of a rule, and `arn` the ARN of a topic."""

    kind: Kind
    name: str
    bus: str = ""
    arn: Reference = Reference("")


def count_events(landscape: Landscape) -> tuple[WatchedEvent, ...]:
    """The weekly messages: every watcher is alive, some are not, or the check failed."""
    alive = WatchedEvent(
        name="heartbeat-count",
        control=_CONTROL,
        severity="medium",
        title="the weekly count of watchers, all of them alive",
        pattern=_pattern(landscape, "yes"),
        paths={name: _PATHS[name] for name in ("account", "alive", "kinds", "region", "time", "wanted")},
        message="All <alive> of <wanted> watchers of the baseline in account <account>, <region>, are alive: <kinds>, "
        "looked up at <time>. A rule counts if it is enabled and has a target, an alarm if its actions are on, a topic "
        "if it has a confirmed subscriber. The next message comes next Monday at 07:45 UTC.",
    )
    silent = WatchedEvent(
        name="heartbeat-count-silent",
        control=_CONTROL,
        severity="high",
        title="watchers that are not alive",
        pattern=_pattern(landscape, "no"),
        paths={name: _PATHS[name] for name in ("account", "alive", "region", "silent", "time", "wanted")},
        message="Only <alive> of <wanted> watchers of the baseline in account <account>, <region>, are alive, looked "
        "up at <time>. Not alive: <silent>. Find out who changed them, and run baseline drift, then baseline deploy.",
    )
    failed = failed_runs(
        landscape.prefix,
        WATCHER_COUNT,
        _CONTROL,
        title="counts of watchers that failed",
        consequence="no one looked whether the watchers of the baseline are alive",
    )
    return alive, silent, failed


def _pattern(landscape: Landscape, complete: str) -> Mapping[str, Any]:
    source = {"source": [event_source(landscape)], "detail-type": [_DETAIL_TYPE]}
    return {**source, "detail": {"complete": [complete]}}


def count_stacks(
    landscape: Landscape, hub: Sequence[WatchedEvent], own: Mapping[str, Sequence[WatchedEvent]]
) -> Iterator[StackSpec]:
    """The machine of each account with topics, and the rules that forward its events.

    `hub` are the events that notify, `own` are the events that each account forwards from its home Region.
    """
    accounts = notification_accounts(landscape)
    for account in accounts:
        watchers = tuple(_watchers(landscape, account, hub, own[account]))
        apart = account == "management" and not landscape.standalone
        yield StackSpec(
            name="heartbeat-count-management" if apart else "heartbeat-count",
            template=TEMPLATE,
            description="Weekly look whether the rules, alarms and topics of the baseline are alive.",
            target=named_accounts((account,), Regions.HOME),
            context=ScheduledMachineContext(
                prefix=landscape.prefix,
                name=WATCHER_COUNT,
                control=_CONTROL,
                purpose="looks whether the watchers of the baseline are alive",
                schedule=_MONDAYS,
                source=event_source(landscape),
                definition=portable(count_definition(event_source(landscape), watchers)),
                grants=tuple(_grants(landscape, watchers)),
            ),
            depends_on=("notifications", UNDELIVERED_STACK),
        )
    what = "Rules that forward the weekly count of watchers."
    where = named_accounts(accounts, Regions.HOME)
    yield forwarding_stack(landscape, "heartbeat-count-accounts", where, what, count_events(landscape))


def _watchers(
    landscape: Landscape, account: str, hub: Sequence[WatchedEvent], own: Sequence[WatchedEvent]
) -> Iterator[Watcher]:
    """The watchers that an account should have in its home Region."""
    prefix = landscape.prefix
    yield from (Watcher(kind="rule", name=f"{prefix}-{event.name}", bus="default") for event in own)
    is_hub = account == notification_accounts(landscape)[-1]
    if is_hub:
        yield from (Watcher(kind="rule", name=f"{prefix}-{event.name}-notice", bus=f"{prefix}-events") for event in hub)
    yield from (Watcher(kind="alarm", name=f"{prefix}-{name}") for name in _alarms(landscape, account, is_hub=is_hub))
    for name in looked_at(landscape).get(account, ()):
        yield Watcher(kind="topic", name=f"{prefix}-{name}", arn=topic_arn(landscape, name))


def _alarms(landscape: Landscape, account: str, *, is_hub: bool) -> Iterator[str]:
    """Names, without the prefix, of metric alarms that notify a topic directly."""
    if account == "management" and log_group_name(landscape):
        if landscape.is_on("alarms"):
            settings = landscape.settings("alarms", AlarmsSettings)
            yield from (*settings.cis, *(f"custom-{alarm.name}" for alarm in settings.custom))
        if "trail" in landscape.settings("heartbeat", HeartbeatSettings).watch:
            yield "trail-silent"
    if is_hub:
        yield "undelivered-events"
        if adds_account_names(landscape):
            yield "account-names"


def _grants(landscape: Landscape, watchers: Sequence[Watcher]) -> Iterator[MachineGrant]:
    """Permission to read the baseline's rules, alarms and topics, and nothing else.

    DescribeAlarms with a narrower scope than `*` leaves out composite alarms, which are not counted. Sources:
    docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html, list_amazoncloudwatch.html;
    docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html.
    """
    here = "${AWS::Region}:${AWS::AccountId}"
    rules = []
    for bus in dict.fromkeys(item.bus for item in watchers if item.kind == "rule"):
        path = "" if bus == "default" else f"{bus}/"
        rules.append(Reference(f"arn:${{AWS::Partition}}:events:{here}:rule/{path}{landscape.prefix}-*"))
    alarms = Reference(f"arn:${{AWS::Partition}}:cloudwatch:{here}:alarm:{landscape.prefix}-*")
    yield MachineGrant(sid="Rules", action="events:DescribeRule", resources=tuple(rules))
    yield MachineGrant(sid="Targets", action="events:ListTargetsByRule", resources=tuple(rules))
    if any(item.kind == "alarm" for item in watchers):
        yield MachineGrant(sid="Alarms", action="cloudwatch:DescribeAlarms", resources=(alarms,))
    topics = tuple(item.arn for item in watchers if item.kind == "topic")
    if topics:
        yield MachineGrant(sid="Topics", action="sns:GetTopicAttributes", resources=topics)


def count_definition(source: str, watchers: Sequence[Watcher]) -> Mapping[str, Any]:
    """The state machine: look up one watcher after another, and send one event with the number of live watchers.

    A path without a match ends the execution, and no state can catch this error: optional fields of a response are
    tested before they are read. Source: docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html.
    """
    begin = {
        "watchers": [_item(watcher) for watcher in watchers],
        "sum": {"alive": 0, "text": ""},
        "wanted": len(watchers),
        "kinds": _kinds(watchers),
    }
    return {
        "StartAt": "Begin",
        "TimeoutSeconds": 3600,
        "States": {
            "Begin": {"Type": "Pass", "Result": begin, "Next": "HasNext"},
            "HasNext": _choice([_present("$.watchers[0]", "Take")], "IsComplete"),
            "Take": {"Type": "Pass", "InputPath": "$.watchers[0]", "ResultPath": "$.item", "Next": "Kind"},
            "Kind": _choice([_equal("$.item.kind", "rule", "Rule"), _equal("$.item.kind", "alarm", "Alarm")], "Topic"),
            **_rule_states(),
            **_alarm_states(),
            **_topic_states(),
            **_counting(),
            **_sending(source),
        },
    }


def _item(watcher: Watcher) -> Mapping[str, Any]:
    more = {"bus": watcher.bus} if watcher.bus else {"arn": watcher.arn} if watcher.kind == "topic" else {}
    return {"kind": watcher.kind, "name": watcher.name, **more}


def _kinds(watchers: Sequence[Watcher]) -> str:
    counted = [(sum(item.kind == kind for item in watchers), kind) for kind in ("rule", "alarm", "topic")]
    return ", ".join(f"{number} {kind}{'' if number == 1 else 's'}" for number, kind in counted if number)


def _choice(choices: Sequence[Mapping[str, Any]], default: str) -> Mapping[str, Any]:
    return {"Type": "Choice", "Choices": list(choices), "Default": default}


def _equal(path: str, value: str, state: str) -> Mapping[str, Any]:
    return {"Variable": path, "StringEquals": value, "Next": state}


def _present(path: str, state: str) -> Mapping[str, Any]:
    return {"Variable": path, "IsPresent": True, "Next": state}


def _read(service: str, action: str, parameters: Mapping[str, Any], then: str) -> Mapping[str, Any]:
    return {
        **call(service, action, parameters),
        "ResultPath": "$.found",
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Missing"}],
        "Next": then,
    }


def _rule_states() -> Mapping[str, Any]:
    """Look up a rule. Source: docs.aws.amazon.com/eventbridge/latest/APIReference/, DescribeRule, ListTargetsByRule."""
    bus = {"EventBusName.$": "$.item.bus"}
    return {
        "Rule": _read("eventbridge", "describeRule", {"Name.$": "$.item.name", **bus}, "IsEnabled"),
        "IsEnabled": _choice([_equal("$.found.State", "ENABLED", "Targets")], "Disabled"),
        "Targets": _read("eventbridge", "listTargetsByRule", {"Rule.$": "$.item.name", **bus}, "HasTarget"),
        "HasTarget": _choice([_present("$.found.Targets[0]", "Alive")], "WithoutTarget"),
    }


def _alarm_states() -> Mapping[str, Any]:
    """Whether an alarm notifies; its state is no evidence: an alarm without data also has one (TreatMissingData).

    Source: docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html.
    """
    alarm = "$.found.MetricAlarms[0]"
    names = {"AlarmNames.$": "States.Array($.item.name)"}
    return {
        "Alarm": _read("cloudwatch", "describeAlarms", names, "Exists"),
        "Exists": _choice([_present(alarm, "TakeAlarm")], "Missing"),
        "TakeAlarm": {"Type": "Pass", "InputPath": alarm, "ResultPath": "$.found", "Next": "HasActions"},
        "HasActions": _choice(
            [
                {"Variable": "$.found.ActionsEnabled", "BooleanEquals": False, "Next": "Disabled"},
                _present("$.found.AlarmActions[0]", "Alive"),
            ],
            "WithoutTarget",
        ),
    }


def _topic_states() -> Mapping[str, Any]:
    """Look up a topic. Source: docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html."""
    none = _equal("$.found.Attributes.SubscriptionsConfirmed", "0", "WithoutSubscriber")
    return {
        "Topic": _read("sns", "getTopicAttributes", {"TopicArn.$": "$.item.arn"}, "HasSubscriber"),
        "HasSubscriber": _choice([none], "Alive"),
    }


def _counting() -> Mapping[str, Any]:
    """States that count a live watcher, or add the name of a silent one with the reason."""
    reasons = {
        "Missing": "missing or unreadable",
        "Disabled": "disabled",
        "WithoutTarget": "notifies nothing",
        "WithoutSubscriber": "has no confirmed subscriber",
    }
    why = {
        name: {"Type": "Pass", "Result": reason, "ResultPath": "$.why", "Next": "IsFirst"}
        for name, reason in reasons.items()
    }
    named = "$.item.kind, $.item.name, $.why"
    return {
        "Alive": _summed({"alive.$": "States.MathAdd($.sum.alive, 1)", "text.$": "$.sum.text"}),
        **why,
        "IsFirst": _choice([_equal("$.sum.text", "", "First")], "Further"),
        "First": _summed({"alive.$": "$.sum.alive", "text.$": f"States.Format('{{}} {{}} ({{}})', {named})"}),
        "Further": _summed(
            {"alive.$": "$.sum.alive", "text.$": f"States.Format('{{}}, {{}} {{}} ({{}})', $.sum.text, {named})"}
        ),
        "Drop": {"Type": "Pass", "InputPath": "$.watchers[1:]", "ResultPath": "$.watchers", "Next": "HasNext"},
    }


def _summed(total: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"Type": "Pass", "Parameters": total, "ResultPath": "$.sum", "Next": "Drop"}


def _sending(source: str) -> Mapping[str, Any]:
    detail = {
        "alive.$": "$.sum.alive",
        "wanted.$": "$.wanted",
        "kinds.$": "$.kinds",
        "silent.$": "$.sum.text",
    }
    return {
        "IsComplete": _choice([_equal("$.sum.text", "", "Complete")], "Incomplete"),
        **{
            state: {**put_event(source, _DETAIL_TYPE, {"complete": word, **detail}), "End": True}
            for state, word in (("Complete", "yes"), ("Incomplete", "no"))
        },
    }
