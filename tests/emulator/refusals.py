"""Rejections by services, as data: `refusals.toml` has AWS's messages and their sources."""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from tests.emulator.cloudformation.stacks import Deployed, Stack


class World(Protocol):
    """The environment that a service checks before it accepts a resource."""

    @property
    def instance_region(self) -> str:
        """The Region of the IAM Identity Center instance."""

    @property
    def missing_policy_types(self) -> frozenset[str]:
        """Policy types that the partition does not have."""

    @property
    def subscribed_accounts(self) -> set[str]:
        """Accounts that are subscribed to AWS Shield Advanced."""

    @property
    def audited_accounts(self) -> set[str]:
        """Accounts that used AWS Audit Manager before AWS closed it to others."""

    def is_open(self, account: str, region: str) -> bool:
        """Whether the Region is enabled in the account."""

    def linked_roles(self) -> set[str]:
        """Services whose service-linked role exists in the management account."""

    def settings(self, name: str) -> Sequence[Mapping[str, Any]]:
        """Arguments of the custom settings of a kind in the management account's stacks."""

    def resources_of_type(self, type_: str) -> Sequence[Deployed]:
        """Every resource of a type in any stack."""

    def resources_in(self, type_: str, account: str, region: str) -> Sequence[Deployed]:
        """The resources of a type in one account and Region, in a stack or outside."""

    def without_recorder(self, region: str) -> set[str]:
        """Active accounts of the organization without a configuration recorder in the Region."""

    def key_policy(self, arn: str) -> Mapping[str, Any] | None:
        """The policy of the KMS key with this ARN; None if there is none."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One rejection.

    Attributes:
        type: The rejected resource type; `*` for every type.
        message: The reason that CloudFormation shows.
        source: Source of the text or rule.
        where: Required properties of the resource, by path.
        needs_linked_role: The service whose service-linked role the management account lacks.
        needs_setting: The custom setting that is missing.
        alike: Argument of that setting → path of the property with the same value, or a value after `=`.
        update_beside: Type of a resource whose existence makes AWS reject updates, but not the creation.
        needs_subscription: Whether the account must be subscribed to AWS Shield Advanced.
        needs_audit_manager: Whether the account must be a customer of AWS Audit Manager.
        needs_policy_type: Whether the partition must have the policy's type.
        needs_own_topic: Whether each statement of a topic policy must name its one topic.
        needs_instance: Whether the resource belongs to the instance of IAM Identity Center, which is in one Region.
        needs_recorders: Whether the reason is an account of the organization without a configuration recorder.
        longest: Property → its maximum length as JSON.
        most_per_target: Maximum number of policies of the type per root, OU or account, without AWS's own.
        needs_region: Whether the reason is that the account has not enabled the Region; `codes` are protocol → error
            code of calls there.
        one_each: Whether only one resource of the type, with the properties of `where`, may exist per account and
            Region.
        needs_beside: Type of which the account must have a resource in the Region.
        unique: Properties whose values together must be unique among resources of the type.
        needs_key_for: The service that the key policy must admit; `key` is the path of the key's ARN.
    """

    type: str
    message: str
    source: str
    where: Mapping[str, Any] = field(default_factory=dict)
    needs_linked_role: str = ""
    needs_setting: str = ""
    alike: Mapping[str, str] = field(default_factory=dict)
    one_each: bool = False
    needs_beside: str = ""
    unique: tuple[str, ...] = ()
    needs_key_for: str = ""
    key: str = ""
    needs_instance: bool = False
    needs_own_topic: bool = False
    update_beside: str = ""
    needs_recorders: bool = False
    longest: Mapping[str, int] = field(default_factory=dict)
    most_per_target: int = 0
    needs_region: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    needs_policy_type: bool = False
    needs_subscription: bool = False
    needs_audit_manager: bool = False

    def applies(self, stack: Stack, resource: Deployed, world: World, *, update: bool) -> bool:
        """Whether AWS would reject the resource."""
        properties = resource.properties
        if self.needs_region:
            return not world.is_open(stack.account, stack.region)
        if resource.type != self.type or not self._is_meant(properties):
            return False
        if self.update_beside or update:
            return update and bool(self.update_beside and world.resources_of_type(self.update_beside))
        if self.needs_policy_type:
            return properties["Type"] in world.missing_policy_types
        if self.longest or self.most_per_target:
            return self._is_too_much(properties, world)
        return self._is_elsewhere(stack, properties, world) or self._is_missing(properties, world)

    def _is_meant(self, properties: Mapping[str, Any]) -> bool:
        return all(_at(properties, path) == value for path, value in self.where.items())

    def _is_refused_for_others(self, stack: Stack, properties: Mapping[str, Any], world: World) -> bool:
        """Whether a resource exists that must not, or one is missing that the resource needs."""
        if self.needs_beside:
            return not world.resources_in(self.needs_beside, stack.account, stack.region)
        if self.one_each:
            present = world.resources_in(self.type, stack.account, stack.region)
            return any(self._is_meant(item.properties) for item in present)
        others = world.resources_of_type(self.type)
        return any(all(item.properties.get(it) == properties.get(it) for it in self.unique) for item in others)

    def _is_elsewhere(self, stack: Stack, properties: Mapping[str, Any], world: World) -> bool:
        if self.one_each or self.unique or self.needs_beside:
            return self._is_refused_for_others(stack, properties, world)
        if self.needs_subscription or self.needs_audit_manager:
            return stack.account not in (
                world.subscribed_accounts if self.needs_subscription else world.audited_accounts
            )
        if self.needs_instance:
            return stack.region != world.instance_region
        if self.needs_own_topic:
            statements = properties["PolicyDocument"]["Statement"]
            return any([item["Resource"]] != properties["Topics"] for item in statements)
        if self.needs_recorders:
            return bool(world.without_recorder(stack.region) - set(properties.get("ExcludedAccounts", ())))
        return False

    def _is_missing(self, properties: Mapping[str, Any], world: World) -> bool:
        if self.needs_setting:
            wanted = {name: _wanted(path, properties) for name, path in self.alike.items()}
            return not any(wanted.items() <= made.items() for made in world.settings(self.needs_setting))
        if self.needs_key_for:
            return self.needs_key_for not in _services(world.key_policy(str(_at(properties, self.key))))
        return bool(self.needs_linked_role) and self.needs_linked_role not in world.linked_roles()

    def _is_too_much(self, properties: Mapping[str, Any], world: World) -> bool:
        lengths = {path: len(_as_json(_at(properties, path))) for path in self.longest}
        if any(lengths[path] > most for path, most in self.longest.items()):
            return True
        others = [item.properties for item in world.resources_of_type(self.type)]
        alike = [item for item in others if self._is_meant(item)]
        attached = [target for item in alike for target in item.get("TargetIds", ()) if item is not properties]
        targets = properties.get("TargetIds", ())
        return bool(self.most_per_target) and any(attached.count(it) >= self.most_per_target for it in targets)


def _as_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _at(properties: Mapping[str, Any], path: str) -> Any:
    found: Any = properties
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _wanted(path: str, properties: Mapping[str, Any]) -> Any:
    return path[1:] if path.startswith("=") else _at(properties, path)


def _services(policy: Mapping[str, Any] | None) -> set[str]:
    """Services that a key policy admits."""
    return set(_named(policy or {}))


def _named(policy: Mapping[str, Any]) -> Iterator[str]:
    for statement in policy.get("Statement", ()):
        principal = statement["Principal"]
        named = principal.get("Service", []) if statement["Effect"] == "Allow" and principal != "*" else []
        yield from [named] if isinstance(named, str) else named


def code_in_closed_region(protocol: str) -> tuple[str, str]:
    """Error code and message of a call in a Region that the caller's account has not enabled."""
    found = next(item for item in refusals() if item.needs_region)
    return next(code for name, code in found.codes.items() if name in protocol), found.message


@cache
def refusals() -> tuple[Refusal, ...]:
    text = Path(__file__).with_name("refusals.toml").read_text(encoding="utf-8")
    return tuple(Refusal(**entry) for entry in tomllib.loads(text).values())
