"""AWS Firewall Manager: policies of the administrator's account for the accounts of places."""

from collections.abc import Mapping
from typing import Any

from baseline.capabilities.capability import ROOT, Capability, Regions, StackSpec, Target
from baseline.capabilities.detect.config.config import manages_recorder
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.policies import declaration_of
from baseline.capabilities.parameters import ParameterDeclaration
from baseline.capabilities.protect.firewall_manager.policies import GLOBAL_REGION, PolicySpec, dns_rules, policies
from baseline.capabilities.protect.firewall_manager.problems import (
    asks_for_policies,
    firewall_manager_problems,
    has_kind,
    unsupported_here,
)
from baseline.capabilities.protect.firewall_manager.settings import DnsFirewall, FirewallManagerSettings, WebAclPolicy
from baseline.capabilities.protect.waf.rules import RATE_GROUP_CAPACITY, rate_rules_of
from baseline.frozen import frozen

_SERVICE = "fms.amazonaws.com"


@frozen
class PolicyContext:
    """Context of `policy`.

    Attributes:
        name: Name of the policy.
        purpose: Its effect, for readers of the template.
        whole: Whether it applies to every account.
        blocks: Whether it blocks DNS queries.
        type: Firewall Manager's name of its type.
        data: The service's part, as JSON.
        resource_type: The type that it evaluates, or `ResourceTypeList` for several types.
        resource_types: The types, if there are several.
        remediate: Whether it changes noncompliant resources.
        clean_up: Whether resources that leave the scope lose the policy's protections.
        units: Names of parameters with units in scope.
        accounts: Names of parameters with accounts in scope; empty beside `units` for the whole organization.
        excluded: Names of parameters with accounts that are left out of the whole organization.
        rules: Rules about DNS queries.
        domains: Domain names that the first rule matches.
        rate_limits: Rules of its rule group with rate limits; empty for no such group.
        scope: Scope of this group.
        capacity: Capacity of this group.
        controls: Controls that it implements.
    """

    name: str
    purpose: str
    whole: bool
    blocks: bool
    type: str
    data: str
    resource_type: str
    resource_types: tuple[str, ...]
    remediate: bool
    clean_up: bool
    units: tuple[str, ...]
    accounts: tuple[str, ...]
    excluded: tuple[str, ...]
    rules: tuple[Mapping[str, Any], ...]
    domains: tuple[str, ...]
    rate_limits: tuple[Mapping[str, Any], ...]
    scope: str
    capacity: int
    controls: tuple[str, ...]


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("firewall_manager", FirewallManagerSettings)
    if landscape.standalone:
        return ()
    return tuple(
        _stack(landscape, spec)
        for spec in policies(landscape, settings)
        if has_kind(landscape, spec) and (spec.type != "SHIELD_ADVANCED" or settings.shield_subscribed)
    )


def _stack(landscape: Landscape, spec: PolicySpec) -> StackSpec:
    everywhere = ROOT in spec.policy.to
    places = tuple(dict.fromkeys(spec.policy.excluded_accounts if everywhere else spec.policy.to))
    parameters = {place: declaration_of(landscape, place) for place in places}
    one_region = bool(getattr(spec.policy, "security_groups", ()))
    return StackSpec(
        name=f"firewall-manager-{spec.key}{f'-{spec.regions[0]}' if one_region else ''}",
        template="protect/firewall_manager/policy",
        description=f"AWS Firewall Manager: {spec.effect if spec.policy.remediate else 'reports only'}.",
        target=_target(landscape, spec),
        context=_context(landscape, spec, parameters),
        parameters=tuple({item.name: item for item in parameters.values()}.values()),
        depends_on=("config-recorder",) if manages_recorder(landscape) else (),
        prerequisites=_by_hand(landscape),
    )


def _target(landscape: Landscape, spec: PolicySpec) -> Target:
    accounts = (landscape.role("firewall_manager"),)
    if spec.regions == (GLOBAL_REGION,) and GLOBAL_REGION not in landscape.regions:
        return Target(accounts=accounts, regions=Regions.HOME, at=GLOBAL_REGION)
    return Target(
        accounts=accounts,
        regions=Regions.GOVERNED,
        only=() if spec.regions == landscape.regions else spec.regions,
    )


def _context(landscape: Landscape, spec: PolicySpec, parameters: Mapping[str, ParameterDeclaration]) -> PolicyContext:
    everywhere = ROOT in spec.policy.to
    whole = everywhere and not spec.policy.excluded_accounts
    several = len(spec.resource_types) > 1
    firewall = spec.policy if isinstance(spec.policy, DnsFirewall) else None
    web_acl = spec.policy if isinstance(spec.policy, WebAclPolicy) else None
    accounts = tuple(item.name for place, item in parameters.items() if place in landscape.accounts)
    return PolicyContext(
        name=f"{landscape.prefix}-{spec.key}",
        purpose=f"{'' if spec.policy.remediate else 'Reports only. With remediation, '}Firewall Manager {spec.effect}.",
        whole=whole,
        blocks=firewall is not None and firewall.stage == "block",
        type=spec.type,
        data=spec.text,
        resource_type="ResourceTypeList" if several else spec.resource_types[0],
        resource_types=spec.resource_types if several else (),
        remediate=spec.policy.remediate,
        clean_up=spec.clean_up,
        units=tuple(item.name for place, item in parameters.items() if place not in landscape.accounts),
        accounts=() if everywhere else accounts,
        excluded=accounts if everywhere else (),
        rules=tuple(dns_rules(firewall)) if firewall else (),
        domains=tuple(dict.fromkeys(firewall.domains)) if firewall else (),
        rate_limits=rate_rules_of(spec.key, web_acl.rate_limits, web_acl.stage) if web_acl else (),
        scope=web_acl.scope.upper() if web_acl else "",
        capacity=RATE_GROUP_CAPACITY,
        controls=spec.controls if whole else (),
    )


def _by_hand(landscape: Landscape) -> tuple[str, ...]:
    """The administrator as a prerequisite; none if the capability organization designates it."""
    if landscape.is_on("organization"):
        return ()
    account = landscape.administrator(_SERVICE)
    known = landscape.accounts[account].id or f"<id of accounts.{account}>"
    command = f"aws fms associate-admin-account --admin-account {known} --region us-east-1"
    return (f"The account {account} administers AWS Firewall Manager: `{command}` in the management account.",)


CAPABILITY = Capability(
    name="firewall_manager",
    title="AWS Firewall Manager",
    summary="Web ACLs, security groups, DNS rules and protections for the accounts of places, reported or applied.",
    settings=FirewallManagerSettings,
    needs_organization=True,
    stacks=_stacks,
    problems=lambda landscape: tuple(
        firewall_manager_problems(landscape, landscape.settings("firewall_manager", FirewallManagerSettings))
    ),
    unsupported=lambda landscape: tuple(
        unsupported_here(landscape, landscape.settings("firewall_manager", FirewallManagerSettings))
    ),
    delegated_administration=(_SERVICE,),
    has_role=True,
    is_asked=lambda settings: isinstance(settings, FirewallManagerSettings) and asks_for_policies(settings),
    since="2026.12",
)
