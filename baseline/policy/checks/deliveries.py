"""Denials of uploads without headers that AWS services do not send with their deliveries."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.findings import Problem
from baseline.policy.document import Statement, read_statements
from baseline.policy.evaluate import applies
from baseline.policy.request import Request

_HEADERS = (
    "s3:x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:x-amz-storage-class",
    "s3:x-amz-content-sha256",
    "s3:if-none-match",
)
"""Headers that a delivery need not have: the bucket's own settings encrypt and store it."""


def delivery_mistakes(kind: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Source: Amazon S3 user guide, Setting default server-side encryption behavior; how services deliver, AWS.

    A delivery is a PutObject by a service principal, or by the role of a service, without those headers. Service
    control policies do not bind service principals.
    """
    for statement in read_statements(document):
        if statement.effect == "Deny" and any(item.key.lower() in _HEADERS for item in statement.conditions):
            keys = [item.key for item in statement.conditions if item.key.lower() in _HEADERS]
            if _stops(kind, statement):
                yield Problem(
                    id="policy-delivery",
                    path=statement.path,
                    message=f"denies uploads without {', '.join(keys)}: services deliver without them, and would be "
                    "denied",
                    fix="rely on the bucket's default encryption, or exempt services and the roles that deliver",
                )


def _stops(kind: str, statement: Statement) -> bool:
    by_service = {"aws:principalisawsservice": ("true",), "aws:principalservicename": ("cloudtrail.amazonaws.com",)}
    by_role = {
        "aws:principalisawsservice": ("false",),
        "aws:principalarn": ("arn:aws:iam::444444444444:role/Delivery",),
    }
    resources = (*statement.resources, "arn:aws:s3:::bucket/key")
    return any(
        applies(statement, Request(action="s3:PutObject", resource=resource, context=context, complete=True))
        for resource in resources[:1]
        for context in ((by_role,) if kind == "SERVICE_CONTROL_POLICY" else (by_service, by_role))
    )
