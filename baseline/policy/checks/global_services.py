"""Region denials that also affect global services."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.findings import Problem
from baseline.policy.document import Statement, read_statements
from baseline.policy.evaluate import applies
from baseline.policy.request import Request

_KEY = "aws:requestedregion"
_USED_BY_EVERYBODY = (
    "iam:GetRole",
    "organizations:DescribeOrganization",
    "route53:ListHostedZones",
    "route53domains:ListDomains",
    "cloudfront:ListDistributions",
    "support:DescribeCases",
    "sts:AssumeRole",
)
"""Calls that arrive in us-east-1, whatever Region the caller works in."""


def global_service_mistakes(kind: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Source: AWS Organizations user guide, SCP example: Deny access to AWS based on the requested Region."""
    if kind != "SERVICE_CONTROL_POLICY":
        return
    for statement in read_statements(document):
        if not _is_region_denial(statement):
            continue
        stopped = [action for action in _USED_BY_EVERYBODY if _stops(statement, action)]
        forgotten = stopped == ["route53domains:ListDomains"]
        if len(stopped) > 1 or forgotten:
            yield Problem(
                id="policy-global-services",
                path=statement.path,
                message=f"a Region denial blocks global services: requests to {', '.join(stopped)} are made in "
                "us-east-1",
                fix="exclude route53domains:* with NotAction, too"
                if forgotten
                else "exclude global services with NotAction",
            )


def _is_region_denial(statement: Statement) -> bool:
    return statement.effect == "Deny" and any(
        "Not" in item.operator and item.key.lower() == _KEY for item in statement.conditions
    )


def _stops(statement: Statement, action: str) -> bool:
    person = "arn:aws:iam::444444444444:role/Somebody"
    context = {_KEY: ("us-east-1",), "aws:principalarn": (person,)}
    return applies(statement, Request(action=action, context=context, complete=True)) is True
