"""Organization policies that turn a service on or off by place."""

from collections.abc import Mapping
from typing import Any

from baseline.frozen import frozen


@frozen
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


@frozen
class ServicePoliciesContext:
    """Context of `policies/service`.

    Attributes:
        type: The policies' type.
        syntax: The type in the address of AWS's page about its syntax.
        description: Their description in AWS Organizations.
        purpose: Their effect, for readers of the template.
        policies: The policies in the order of their creation.
    """

    type: str
    syntax: str
    description: str
    purpose: str
    policies: tuple[ServicePolicy, ...]
