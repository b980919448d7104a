"""Configuration policies of Security Hub, and the places where it is disabled or managed by the accounts."""

from collections.abc import Iterator, Mapping
from typing import Literal

from baseline.aws.security_hub import standards
from baseline.capabilities.detect.security_hub.problems import OWN_POLICY
from baseline.capabilities.detect.security_hub.settings import DisabledControl, SecurityHubSettings, UnitPolicy
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import (
    PARAMETERS,
    ParameterDeclaration,
    account_parameter,
    logical_names,
    ou_parameter,
)
from baseline.findings import Problem
from baseline.frozen import frozen


@frozen
class PolicyTarget:
    """A target of a configuration policy. `parameter` is the template parameter with its id."""

    logical_id: str
    type: Literal["ROOT", "ORGANIZATIONAL_UNIT", "ACCOUNT"]
    parameter: str


@frozen
class ConfigurationPolicy:
    """A configuration policy and its targets."""

    logical_id: str
    name: str
    description: str
    standards: tuple[str, ...]
    disabled: tuple[DisabledControl, ...]
    targets: tuple[PolicyTarget, ...]


@frozen
class DisabledPolicy:
    """A configuration policy that turns Security Hub off in its targets."""

    logical_id: str
    name: str
    description: str
    targets: tuple[PolicyTarget, ...]


@frozen
class Policies:
    """All configuration policies, the targets without central management, and the parameters for their ids."""

    enabled: tuple[ConfigurationPolicy, ...] = ()
    disabled: tuple[DisabledPolicy, ...] = ()
    self_managed: tuple[PolicyTarget, ...] = ()
    parameters: tuple[ParameterDeclaration, ...] = ()


NO_POLICIES = Policies()
"""No policies: there is no central configuration."""


def configuration_policies(landscape: Landscape, settings: SecurityHubSettings, chosen: tuple[str, ...]) -> Policies:
    """The policy at the root with the chosen standards, and the profile's own policies."""
    root = PARAMETERS["OrganizationRootId"]
    parameters = {place: _parameter(landscape, place) for policy in settings.policies for place in policy.to}
    names = logical_names(policy.name for policy in settings.policies)
    by_state: dict[str, list[UnitPolicy]] = {"enabled": [], "disabled": [], "self_managed": []}
    for policy in settings.policies:
        by_state[policy.state].append(policy)
    whole = ConfigurationPolicy(
        logical_id="OrganizationPolicy",
        name=f"{landscape.prefix}-{OWN_POLICY}",
        description="Standards and controls of every account.",
        standards=tuple(standards()[name].arn for name in chosen),
        disabled=tuple(settings.disabled_controls),
        targets=(PolicyTarget(logical_id="OrganizationAssociation", type="ROOT", parameter=root.name),),
    )
    own = (
        ConfigurationPolicy(
            logical_id=f"{names[policy.name]}Policy",
            name=f"{landscape.prefix}-{policy.name}",
            description=f"Standards and controls of {', '.join(policy.to)}."[:512],
            standards=tuple(standards()[item].arn for item in standards() if item in policy.standards),
            disabled=tuple(policy.disabled_controls),
            targets=tuple(_targets(landscape, policy, parameters)),
        )
        for policy in by_state["enabled"]
    )
    off = (
        DisabledPolicy(
            logical_id=f"{names[policy.name]}Policy",
            name=f"{landscape.prefix}-{policy.name}",
            description=f"Security Hub is off in {', '.join(policy.to)}."[:512],
            targets=tuple(_targets(landscape, policy, parameters)),
        )
        for policy in by_state["disabled"]
    )
    free = (target for policy in by_state["self_managed"] for target in _targets(landscape, policy, parameters))
    declared = {item.name: item for item in (root, *parameters.values())}
    return Policies(
        enabled=(whole, *own), disabled=tuple(off), self_managed=tuple(free), parameters=tuple(declared.values())
    )


def _parameter(landscape: Landscape, place: str) -> ParameterDeclaration:
    return account_parameter(landscape, place) if place in landscape.accounts else ou_parameter(landscape, place)


def _targets(
    landscape: Landscape, policy: UnitPolicy, parameters: Mapping[str, ParameterDeclaration]
) -> Iterator[PolicyTarget]:
    for place in policy.to:
        name = parameters[place].name
        yield PolicyTarget(
            logical_id=f"{name.removesuffix('Id')}Association",
            type="ACCOUNT" if place in landscape.accounts else "ORGANIZATIONAL_UNIT",
            parameter=name,
        )


def unmanaged_places(settings: SecurityHubSettings) -> Iterator[Problem]:
    """Policies that disable Security Hub, or leave it to the accounts."""
    for index, policy in enumerate(settings.policies):
        if policy.state != "enabled":
            word = "disabled" if policy.state == "disabled" else "self-managed"
            yield Problem(
                path=("policies", index, "state"),
                control="security-hub-standards",
                message=f"Security Hub is {word} in {', '.join(policy.to)}",
            )
