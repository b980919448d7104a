"""Amazon Inspector: organization policies that set which vulnerability scans run where."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from baseline.aws.partitions import Presence, presence
from baseline.capabilities.capability import Capability, StackSpec, one_account
from baseline.capabilities.delegation import linked_role_by_hand, policy_type_by_hand
from baseline.capabilities.detect.inspector.configuration import configuration_stacks
from baseline.capabilities.detect.inspector.findings import administrator_stacks
from baseline.capabilities.detect.inspector.problems import (
    CONTROLS,
    POLICY_TYPE,
    asks_for_something,
    has_inspector,
    inspector_problems,
    regions_with_inspector,
    unscanned,
    unsupported_here,
)
from baseline.capabilities.detect.inspector.settings import InspectorSettings, Scan, ScanPolicy
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import declaration_of
from baseline.capabilities.parameters import logical_names
from baseline.capabilities.service_policies import ServicePoliciesContext, ServicePolicy

_SERVICE = "inspector2.amazonaws.com"

_KEYS: Mapping[Scan, str] = {
    "ec2": "ec2_scanning",
    "ecr": "ecr_scanning",
    "lambda": "lambda_standard_scanning",
    "code_repositories": "code_repository_scanning",
}
"""Scan → its key in a policy. The key of `lambda_code` is nested in the key of `lambda`."""


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("inspector", InspectorSettings)
    if not has_inspector(landscape):
        return ()
    policies = (_policies_stack(landscape, settings),) if settings.policies and not landscape.standalone else ()
    after = tuple(spec.name for spec in policies)
    return (
        *policies,
        *(replace(spec, depends_on=after) for spec in administrator_stacks(landscape, settings)),
        *configuration_stacks(landscape, settings),
    )


def _policies_stack(landscape: Landscape, settings: InspectorSettings) -> StackSpec:
    """The policies, created one after another: AWS Organizations accepts two policy changes per second."""
    places = dict.fromkeys(place for policy in settings.policies.values() for place in policy.to)
    parameters = {place: declaration_of(landscape, place) for place in places}
    names = logical_names(sorted(settings.policies))
    found: list[ServicePolicy] = []
    for key, policy in settings.policies.items():
        found.append(
            ServicePolicy(
                logical_id=f"{names[key]}Policy",
                name=f"{landscape.prefix}-inspector-{key}",
                after=found[-1].logical_id if found else "",
                targets=tuple(parameters[place].name for place in dict.fromkeys(policy.to)),
                controls=tuple(CONTROLS[scan] for scan in dict.fromkeys(policy.enable)) if "root" in policy.to else (),
                content=_content(landscape, policy),
            )
        )
    return StackSpec(
        name="inspector-policies",
        template="policies/service",
        description="Organization policies: what Amazon Inspector scans, and where.",
        target=one_account("management"),
        context=ServicePoliciesContext(
            type=POLICY_TYPE,
            syntax="inspector",
            description="What Amazon Inspector scans, and where.",
            purpose="Enables or disables Amazon Inspector scans in every account below its targets, new ones included.",
            policies=tuple(found),
        ),
        parameters=tuple({item.name: item for item in parameters.values()}.values()),
        uncertain=presence(POLICY_TYPE, landscape.partition) is Presence.UNKNOWN,
        prerequisites=(
            *policy_type_by_hand(landscape, POLICY_TYPE),
            *_administrator_by_hand(landscape),
            *linked_role_by_hand(landscape, _SERVICE),
        ),
    )


def _content(landscape: Landscape, policy: ScanPolicy) -> Mapping[str, Any]:
    """The policy: both lists of Regions are required, even if one is empty.

    Source: AWS Organizations user guide, Amazon Inspector policy syntax and examples.
    """
    regions = list(regions_with_inspector(landscape))
    switches = {
        scan: {
            "enable_in_regions": {"@@assign": regions if scan in policy.enable else []},
            "disable_in_regions": {"@@assign": regions if scan in policy.disable else []},
        }
        for scan in dict.fromkeys((*policy.enable, *policy.disable))
    }
    enablement: dict[str, Any] = {_KEYS[scan]: switches[scan] for scan in _KEYS if scan in switches}
    if "lambda_code" in switches and "lambda" in switches:
        code = {"lambda_code_scanning": switches["lambda_code"]}
        enablement[_KEYS["lambda"]] = {**switches["lambda"], **code}
    return {"inspector": {"enablement": enablement}}


def _administrator_by_hand(landscape: Landscape) -> tuple[str, ...]:
    """The delegated administrator as a prerequisite; none if the capability organization designates it."""
    if landscape.is_on("organization"):
        return ()
    account = landscape.administrator(_SERVICE)
    known = landscape.accounts[account].id or f"<id of accounts.{account}>"
    trust = f"aws organizations enable-aws-service-access --service-principal {_SERVICE}"
    command = f"aws inspector2 enable-delegated-admin-account --delegated-admin-account-id {known} --region REGION"
    whose = "The security account" if account == "security" else f"The account {account}"
    return (
        f"Amazon Inspector has trusted access in the organization: `{trust}`.",
        f"{whose} administers Amazon Inspector in every governed Region: `{command}`.",
    )


def _policy_types(landscape: Landscape) -> tuple[str, ...]:
    settings = landscape.settings("inspector", InspectorSettings)
    return (POLICY_TYPE,) if settings.policies and not landscape.standalone else ()


CAPABILITY = Capability(
    name="inspector",
    title="Amazon Inspector",
    summary="Vulnerability scans of instances, images, functions and code, and CIS scans.",
    settings=InspectorSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(inspector_problems(landscape, landscape.settings("inspector", InspectorSettings))),
    weakened=lambda landscape: tuple(unscanned(landscape.settings("inspector", InspectorSettings))),
    unsupported=lambda landscape: tuple(
        unsupported_here(landscape, landscape.settings("inspector", InspectorSettings))
    ),
    delegated_administration=(_SERVICE,),
    has_role=True,
    is_asked=lambda settings: isinstance(settings, InspectorSettings) and asks_for_something(settings),
    policy_types=_policy_types,
    since="2026.12",
)
