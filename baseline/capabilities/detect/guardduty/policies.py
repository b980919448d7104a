"""GuardDuty policies: the plans of every account, and different plans in some places."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from baseline.capabilities.detect.guardduty.plans import AGENTS
from baseline.capabilities.detect.guardduty.settings import GuardDutySettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import declaration_of
from baseline.capabilities.overrides import overridden
from baseline.capabilities.parameters import ParameterDeclaration, logical_names
from baseline.frozen import frozen

_ON: Mapping[str, Any] = {"status": {"@@assign": "enabled"}}
_OFF: Mapping[str, Any] = {"status": {"@@assign": "disabled"}}


@frozen
class PlacePolicy:
    """The policy of an override.

    Attributes:
        logical_id: Logical id of its resource.
        name: Its name in AWS Organizations.
        after: Logical id of the policy that is created before it.
        targets: Names of the parameters with the ids of its places.
        content: The policy.
    """

    logical_id: str
    name: str
    after: str
    targets: tuple[str, ...]
    content: Mapping[str, Any]


def organization_policy(settings: GuardDutySettings) -> Mapping[str, Any]:
    """The policy at the root; plans that the profile does not enable are left to each account, not disabled.

    Source: AWS Organizations user guide, Amazon GuardDuty policy syntax and examples.
    """
    return _policy(settings, settings.features, settings.runtime_agents)


def place_policies(landscape: Landscape, settings: GuardDutySettings) -> tuple[PlacePolicy, ...]:
    """One policy for each override, which sets every plan that the profile enables anywhere.

    A policy replaces values of the policies above it, one by one: a plan that it does not mention is inherited (AWS
    Organizations user guide, Understanding management policy inheritance). They are created one after another: AWS
    Organizations accepts two policy changes per second.
    """
    everywhere = (settings, *(_there(landscape, item.name) for item in settings.overrides))
    plans = tuple(dict.fromkeys(plan for item in everywhere for plan in item.features))
    agents = tuple(agent for agent in AGENTS if any(agent in item.runtime_agents for item in everywhere))
    names = logical_names(sorted(item.name for item in settings.overrides))
    found: list[PlacePolicy] = []
    for override, there in zip(settings.overrides, everywhere[1:], strict=True):
        found.append(
            PlacePolicy(
                logical_id=f"{names[override.name]}Policy",
                name=f"{landscape.prefix}-guardduty-{override.name}",
                after=found[-1].logical_id if found else "Policy",
                targets=tuple(declaration_of(landscape, place).name for place in dict.fromkeys(override.to)),
                content=_policy(there, plans, agents),
            )
        )
    return tuple(found)


def place_parameters(landscape: Landscape, settings: GuardDutySettings) -> tuple[ParameterDeclaration, ...]:
    """The parameters with the ids of the places that have different plans."""
    places = dict.fromkeys(place for item in settings.overrides for place in item.to)
    return tuple(declaration_of(landscape, place) for place in places)


def _there(landscape: Landscape, name: str) -> GuardDutySettings:
    settings = landscape.settings("guardduty", GuardDutySettings)
    override = next(item for item in settings.overrides if item.name == name)
    return overridden(landscape, "guardduty", override).settings("guardduty", GuardDutySettings)


def _policy(settings: GuardDutySettings, plans: Iterable[str], agents: Collection[str]) -> Mapping[str, Any]:
    """A policy with the plans and agents of the settings."""
    features: dict[str, Any] = {
        "foundational": _ON,
        **{plan: _ON if plan in settings.features else _OFF for plan in plans},
    }
    if "runtime_monitoring" in features and agents:
        managed = settings.runtime_agents if "runtime_monitoring" in settings.features else ()
        features["runtime_monitoring"] = {
            **features["runtime_monitoring"],
            "additional_configuration": {
                AGENTS[agent][1]: _ON if agent in managed else _OFF for agent in AGENTS if agent in agents
            },
        }
    return {"guardduty": {"enablement": {"default": features}}}
