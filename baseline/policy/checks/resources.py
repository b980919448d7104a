"""Resources that are not ARNs, or that do not apply to any action of the statement."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from baseline.aws.action_resources import arn_formats, is_known_arn_service, resource_types_of
from baseline.aws.iam_actions import matching_actions
from baseline.findings import Problem
from baseline.policy.document import Path, Statement, read_statements
from baseline.policy.globs import overlap

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_ACCOUNT = re.compile(r"[0-9]{12}|aws|[0-9]*[*?][0-9*?]*|\$account|")
_MOST_ACTIONS = 400
"""An action pattern with more types covers all kinds of resources of a service."""


def resource_mistakes(_: str, document: Mapping[str, Any]) -> Iterator[Problem]:
    """Source: IAM user guide, IAM JSON policy elements: Resource; service authorization reference, resource types.

    AWS rejects a text that is not an ARN. An ARN that does not apply to any action has no effect, without an error.
    """
    for statement in read_statements(document):
        for name, texts in (("Resource", statement.resources), ("NotResource", statement.not_resources)):
            for index, text in enumerate(texts):
                found = _mistake(statement, (*statement.path, name, index), text, negated=name == "NotResource")
                if found:
                    yield found


def _mistake(statement: Statement, path: Path, text: str, *, negated: bool) -> Problem | None:
    plain = _VARIABLE.sub("*", text.replace("${AWS::Partition}", "aws"))
    if not plain.strip("*"):
        return None
    why = _not_an_arn(plain)
    if why:
        return Problem(
            id="policy-resource",
            path=path,
            message=f"{text!r} {why}",
            fix="write arn:partition:service:region:account:resource, such as arn:aws:s3:::bucket/*",
        )
    actions = frozenset(
        action for pattern in statement.actions for action in (matching_actions(pattern) or ()) if pattern != "*"
    )
    if negated or statement.not_actions or not actions or len(actions) > _MOST_ACTIONS or _is_named(plain, actions):
        return None
    expected = sorted({text for action in actions for text in _formats(action)})
    shown = ", ".join(expected[:3]).replace("{r}", "*").replace("{a}", "*")
    return Problem(
        id="policy-resource",
        path=path,
        message=f"{text!r} names nothing that {_shown(statement.actions)} is authorized on, so that the statement "
        "does nothing there",
        fix=f"write one such as {shown}" if expected else 'write "Resource": "*": the action supports no other',
    )


def _not_an_arn(text: str) -> str:
    parts = text.split(":", 5)
    if parts[0] != "arn" and not parts[0].startswith("*"):
        return "is no ARN"
    if len(parts) < 6:
        return "" if "*" in parts[-1] and len(parts) < 4 else "is not an ARN: it has too few parts"
    service, account = parts[2], parts[4]
    if not is_known_arn_service(service) and not {"*", "?"} & set(service):
        return f"is of the service {service!r}, which no ARN has"
    return "" if _ACCOUNT.fullmatch(account) else f"has the account {account!r}: an account id has twelve digits"


def _is_named(text: str, actions: frozenset[str]) -> bool:
    """Whether one of the actions is authorized on resources of this format, compared part by part."""
    parts = text.lower().split(":", 5)
    if len(parts) < 6:
        return True
    return any(
        all(overlap(one, other) for one, other in zip(parts[2:], pattern, strict=True))
        for action in actions
        for pattern in _patterns(action)
    )


@cache
def _patterns(action: str) -> tuple[tuple[str, ...], ...]:
    """Service, Region, account and resource of each resource type of the action."""
    return tuple(
        tuple(text.replace("{r}", "?*").replace("{a}", "?*").lower().split(":", 3)) for text in _formats(action)
    )


@cache
def _formats(action: str) -> tuple[str, ...]:
    service = action.partition(":")[0]
    return tuple(
        shape
        for kind in resource_types_of(action)
        for text in arn_formats(service, kind)
        for shape in _shapes(service, kind, text)
    )


def _shapes(service: str, kind: str, text: str) -> tuple[str, ...]:
    """The ARN format; for buckets and objects, which share a format, a pattern that distinguishes them."""
    if service == "s3" and text == "s3:::*":
        return ("s3:::*/*",) if kind == "object" else ("s3:::*",)
    return (text,)


def _shown(actions: tuple[str, ...]) -> str:
    return ", ".join(actions[:2]) + (" or another action" if len(actions) > 2 else "")
