"""Refusals of services, as data: `refusals.toml` says what AWS answers, and where that is written."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Where a resource is made or updated: its Region, and what the organization has.

    `types` are those of resources that exist anywhere in it.
    """

    region: str
    instance_region: str
    linked_roles: frozenset[str]
    types: frozenset[str]
    update: bool


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One refusal.

    Attributes:
        type: The resource type that is refused.
        message: What CloudFormation gives as the reason.
        source: Where the text or the rule is from.
        where: Properties that the resource has to have, all of them.
        needs_linked_role: The service whose service-linked role the management account lacks.
        update_beside: Type of the resource whose existence makes AWS refuse an update; the creation is not refused.
        needs_own_topic: Whether each statement of a topic policy has to be about its one topic.
        needs_instance: Whether the resource is about the instance of IAM Identity Center, which is in one Region.
    """

    type: str
    message: str
    source: str
    where: Mapping[str, Any] = field(default_factory=dict)
    needs_linked_role: str = ""
    needs_instance: bool = False
    needs_own_topic: bool = False
    update_beside: str = ""

    def applies(self, type_: str, properties: Mapping[str, Any], situation: Situation) -> bool:
        """Whether AWS would refuse the resource there."""
        if type_ != self.type or any(properties.get(key) != value for key, value in self.where.items()):
            return False
        if self.update_beside or situation.update:
            return situation.update and self.update_beside in situation.types
        if self.needs_instance:
            return situation.region != situation.instance_region
        if self.needs_own_topic:
            statements = properties["PolicyDocument"]["Statement"]
            return any([item["Resource"]] != properties["Topics"] for item in statements)
        return self.needs_linked_role not in situation.linked_roles


@cache
def refusals() -> tuple[Refusal, ...]:
    text = Path(__file__).with_name("refusals.toml").read_text(encoding="utf-8")
    return tuple(Refusal(**entry) for entry in tomllib.loads(text).values())


def linked_roles_of(resources: Iterable[Any]) -> set[str]:
    """The services whose role a custom setting among the resources of the management account has made."""
    settings = (item.properties for item in resources if item.type == "Custom::Setting")
    return {
        str(properties["Arguments"]["AWSServiceName"])
        for properties in settings
        if properties.get("Setting") == "service-linked-role"
    }
