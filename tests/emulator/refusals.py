"""Refusals of services, as data: `refusals.toml` says what AWS answers, and where that is written."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One refusal.

    Attributes:
        type: The resource type that is refused.
        message: What CloudFormation gives as the reason.
        source: Where the text or the rule is from.
        where: Properties that the resource has to have, all of them.
        needs_linked_role: The service whose service-linked role the management account lacks.
    """

    type: str
    message: str
    source: str
    where: Mapping[str, Any] = field(default_factory=dict)
    needs_linked_role: str = ""

    def applies(self, type_: str, properties: Mapping[str, Any], linked_roles: Iterable[str]) -> bool:
        """Whether AWS would refuse the resource in an account with these service-linked roles."""
        matches = type_ == self.type and all(properties.get(key) == value for key, value in self.where.items())
        return matches and self.needs_linked_role not in linked_roles


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
