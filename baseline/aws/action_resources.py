"""The resource types that each action is authorized on, and the format of their ARNs."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from baseline.aws.facts import facts


def resource_types_of(action: str) -> tuple[str, ...]:
    """The resource types of an action, such as `bucket`; empty if it is authorized on `*` or unknown.

    Source: the service authorization reference, as cfn-lint bundles it; the data file names the version.
    """
    service, _, name = action.lower().partition(":")
    return _actions(service).get(name, ())


def arn_formats(service: str, resource_type: str) -> tuple[str, ...]:
    """The ARNs of a resource type behind `arn:<partition>:`: `*` is any text, `{r}` a Region, `{a}` an account."""
    return tuple(_service(service.lower()).get("arns", {}).get(resource_type, ()))


@cache
def is_known_arn_service(name: str) -> bool:
    """Whether the service appears in the ARN of any resource type; `apigateway` is not in ARNs of `execute-api`."""
    return name.lower() in _arn_services()


@cache
def _arn_services() -> frozenset[str]:
    services: Mapping[str, Any] = facts("action_resources")
    formats = (text for item in services.values() for texts in item["arns"].values() for text in texts)
    return frozenset(text.partition(":")[0] for text in formats)


@cache
def _actions(service: str) -> Mapping[str, tuple[str, ...]]:
    groups: Mapping[str, str] = _service(service).get("actions", {})
    return {action: tuple(types.split("|")) for types, names in groups.items() for action in names.split()}


def _service(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = facts("action_resources").get(name, {})
    return found
