"""The state machine that adds the names of accounts to events."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.account_names import (
    NAMES_STACK,
    account_paths,
    adds_account_names,
    named_source,
    shaped_source,
)
from baseline.capabilities.capability import Regions, StackSpec, one_account
from baseline.capabilities.event_forwarding import BUS_STACK, UNDELIVERED_STACK
from baseline.capabilities.landscape import Landscape, portable_text
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.respond.notifications.settings import NotificationsSettings
from baseline.findings import Problem
from baseline.frozen import frozen

READS_ACCOUNTS = (
    "The security account is the delegated administrator of at least one AWS service, so that it may read the names of "
    "accounts."
)
"""A prerequisite of state machines there that read accounts from AWS Organizations."""
_BUSY = ["Organizations.TooManyRequestsException", "Organizations.ServiceException"]
_QUOTED = {
    "name.$": "$.found.name",
    "quoted.$": "States.Format('\"{}\"', $.found.name)",
    "json.$": "States.JsonToString($.found.name)",
}
_PLAIN = {"Variable": "$.found.quoted", "StringEqualsPath": "$.found.json", "Next": "HasTitle"}
"""Safe names: EventBridge does not escape names, so a quotation mark or backslash makes the message invalid."""


_TITLE = "$.event.detail.title"
_QUOTED_TITLE = {"quoted.$": f"States.Format('\"{{}}\"', {_TITLE})", "json.$": f"States.JsonToString({_TITLE})"}
_PLAIN_TITLE = {"Variable": "$.title.quoted", "StringEqualsPath": "$.title.json", "Next": "Send"}
"""Safe titles of findings, which are texts of other people: the same limits apply as to names."""


@frozen
class AccountNamesContext:
    """Context of `account_names`."""

    prefix: str
    source: str
    definition: Mapping[str, Any]


def account_names_stack(landscape: Landscape) -> Iterator[StackSpec]:
    """The stack with the state machine; none if messages contain no names."""
    if not adds_account_names(landscape):
        return
    yield StackSpec(
        name=NAMES_STACK,
        template="respond/notifications/account_names",
        description="State machine that adds the names of accounts to forwarded events.",
        target=one_account(landscape.role("security"), Regions.ALERT),
        context=AccountNamesContext(
            prefix=landscape.prefix,
            source=named_source(landscape.prefix),
            definition=machine_definition(landscape.prefix),
        ),
        parameters=organization_only(landscape, "OrganizationId", "ManagementAccountId"),
        depends_on=(BUS_STACK, UNDELIVERED_STACK, "notifications"),
        prerequisites=() if landscape.is_on("organization") else (READS_ACCOUNTS,),
    )


def machine_definition(prefix: str) -> Mapping[str, Any]:
    """The state machine: find the account of the event, read its name, and put both on the bus.

    Without an answer the account is "unnamed", so that no message is lost. Sources:
    docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html,
    docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html.
    """
    definition: Mapping[str, Any] = _portable(
        {
            "StartAt": "FindAccount",
            "States": {
                "FindAccount": {"Type": "Choice", "Choices": list(_choices(prefix)), "Default": "FromSender"},
                **dict(_found_accounts(prefix)),
                "ReadName": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::aws-sdk:organizations:describeAccount",
                    "Parameters": {"AccountId.$": "$.account"},
                    "ResultSelector": {"name.$": "$.Account.Name"},
                    "ResultPath": "$.found",
                    "Retry": [{"ErrorEquals": _BUSY, "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 4}],
                    "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Unnamed"}],
                    "Next": "Quote",
                },
                "Quote": {"Type": "Pass", "Parameters": _QUOTED, "ResultPath": "$.found", "Next": "IsPlain"},
                "IsPlain": {"Type": "Choice", "Choices": [_PLAIN], "Default": "Unnamed"},
                "Unnamed": {"Type": "Pass", "Result": {"name": "unnamed"}, "ResultPath": "$.found", "Next": "HasTitle"},
                **_title_states(prefix),
                "Send": _send(prefix),
            },
        }
    )
    return definition


def _title_states(prefix: str) -> Mapping[str, Any]:
    """States that replace the title of a Security Hub finding if it would make the message invalid."""
    of_security_hub = {"Variable": "$.event.source", "StringEquals": shaped_source(prefix, "security-hub")}
    untitled = "its title is in the finding"
    return {
        "HasTitle": {"Type": "Choice", "Choices": [{**of_security_hub, "Next": "QuoteTitle"}], "Default": "Send"},
        "QuoteTitle": {"Type": "Pass", "Parameters": _QUOTED_TITLE, "ResultPath": "$.title", "Next": "IsPlainTitle"},
        "IsPlainTitle": {"Type": "Choice", "Choices": [_PLAIN_TITLE], "Default": "Untitled"},
        "Untitled": {"Type": "Pass", "Result": untitled, "ResultPath": _TITLE, "Next": "Send"},
    }


def _state(path: str) -> str:
    """Name of the state that reads the account from a path."""
    field = path.removeprefix("$.detail.")
    return f"From{field[0].upper()}{field[1:]}"


def _choices(prefix: str) -> Iterator[Mapping[str, Any]]:
    for source, path in account_paths(prefix).items():
        conditions = [{"Variable": "$.source", "StringEquals": source}, {"Variable": path, "IsPresent": True}]
        yield {"And": conditions, "Next": _state(path)}


def _found_accounts(prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    paths = {"FromSender": "$.account", **{_state(path): path for path in account_paths(prefix).values()}}
    for name, path in paths.items():
        yield name, {"Type": "Pass", "Parameters": {"account.$": path, "event.$": "$"}, "Next": "ReadName"}


def _send(prefix: str) -> Mapping[str, Any]:
    entry = {
        "Source": named_source(prefix),
        "DetailType": "Event with account name",
        "EventBusName": f"{prefix}-events",
        "Detail": {"accountName.$": "$.found.name", "event.$": "$.event"},
    }
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::events:putEvents",
        "Parameters": {"Entries": [entry]},
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 6}],
        "End": True,
    }


def _portable(value: Any) -> Any:  # noqa: ANN401 - a state machine
    if isinstance(value, dict):
        return {key: _portable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_portable(item) for item in value]
    return portable_text(value) if isinstance(value, str) else value


def account_names_problems(landscape: Landscape, settings: NotificationsSettings) -> Iterator[Problem]:
    """Names that do not exist in a standalone account."""
    if settings.account_names and landscape.standalone:
        yield Problem(
            path=("account_names",),
            message="a standalone account has no organization that knows its name",
            fix="remove account_names",
        )
