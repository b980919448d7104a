"""The managed rules that packs choose from, and the frameworks that each is mapped to."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomli

from baseline.capabilities.detect.config.packs import ManagedRule, managed_rules, read_rule
from baseline.controls.framework import Framework, frameworks
from baseline.controls.objective import objectives
from baseline.controls.requirement import Requirement
from baseline.frozen import frozen

_DIRECTORY = Path(__file__).parent


@frozen
class Runbook:
    """An AWS runbook that remediates the findings of a rule.

    Attributes:
        document: Its name in Systems Manager.
        resource_type: Type of the resources that the rule evaluates.
        parameter: The parameter for the resource's id.
        look: Actions that it needs on every resource.
        change: Actions that it needs on resources of the type.
        resource: ARN pattern of these resources, without the partition.
        tags: Whether conditions on `change` actions can use the tags of a resource.
        effect: A description of what it does.
        source: Address of its documentation page.
    """

    document: str
    resource_type: str
    parameter: str
    look: tuple[str, ...]
    change: tuple[str, ...]
    resource: str
    tags: bool
    effect: str
    source: str


@cache
def catalog() -> Mapping[str, ManagedRule]:
    """Name → rule: the rules of `config` in every tier, then rules that only packs use."""
    return {
        **managed_rules(),
        **{name: read_rule(name, {**_without_mapping(entry), "tier": "starter"}) for name, entry in _written().items()},
    }


@cache
def runbooks() -> Mapping[str, Runbook]:
    """Rule name → the runbook that remediates the rule's findings."""
    data = tomli.loads((_DIRECTORY / "remediations.toml").read_text(encoding="utf-8"))
    return {
        name: Runbook(**{**entry, "look": tuple(entry["look"]), "change": tuple(entry["change"])})
        for name, entry in data.items()
    }


def role_name(prefix: str, key: str, rule: str) -> str:
    """Name of the role that remediates the findings of a rule, in the pack with this key."""
    return f"{prefix}-fix-{key}-{rule}"


@cache
def mapped_rules(framework: str) -> Mapping[str, tuple[str, ...]]:
    """Rule name → ids of the framework's requirements that it contributes to, for rules that have any.

    A rule of `config` has the requirements of its control, any other rule the requirements of its objectives: our
    judgment.
    """
    found = {name: tuple(_requirements(frameworks()[framework], name)) for name in catalog()}
    return {name: requirements for name, requirements in found.items() if requirements}


def _requirements(framework: Framework, name: str) -> Iterator[str]:
    entry = _written().get(name)
    if entry is None:
        control = managed_rules()[name].control
        yield from (
            item.id for item in framework.requirements.values() if any(m.control == control for m in item.controls)
        )
        return
    wanted = {f"fsbp/{key}" for key in entry.get("fsbp", ())}
    wanted.update(key for objective in entry["objectives"] for key in objectives()[objective].requirements)
    yield from (item.id for item in framework.requirements.values() if not wanted.isdisjoint(_keys(item)))


def _keys(requirement: Requirement) -> Iterator[str]:
    """The requirement, and the requirements of other frameworks that it follows."""
    yield requirement.key
    for key in (requirement.same_as, *requirement.sources):
        framework, _, name = key.partition("/")
        if name:
            yield from _keys(frameworks()[framework].requirements[name])


@cache
def _written() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, dict[str, Any]] = tomli.loads((_DIRECTORY / "rules.toml").read_text(encoding="utf-8"))
    return found


def _without_mapping(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("objectives", "fsbp")}
