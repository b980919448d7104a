"""IAM policies for a deployment: baseline's own calls, and CloudFormation's calls on its behalf."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from baseline.aws.handlers import handler_actions
from baseline.cloud.account import LOG_POLICY
from baseline.cloud.calls import CHANGES, LOOKS
from baseline.deploy.template import resources_of
from baseline.plan.model import Method, Plan
from baseline.plan.written import WrittenPlan

_MOST_CHARACTERS = 6_144
"""Characters of a customer managed policy, white space not counted
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""

_PREFIXES = {"sso-admin": "sso", "cloudcontrol": "cloudformation"}
"""Service as botocore calls it → its prefix in IAM actions, where these differ."""

_NO_PERMISSION = frozenset({"sts:GetCallerIdentity", "sts:AssumeRole"})
"""Calls that need no permission of this policy: the first needs none, the second one of the identity that assumes."""

_STACKS = frozenset({"cloudformation:TagResource", "cloudformation:UntagResource"})
"""Actions that CloudFormation requires when a stack or StackSet has tags
(docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html)."""

_LOG_POLICIES = frozenset({"logs:DescribeSubscriptionFilters", "logs:GetDataProtectionPolicy"})
"""Actions that `logs:DescribeAccountPolicies` asks for besides itself, by policy type
(docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeAccountPolicies.html)."""

_EVERY_LOG_GROUP = frozenset(
    f"logs:{verb}{what}"
    for verb in ("Delete", "Put")
    for what in ("AccountPolicy", "DataProtectionPolicy", "SubscriptionFilter")
)
"""Actions of account policies, which are about every log group; a subscription also about another account's destination
(docs.aws.amazon.com/AmazonCloudWatch/latest/logs/data-protection-policy-permissions.html,
docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscription-Filter-CrossAccount-Permissions.html)."""

_READS = ("Describe", "List", "Get", "Lookup", "BatchGet", "Select", "Search")

_SCOPES: Mapping[str, tuple[str, ...]] = {
    "cloudtrail": ("arn:{partition}:cloudtrail:*:{account}:trail/{prefix}-*",),
    "cloudwatch": ("arn:{partition}:cloudwatch:*:{account}:alarm:{prefix}-*",),
    "events": (
        "arn:{partition}:events:*:{account}:event-bus/*",
        "arn:{partition}:events:*:{account}:rule/{prefix}-*",
        "arn:{partition}:events:*:{account}:rule/*/{prefix}-*",
    ),
    "lambda": ("arn:{partition}:lambda:*:{account}:function:{prefix}-*",),
    "logs": (
        "arn:{partition}:logs:*:{account}:log-group:/{prefix}/*",
        "arn:{partition}:logs:*:{account}:log-group:{prefix}-*",
    ),
    "s3": ("arn:{partition}:s3:::{prefix}-*",),
    "sns": ("arn:{partition}:sns:*:{account}:{prefix}-*",),
}
"""Service → names of the baseline's resources in it. Other services number their resources, or have none."""

_IAM = (
    "arn:{partition}:iam::{account}:role/{prefix}-*",
    "arn:{partition}:iam::{account}:role/aws-service-role/*",
    "arn:{partition}:iam::{account}:policy/{prefix}-*",
    "arn:{partition}:iam::{account}:instance-profile/{prefix}-*",
)


def deployment_policies(written: WrittenPlan, execution_role: str = "") -> Mapping[str, Mapping[str, Any]]:
    """Name → policy document, each small enough for a customer managed policy.

    `<prefix>-deployer` is for the identity that runs `baseline`. `<prefix>-execution…` is for the role of
    `--execution-role`; without one the same identity needs it, too. In member accounts StackSets use AWS's own roles.
    """
    plan = written.plan
    statements = list(_own_calls(plan))
    if execution_role:
        statements.append(_statement("PassExecutionRole", ["iam:PassRole"], [execution_role]))
    found = {f"{plan.prefix}-deployer": _document(statements)}
    for number, document in enumerate(_documents(list(_handler_calls(written))), start=1):
        found[f"{plan.prefix}-execution-{number}"] = document
    return found


