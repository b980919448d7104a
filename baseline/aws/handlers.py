"""CloudFormation's handling of a resource type: its identifier, and the IAM actions of its handlers."""

import re

from baseline.aws.facts import facts

_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*]+")
_HANDLERS = ("create", "read", "update", "delete", "list")


def identifier_of(resource_type: str) -> tuple[str, ...]:
    """Names of the properties that identify a resource; empty for a type without a schema."""
    return tuple(facts("resource_handlers").get(resource_type, {}).get("identifier", ()))


def handler_actions(resource_type: str) -> frozenset[str]:
    """IAM actions that create, read, update, delete and list resources of the type, as its schema lists them.

    Service prefixes are in lower case. Operations as S3's access logs name them (`s3:REST.PUT.OBJECT`), which are no
    actions, are left out. Empty for custom resources and for types without a schema.
    """
    entry = facts("resource_handlers").get(resource_type, {})
    actions = {action for name in _HANDLERS for action in entry.get(name, ()) if _ACTION.fullmatch(action)}
    return frozenset(f"{service.lower()}:{name}" for service, _, name in (action.partition(":") for action in actions))
