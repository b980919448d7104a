"""The weekly digest of Trusted Advisor: one message about all accounts and about Trusted Advisor Priority."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.capability import Regions, StackSpec, every_account, one_account
from baseline.capabilities.event_forwarding import forwarding_stack
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.landscape import Landscape, Reference, portable, portable_text
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.respond.health.settings import reader_roles
from baseline.capabilities.respond.notifications.account_names import READS_ACCOUNTS
from baseline.capabilities.scheduled_machine import (
    ADVISOR_DIGEST,
    TEMPLATE,
    MachineGrant,
    ScheduledMachineContext,
    call,
    failed_runs,
    put_event,
)
from baseline.frozen import frozen

MOST_ACCOUNTS = 1000
"""Accounts of one digest: an execution has at most 25,000 events, and an account with red checks uses 23.

Source: docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.
"""
_CONTROL = "trusted-advisor-digest"
_DETAIL_TYPE = "Weekly digest of Trusted Advisor"
_BUSY = ["TrustedAdvisor.ThrottlingException", "TrustedAdvisor.InternalServerException"]
_MONDAYS = "cron(0 7 ? * MON *)"
_REGION = "us-east-1"
"""Region of the API (github.com/boto/botocore: data/endpoints.json), and of the events of Trusted Advisor."""
_PRIORITY = (
    "Trusted Advisor Priority is on, which your account team does, and the security account is its delegated "
    "administrator: `aws organizations enable-aws-service-access --service-principal "
    "reporting.trustedadvisor.amazonaws.com`, then `aws organizations register-delegated-administrator "
    "--service-principal reporting.trustedadvisor.amazonaws.com --account-id ID`, with the id of the security account. "
    "Without it the digest says that Priority could not be read."
)


@frozen
class ReaderContext:
    """Context of `reader`."""

    prefix: str
    security_account: Reference
    machine: str
    region: str


def digest_events(landscape: Landscape) -> tuple[WatchedEvent, ...]:
    """The digest, and executions that failed."""
    digest = WatchedEvent(
        name="health-advisor-digest",
        control=_CONTROL,
        severity="medium",
        title="the weekly digest of AWS Trusted Advisor",
        pattern={"source": [_source(landscape)], "detail-type": [_DETAIL_TYPE]},
        paths={
            "priority": "$.detail.priority",
            "red": "$.detail.red",
            "text": "$.detail.text",
            "time": "$.time",
            "unread": "$.detail.unread",
        },
        message="Trusted Advisor, week of <time>. Accounts with red checks: <red>.<text> Not read: <unread>. "
        "<priority> Open the checks in the account: https://console.aws.amazon.com/trustedadvisor/home",
    )
    failed = failed_runs(
        landscape.prefix,
        ADVISOR_DIGEST,
        _CONTROL,
        title="digests of Trusted Advisor that failed",
        consequence="there is no digest of Trusted Advisor this week",
    )
    return digest, failed


def digest_stacks(landscape: Landscape, *, priority: bool) -> Iterator[StackSpec]:
    """The machine, the roles with which it reads accounts, and the rules that forward its events."""
    machine = one_account(landscape.role("security"), Regions.SIGN_IN)
    (reader,) = reader_roles(landscape)
    yield StackSpec(
        name="advisor-reader",
        template="respond/health/reader",
        description="Role that reads the recommendations of Trusted Advisor for the weekly digest.",
        target=every_account(Regions.HOME),
        context=ReaderContext(
            prefix=landscape.prefix,
            security_account=landscape.account_reference("security"),
            machine=ADVISOR_DIGEST,
            region=_REGION,
        ),
        parameters=organization_only(landscape, "SecurityAccountId"),
        depends_on=(ADVISOR_DIGEST,),
    )
    grants = [
        MachineGrant(
            sid="Readers",
            action="sts:AssumeRole",
            resources=(Reference(f"arn:${{AWS::Partition}}:iam::*:role/{reader}"),),
        )
    ]
    if not landscape.standalone:
        grants.append(MachineGrant(sid="Accounts", action="organizations:ListAccounts", resources=("*",)))
    if priority:
        action = "trustedadvisor:ListOrganizationRecommendations"
        grants.append(MachineGrant(sid="Priority", action=action, resources=("*",)))
    delegated = () if landscape.standalone or landscape.is_on("organization") else (READS_ACCOUNTS,)
    yield StackSpec(
        name=ADVISOR_DIGEST,
        template=TEMPLATE,
        description="State machine that sends the weekly digest of Trusted Advisor.",
        target=machine,
        context=ScheduledMachineContext(
            prefix=landscape.prefix,
            name=ADVISOR_DIGEST,
            control=_CONTROL,
            purpose="sends the weekly digest of Trusted Advisor",
            schedule=_MONDAYS,
            source=_source(landscape),
            definition=portable(machine_definition(landscape, reader, priority=priority)),
            grants=tuple(grants),
        ),
        depends_on=("notifications",),
        prerequisites=(*delegated, *((_PRIORITY,) if priority else ())),
    )
    what = "Rules that forward the weekly digest of Trusted Advisor."
    yield forwarding_stack(landscape, f"{ADVISOR_DIGEST}-accounts", machine, what, digest_events(landscape))


def _source(landscape: Landscape) -> str:
    return f"{landscape.prefix}.advisor"


def machine_definition(landscape: Landscape, reader: str, *, priority: bool) -> Mapping[str, Any]:
    """The state machine: read one account after another, and send one event with the red checks.

    Names with a quotation mark or a backslash would make the message invalid: they are left out. Sources:
    docs.aws.amazon.com/trustedadvisor/latest/APIReference/API_ListRecommendations.html and
    API_ListOrganizationRecommendations.html, which "only supports prioritized recommendations";
    docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html.
    """
    return {
        "StartAt": "Begin",
        "TimeoutSeconds": 14400,
        "States": {
            "Begin": {
                "Type": "Pass",
                "Result": {"text": "", "red": 0, "unread": "no account", "failed": 0},
                "ResultPath": "$.sum",
                "Next": "List",
            },
            **_pages(landscape),
            **_reading(reader),
            **_lines(),
            **(_priorities() if priority else _without_priorities()),
            **_sending(_source(landscape)),
        },
    }


_ACCOUNT = "$.account"
_FIRST = "$.page.Accounts[0]"


def _pages(landscape: Landscape) -> Mapping[str, Any]:
    """Pages of accounts; a standalone account is the only page."""
    own = {"Id": Reference("${AWS::AccountId}"), "Name": "this account", "State": "ACTIVE"}
    first: Mapping[str, Any] = {"Type": "Pass", "Result": {"Accounts": [own]}}
    choices = [{"Variable": _FIRST, "IsPresent": True, "Next": "Take"}]
    more: Mapping[str, Any] = {}
    if not landscape.standalone:
        first = call("organizations", "listAccounts", {})
        choices.append({"Variable": "$.page.NextToken", "IsPresent": True, "Next": "ListMore"})
        following = call("organizations", "listAccounts", {"NextToken.$": "$.page.NextToken"})
        more = {"ListMore": {**following, "ResultPath": "$.page", "Next": "NextAccount"}}
    return {
        "List": {**first, "ResultPath": "$.page", "Next": "NextAccount"},
        "NextAccount": {"Type": "Choice", "Choices": choices, "Default": "Priorities"},
        "Take": {"Type": "Pass", "InputPath": _FIRST, "ResultPath": _ACCOUNT, "Next": "IsActive"},
        "IsActive": {
            "Type": "Choice",
            "Choices": [{"Variable": f"{_ACCOUNT}.State", "StringEquals": "ACTIVE", "Next": "Read"}],
            "Default": "Drop",
        },
        "Drop": {
            "Type": "Pass",
            "InputPath": "$.page.Accounts[1:]",
            "ResultPath": "$.page.Accounts",
            "Next": "NextAccount",
        },
        **more,
    }


def _reading(reader: str) -> Mapping[str, Any]:
    """The red checks of one account; an account whose role or support plan is missing is named."""
    role = portable_text(f"States.Format('arn:aws:iam::{{}}:role/{reader}', {_ACCOUNT}.Id)")
    unread = {"text.$": "$.sum.text", "red.$": "$.sum.red", "failed.$": "States.MathAdd($.sum.failed, 1)"}
    return {
        "Read": {
            **call("trustedadvisor", "listRecommendations", {"Status": "error", "MaxResults": 200}),
            "Credentials": {"RoleArn.$": role},
            # An account without the role or the support plan is not asked again.
            "Retry": [{"ErrorEquals": _BUSY, "IntervalSeconds": 2, "BackoffRate": 2, "MaxAttempts": 4}],
            "ResultSelector": {
                "checks.$": "$.RecommendationSummaries[*].Name",
                "total.$": "States.ArrayLength($.RecommendationSummaries)",
            },
            "ResultPath": "$.found",
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "IsFirstUnread"}],
            "Next": "HasRed",
        },
        "IsFirstUnread": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.sum.failed", "NumericEquals": 0, "Next": "FirstUnread"}],
            "Default": "NextUnread",
        },
        "FirstUnread": _added({**unread, "unread.$": f"{_ACCOUNT}.Id"}),
        "NextUnread": _added({**unread, "unread.$": f"States.Format('{{}}, {{}}', $.sum.unread, {_ACCOUNT}.Id)"}),
    }


def _added(total: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"Type": "Pass", "Parameters": total, "ResultPath": "$.sum", "Next": "Drop"}


def _lines() -> Mapping[str, Any]:
    """A sentence about a red account: its name, and up to two of its checks."""
    counted = {
        "red.$": "States.MathAdd($.sum.red, 1)",
        "unread.$": "$.sum.unread",
        "failed.$": "$.sum.failed",
    }
    who = f"$.sum.text, $.name.name, {_ACCOUNT}.Id"
    first, second = "$.found.checks[0]", "$.found.checks[1]"
    one = f"States.Format('{{}} {{}} ({{}}): {{}}.', {who}, {first})"
    two = f"States.Format('{{}} {{}} ({{}}): {{}}; {{}}.', {who}, {first}, {second})"
    among = "{} {} ({}): {} checks, {} and {} among them."
    many = f"States.Format('{among}', {who}, $.found.total, {first}, {second})"
    return {
        "HasRed": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.found.total", "NumericEquals": 0, "Next": "Drop"}],
            "Default": "Quote",
        },
        "Quote": {
            "Type": "Pass",
            "Parameters": {"name.$": f"{_ACCOUNT}.Name", **_quoted(f"{_ACCOUNT}.Name")},
            "ResultPath": "$.name",
            "Next": "IsPlain",
        },
        "IsPlain": {"Type": "Choice", "Choices": [_plain("$.name", "HowMany")], "Default": "Unnamed"},
        "Unnamed": {"Type": "Pass", "Result": {"name": "unnamed"}, "ResultPath": "$.name", "Next": "HowMany"},
        "HowMany": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.found.total", "NumericEquals": number, "Next": state}
                for number, state in ((1, "One"), (2, "Two"))
            ],
            "Default": "Many",
        },
        **{state: _added({"text.$": text, **counted}) for state, text in (("One", one), ("Two", two), ("Many", many))},
    }


def _quoted(path: str) -> Mapping[str, str]:
    """The text in quotation marks, as both EventBridge and JSON write it: plain text is the same in both."""
    return {"quoted.$": f"States.Format('\"{{}}\"', {path})", "json.$": f"States.JsonToString({path})"}


def _plain(path: str, state: str) -> Mapping[str, str]:
    return {"Variable": f"{path}.quoted", "StringEqualsPath": f"{path}.json", "Next": state}


def _priorities() -> Mapping[str, Any]:
    """The number of red recommendations of Trusted Advisor Priority."""
    asked = {"Type": "priority", "Status": "error", "MaxResults": 200}
    return {
        "Priorities": {
            **call("trustedadvisor", "listOrganizationRecommendations", asked),
            "ResultSelector": {"total.$": "States.ArrayLength($.OrganizationRecommendationSummaries)"},
            "ResultPath": "$.found",
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "NoPriorities"}],
            "Next": "CountPriorities",
        },
        "CountPriorities": {
            "Type": "Pass",
            "Parameters": {"text.$": "States.Format('Red recommendations in Priority: {}.', $.found.total)"},
            "ResultPath": "$.priority",
            "Next": "QuoteText",
        },
        "NoPriorities": {
            "Type": "Pass",
            "Result": {"text": "Trusted Advisor Priority could not be read."},
            "ResultPath": "$.priority",
            "Next": "QuoteText",
        },
    }


def _without_priorities() -> Mapping[str, Any]:
    nothing = {"Type": "Pass", "Result": {"text": ""}, "ResultPath": "$.priority", "Next": "QuoteText"}
    return {"Priorities": nothing}


def _sending(source: str) -> Mapping[str, Any]:
    detail = {
        "red.$": "$.sum.red",
        "text.$": "$.sum.text",
        "unread.$": "$.sum.unread",
        "priority.$": "$.priority.text",
    }
    instead = " Their checks have a quotation mark in their names."
    return {
        "QuoteText": {
            "Type": "Pass",
            "Parameters": _quoted("$.sum.text"),
            "ResultPath": "$.text",
            "Next": "IsTextPlain",
        },
        "IsTextPlain": {"Type": "Choice", "Choices": [_plain("$.text", "Send")], "Default": "NoText"},
        "NoText": {"Type": "Pass", "Result": instead, "ResultPath": "$.sum.text", "Next": "Send"},
        "Send": {**put_event(source, _DETAIL_TYPE, detail), "End": True},
    }