def own_actions() -> frozenset[str]:
    """IAM actions of baseline's own calls."""
    calls = (call.partition(".") for call in LOOKS | CHANGES)
    actions = {f"{_PREFIXES.get(service, service)}:{name}" for service, _, name in calls}
    return frozenset((actions | _STACKS | _LOG_POLICIES) - _NO_PERMISSION)


def _own_calls(plan: Plan) -> Iterator[dict[str, Any]]:
    place = _place(plan)
    actions = own_actions()
    changes = {action for action in actions if _is_change(action)}
    stack_sets = {action for action in changes if "StackSet" in action or "StackInstances" in action}
    yield _statement("Look", actions - changes, ["*"])
    yield _statement(
        "Stacks",
        changes - stack_sets,
        [_filled("arn:{partition}:cloudformation:*:{account}:stack/{prefix}-*/*", place)],
    )
    if not plan.standalone:
        named = [
            "arn:{partition}:cloudformation:*:{account}:stackset/{prefix}-*:*",
            "arn:{partition}:cloudformation:*:{account}:stackset-target/{prefix}-*:*/*",
            "arn:{partition}:cloudformation:*::type/resource/*",
        ]
        yield _statement("StackSets", stack_sets | _STACKS, [_filled(text, place) for text in named])


def _handler_calls(written: WrittenPlan) -> Iterator[dict[str, Any]]:
    """CloudFormation's calls for the stacks of the management account."""
    place = _place(written.plan)
    types = {
        item.type
        for stack in written.plan.stacks
        if any(deployment.method is Method.STACK for deployment in stack.deployments)
        for item in resources_of(written.texts[stack.name])
    }
    actions = {action for type_ in types for action in handler_actions(type_)}
    if any(type_.startswith("Custom::") for type_ in types):
        actions.add("lambda:InvokeFunction")
    reads = {action for action in actions if not _is_change(action)}
    changes: dict[str, set[str]] = defaultdict(set)
    for action in actions - reads:
        changes[action.partition(":")[0]].add(action)
    yield from _in_parts("Look", reads, ["*"])
    if LOG_POLICY in types:
        yield from _in_parts("ChangeLogPolicies", actions & _EVERY_LOG_GROUP, ["*"])
    for service, some in sorted(changes.items()):
        scopes = _IAM if service == "iam" else _SCOPES.get(service, ("*",))
        yield from _in_parts(
            f"Change{service.title().replace('-', '')}", some, [_filled(text, place) for text in scopes]
        )


def _in_parts(sid: str, actions: Iterable[str], resources: list[str]) -> Iterator[dict[str, Any]]:
    """One statement, or several if it is too large for one policy."""
    ordered = sorted(actions)
    for number, begin in enumerate(range(0, len(ordered), 100), start=1):
        yield _statement(sid if len(ordered) <= 100 else f"{sid}{number}", ordered[begin : begin + 100], resources)


def _documents(statements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The statements in as few documents as possible, in order."""
    some: list[dict[str, Any]] = []
    for statement in statements:
        if some and len(_minified(_document([*some, statement]))) > _MOST_CHARACTERS:
            yield _document(some)
            some = []
        some.append(statement)
    if some:
        yield _document(some)


def _statement(sid: str, actions: Iterable[str], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": resources}


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _minified(document: Mapping[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"))


def _is_change(action: str) -> bool:
    return not action.partition(":")[2].startswith(_READS) and not action.partition(":")[2].startswith("DetectStack")


def _place(plan: Plan) -> Mapping[str, str]:
    known = (
        deployment.account_id.value
        for stack in plan.stacks
        for deployment in stack.deployments
        if deployment.account == "management" and deployment.account_id and deployment.account_id.value
    )
    return {"partition": plan.partition, "prefix": plan.prefix, "account": next(known, "*")}


def _filled(text: str, place: Mapping[str, str]) -> str:
    return text.format(**place)
