"""A simple policy simulator: Allow, Deny, wildcards, resources and a boundary.

Conditions are met if `holding` names their key; only then does a Deny with a condition apply. AWS managed policies are
the copies that moto ships.
"""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from baseline.policy.document import Statement, read_statements

_PARTITION = "${AWS::Partition}"


@cache
def _managed() -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads(aws_managed_policies_data)
    return data


def managed_policy(name: str) -> Mapping[str, Any]:
    """The document of an AWS managed policy, by its name with or without a path."""
    document: Mapping[str, Any] = _managed()[name.rpartition("/")[2]]["Document"]
    return document


def allows(
    policies: Iterable[Mapping[str, Any]],
    action: str,
    resource: str = "*",
    *,
    boundary: Mapping[str, Any] | None = None,
    holding: Iterable[str] = (),
) -> bool:
    """Whether a statement allows and none denies, within the boundary."""
    keys = frozenset(key.lower() for key in holding)
    documents = [tuple(read_statements(policy)) for policy in policies]
    if not _decides([item for document in documents for item in document], action, resource, keys):
        return False
    return boundary is None or _decides(list(read_statements(boundary)), action, resource, keys)


def _decides(statements: list[Statement], action: str, resource: str, keys: frozenset[str]) -> bool:
    matching = [item for item in statements if _applies(item, action, resource, keys)]
    return any(item.effect == "Allow" for item in matching) and not any(item.effect == "Deny" for item in matching)


def _applies(statement: Statement, action: str, resource: str, keys: frozenset[str]) -> bool:
    named = any(fnmatchcase(action.lower(), pattern.lower()) for pattern in statement.actions)
    if statement.not_actions:
        named = not any(fnmatchcase(action.lower(), pattern.lower()) for pattern in statement.not_actions)
    reached = _reaches(statement.resources, resource)
    if statement.not_resources:
        reached = not _reaches(statement.not_resources, resource)
    return named and reached and all(condition.key.lower() in keys for condition in statement.conditions)


def _reaches(patterns: tuple[str, ...], resource: str) -> bool:
    return any(fnmatchcase(resource, pattern.replace(_PARTITION, "aws")) for pattern in patterns)
