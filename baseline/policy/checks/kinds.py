"""Elements that service control policies or resource control policies do not support."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.aws.resource_control import resource_control_services
from baseline.findings import Problem, Severity
from baseline.policy.document import Statement, read_statements

_UNSUPPORTED = "a resource control policy"


def kind_mistakes(kind: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Source: AWS Organizations user guide, SCP syntax and RCP syntax, unsupported elements."""
    find = _of_service_control if kind == "SERVICE_CONTROL_POLICY" else _of_resource_control
    for statement in read_statements(document):
        yield from find(statement)


def _of_service_control(item: Statement) -> Iterator[Problem]:
    for name, principals in (("Principal", item.principals), ("NotPrincipal", item.not_principals)):
        if principals:
            yield Problem(
                id="policy-principal",
                path=(*item.path, name),
                message=f"{name} in a service control policy: it applies to every principal of its accounts",
                fix="remove it, and exempt roles with ArnNotLike on aws:PrincipalArn",
            )
    if item.effect == "Allow" and item.not_actions:
        yield Problem(
            id="policy-allow",
            path=(*item.path, "NotAction"),
            message="NotAction with Allow: it allows every action that AWS will ever add",
            fix="name the actions that are allowed, or deny the others",
        )
    if item.effect == "Allow" and item.actions and item.actions != ("*",):
        yield Problem(
            id="policy-allow",
            path=(*item.path, "Effect"),
            message="an Allow has no effect while FullAWSAccess is also attached, as in this baseline",
            fix="write a Deny of the forbidden actions",
            severity=Severity.WARNING,
        )


def _of_resource_control(item: Statement) -> Iterator[Problem]:
    if item.effect == "Allow":
        yield Problem(
            id="policy-allow",
            path=(*item.path, "Effect"),
            message="an Allow: resource control policies only deny",
            fix="write a Deny with a condition",
        )
    if item.not_principals or [principal.value for principal in item.principals] != ["*"]:
        name = "NotPrincipal" if item.not_principals else "Principal"
        yield Problem(
            id="policy-principal",
            path=(*item.path, name) if item.principals or item.not_principals else item.path,
            message=f"{name} of {_UNSUPPORTED} must be '*'",
            fix='write "Principal": "*", and name principals in conditions',
        )
    if item.not_actions:
        yield Problem(
            id="policy-element",
            path=(*item.path, "NotAction"),
            message=f"NotAction: {_UNSUPPORTED} does not support it",
            fix="name the actions",
        )
    for index, action in enumerate(item.actions):
        service = action.partition(":")[0].lower()
        if service not in resource_control_services() and "${" not in service:
            what = "every service" if action == "*" else f"the service {service}"
            yield Problem(
                id="policy-service",
                path=(*item.path, "Action", index),
                message=f"{action!r}: {_UNSUPPORTED} cannot apply to {what}",
                fix="name actions of a service that supports them, such as s3, sts, kms, sqs or secretsmanager",
            )
