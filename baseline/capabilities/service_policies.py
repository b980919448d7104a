"""Organization policies that turn a service on or off by place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class ServicePolicy:
    """One policy.

    Attributes:
        logical_id: Logical id of its resource.
        name: Its name in AWS Organizations.
        after: Logical id of the policy that is created before it; empty for the first. One after another, as AWS
            Organizations accepts two changes of policies a second.
        targets: Names of the parameters with the ids of its places.
        controls: Controls that it implements, if it applies to the whole organization.
        content: The policy.
    """

    logical_id: str
    name: str
    after: str
    targets: tuple[str, ...]
    controls: tuple[str, ...]
    content: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ServicePoliciesContext:
    """Context of the templates with policies of a service."""

    policies: tuple[ServicePolicy, ...]
