"""Definition of playbooks: the findings that start them, and the calls that they make."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from baseline.capabilities.landscape import Reference
from baseline.capabilities.respond.response.triggers import Trigger
from baseline.frozen import frozen


@frozen
class Grant:
    """Calls of a playbook in a member account.

    Attributes:
        sid: Sid of the statement.
        actions: The calls.
        resources: ARNs, with `{prefix}` and `${AWS::…}`.
        conditions: Operator → key → values, with `{prefix}`.
    """

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]]

    def with_prefix(self, prefix: str) -> "Grant":
        """The grant with the prefix in resources and conditions."""
        return replace(
            self,
            resources=tuple(
                item if item == "*" else Reference(item.replace("{prefix}", prefix)) for item in self.resources
            ),
            conditions={
                operator: {key.replace("{prefix}", prefix): value for key, value in keys.items()}
                for operator, keys in self.conditions.items()
            },
        )

    def reads(self) -> Iterator["Grant"]:
        """The grant without calls that change something; none if no call is left."""
        actions = tuple(action for action in self.actions if is_read(action))
        if actions:
            yield replace(self, actions=actions)


@frozen
class PlaybookKind:
    """One playbook.

    Attributes:
        short: Part of the names of its roles and state machines.
        title: Its effect, for messages and descriptions.
        triggers: The findings that start it.
        further: Findings of other services, which start it if its settings name the service.
        grants: The calls that its roles may make.
        never: ARNs that its roles may never change, with `{prefix}`.
    """

    short: str
    title: str
    triggers: tuple[Trigger, ...]
    grants: tuple[Grant, ...]
    never: tuple[str, ...]
    further: tuple[Trigger, ...] = ()


def is_read(action: str) -> bool:
    """Whether the call only reads."""
    return action.partition(":")[2].startswith(("Describe", "Get", "List"))


def vulnerable(resource: str, subject: str) -> tuple[Trigger, ...]:
    """Findings of Inspector about a vulnerability that is critical and has an exploit.

    `subject` is a path below the resource. Findings about open network paths start no playbook: `close-ports` handles
    their security groups. https://docs.aws.amazon.com/inspector/v2/APIReference/API_Finding.html
    """
    detail = {
        "exploitAvailable": ["YES"],
        "resources": {"type": [resource]},
        "severity": ["CRITICAL"],
        "status": ["ACTIVE"],
        "type": ["PACKAGE_VULNERABILITY"],
    }
    return (Trigger(service="inspector", detail=detail, subject=f"$.detail.resources[0].{subject}"),)


def guardduty_trigger(resource: Mapping[str, Any], subject: str, *types: str) -> tuple[Trigger, ...]:
    """Findings of GuardDuty about a resource, of these types or of all; `subject` is a path below the resource."""
    detail = {"resource": resource, **({"type": list(types)} if types else {})}
    return (Trigger(service="guardduty", detail=detail, subject=f"$.detail.resource.{subject}"),)
