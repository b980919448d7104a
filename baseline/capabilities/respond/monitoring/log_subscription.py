"""Account-level subscription filters: new log events of whole accounts are sent to a destination of another account."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from baseline.capabilities.capability import ROOT, Regions, StackSpec, Target, target_places
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.parameters import account_parameter
from baseline.capabilities.respond.monitoring.left_out import has_others, not_sent, units_around
from baseline.capabilities.respond.monitoring.settings import LogSubscription, MonitoringSettings
from baseline.findings import Problem
from baseline.frozen import frozen
from baseline.text.choice import one_of

_OUTSIDE = re.compile("[0-9]{12}")
_MAX_SELECTION = 25_000
"""Bytes of the selection criteria, 25 KB. Source:
docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html."""


@frozen
class LogSubscriptionRoleContext:
    """Context of `log_subscription_role`.

    `whole` is true if all current and future accounts have it, except possibly the destination's account.
    """

    prefix: str
    whole: bool


@frozen
class LogSubscriptionContext:
    """Context of `log_subscription`; `whole` is as for the role, `selection` is empty for every log group."""

    prefix: str
    whole: bool
    document: Reference
    selection: str


def log_subscription_stacks(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """The role of each account in the home Region, and the policy in every Region with the destination.

    An account cannot send to its own destination, so its stacks leave it out.
    Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions-Kinesis-Account.html.
    """
    wanted = settings.log_subscription
    if wanted is None or not (wanted.account in landscape.accounts or _OUTSIDE.fullmatch(wanted.account)):
        return
    others = (wanted.account,) if wanted.account in landscape.accounts else ()
    senders = Target(
        accounts=(),
        regions=Regions.HOME,
        management=wanted.account != "management",
        places=tuple(place for place in target_places(wanted.to) if place != wanted.account),
        other_places=others,
    )
    whole = ROOT in wanted.to and wanted.account != "management"
    whole = whole and not units_around(landscape, wanted.account, wanted.to)
    yield StackSpec(
        name="monitoring-log-subscription-role",
        template="respond/monitoring/log_subscription_role",
        description="Role by which CloudWatch Logs sends log events to the destination of the profile.",
        target=senders,
        context=LogSubscriptionRoleContext(prefix=landscape.prefix, whole=whole),
    )
    parameters = tuple(account_parameter(landscape, key) for key in others)
    account = parameters[0].reference if parameters else wanted.account
    yield StackSpec(
        name="monitoring-log-subscription",
        template="respond/monitoring/log_subscription",
        description="Subscription filter for every log group of the account.",
        target=replace(senders, regions=Regions.GOVERNED, only=tuple(dict.fromkeys(wanted.regions))),
        context=LogSubscriptionContext(
            prefix=landscape.prefix,
            whole=whole and set(wanted.regions or landscape.regions) >= set(landscape.regions),
            document=_document(landscape, wanted, account),
            selection=_selection(wanted),
        ),
        parameters=parameters,
        depends_on=("monitoring-log-subscription-role",),
        prerequisites=_by_hand(landscape, wanted),
    )


def log_subscription_problems(landscape: Landscape, settings: MonitoringSettings) -> Iterator[Problem]:
    """Problems of `log_subscription`."""
    wanted = settings.log_subscription
    if wanted is None:
        return
    yield from _account_problems(landscape, wanted)
    yield from not_sent(landscape, "log_subscription", wanted.account, wanted.to, "send")
    for index, region in enumerate(wanted.regions):
        if region not in landscape.regions:
            yield Problem(
                path=("log_subscription", "regions", index),
                message=f"{region} is not governed",
                fix=f"write {one_of(landscape.regions)}",
            )
    if (size := len(_selection(wanted).encode())) > _MAX_SELECTION:
        yield Problem(
            path=("log_subscription", "exclude"),
            message=f"the names of these log groups have {size} bytes, and AWS allows {_MAX_SELECTION}",
            fix="exclude fewer log groups",
        )


def _account_problems(landscape: Landscape, wanted: LogSubscription) -> Iterator[Problem]:
    path = ("log_subscription", "account")
    key = next((key for key, account in landscape.accounts.items() if account.id == wanted.account), None)
    outside = _OUTSIDE.fullmatch(wanted.account)
    if landscape.standalone and (key or not outside):
        yield Problem(
            path=path,
            message="a destination is in another account than the log groups, and a standalone account has no other",
            fix="write the 12-digit id of the account that has the destination",
        )
    elif key:
        yield Problem(path=path, message=f"{wanted.account} is the account {key} of the profile", fix=f"write {key}")
    elif wanted.account not in landscape.accounts and not outside:
        yield Problem(
            path=path,
            message=f"{wanted.account} is neither an account of the profile nor the id of an account",
            fix=f"write {one_of(landscape.accounts)}, or a 12-digit id in quotation marks",
        )
    elif not outside and not has_others(landscape, wanted.account, wanted.to):
        yield Problem(
            path=("log_subscription", "to"),
            message=f"{wanted.account} has the destination and cannot send to itself: no account is left",
            fix="name other accounts or units",
        )


def _document(landscape: Landscape, wanted: LogSubscription, account: str) -> Reference:
    """The policy's document; a distribution that is AWS's default is left out, as AWS's page names `Random` only."""
    arn = f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:{account}:destination:{wanted.destination}"
    role = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{landscape.prefix}-log-subscription"
    policy = {"DestinationArn": arn, "RoleArn": role, "FilterPattern": wanted.pattern.replace("${", "${!")}
    if wanted.distribution != "ByLogStream":
        policy["Distribution"] = wanted.distribution
    return Reference(json.dumps(policy, separators=(",", ":")))


def _selection(wanted: LogSubscription) -> str:
    """The selection of log groups; subscription filters accept only `NOT IN` with whole names."""
    names = list(dict.fromkeys(wanted.exclude))
    return f"LogGroupName NOT IN {json.dumps(names)}" if names else ""


def _by_hand(landscape: Landscape, wanted: LogSubscription) -> tuple[str, ...]:
    """Prerequisites in the account with the destination."""
    regions = ", ".join(dict.fromkeys(wanted.regions)) or ", ".join(landscape.regions)
    return (
        (
            f"The account {wanted.account} has the CloudWatch Logs destination {wanted.destination} in {regions}, and "
            "its access policy lets the organization or each account call logs:PutSubscriptionFilter "
            "(aws logs put-destination-policy)."
        ),
    )
