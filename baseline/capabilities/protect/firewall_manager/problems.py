"""Validation of AWS Firewall Manager settings, also against what AWS supports."""

from collections.abc import Iterator

from baseline.capabilities.detect.config.config import ConfigSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.organization.settings import OrganizationSettings
from baseline.capabilities.protect.firewall_manager.policies import (
    GLOBAL_REGION,
    PolicySpec,
    policies,
    web_acl_capacity,
)
from baseline.capabilities.protect.firewall_manager.settings import (
    DnsFirewall,
    FirewallManagerSettings,
    RegionalPolicy,
    ShieldPolicy,
    UsageAudit,
    WebAclPolicy,
)
from baseline.capabilities.protect.waf.problems import capacity_problems, rate_problems
from baseline.findings import Problem, Severity
from baseline.text.choice import one_of


def asks_for_policies(settings: FirewallManagerSettings) -> bool:
    """Whether the settings name a policy."""
    return any(
        (
            *(settings.web_acls, settings.usage_audits, settings.content_audits),
            *(settings.common_groups, settings.dns_firewalls, settings.shield),
        )
    )


def firewall_manager_problems(landscape: Landscape, settings: FirewallManagerSettings) -> Iterator[Problem]:
    """Every problem, in the order of the settings."""
    found = {spec.path: spec for spec in policies(landscape, settings)}  # of several Regions, one is enough
    for spec in found.values():
        yield from _place_problems(landscape, spec)
        yield from _region_problems(landscape, spec)
        yield from _kind_problems(landscape, settings, spec)
        if spec.policy.remediate:
            yield _remediation(spec)
    if found:
        yield from _recording_problems(landscape, tuple(found.values()))


def _remediation(spec: PolicySpec) -> Problem:
    """The effect of remediation: a warning if a counting web ACL would replace web ACLs that block."""
    policy = spec.policy
    if isinstance(policy, WebAclPolicy) and policy.replace_web_acls and policy.stage == "count":
        return Problem(
            path=(*spec.path, "replace_web_acls"),
            message=f"Firewall Manager {spec.effect}, and stage count blocks nothing: the replaced web ACLs may have "
            "blocked requests",
            fix="write stage: block once the counts are known, or turn replace_web_acls off until then",
            severity=Severity.WARNING,
        )
    return Problem(
        path=(*spec.path, "remediate"),
        message=f"Firewall Manager {spec.effect}",
        fix="first review the policy's findings without it",
        severity=Severity.INFO,
    )


def unsupported_here(landscape: Landscape, settings: FirewallManagerSettings) -> Iterator[Problem]:
    """Policies that are left out because the partition lacks their resources."""
    for path in dict.fromkeys(spec.path for spec in policies(landscape, settings) if not has_kind(landscape, spec)):
        yield Problem(
            path=path,
            message=f"{landscape.partition} has no CloudFront and no AWS Shield Advanced for it: it is left out",
            fix="remove it",
        )


def has_kind(landscape: Landscape, spec: PolicySpec) -> bool:
    """Whether the partition supports the policy's resources."""
    return landscape.partition == "aws" or not (_is_for_distributions(spec) or isinstance(spec.policy, ShieldPolicy))


def _is_for_distributions(spec: PolicySpec) -> bool:
    return isinstance(spec.policy, (WebAclPolicy, ShieldPolicy)) and spec.policy.scope == "cloudfront"


def _place_problems(landscape: Landscape, spec: PolicySpec) -> Iterator[Problem]:
    if landscape.standalone:
        yield Problem(
            path=spec.path,
            message="AWS Firewall Manager needs an organization",
            fix="remove it; waf and shield protect a single account",
        )
    elif spec.policy.excluded_accounts and "root" not in spec.policy.to:
        yield Problem(
            path=(*spec.path, "excluded_accounts"),
            message="Firewall Manager ignores exclusions where places are named",
            fix="write to: [root], or leave these accounts out of the places",
        )


def _region_problems(landscape: Landscape, spec: PolicySpec) -> Iterator[Problem]:
    policy = spec.policy
    if isinstance(policy, RegionalPolicy):
        regions, key = policy.regions, "regions"
    else:
        regions, key = list(getattr(policy, "security_groups", ())), "security_groups"
    if _is_for_distributions(spec):
        if regions:
            yield Problem(
                path=(*spec.path, key), message="a policy for distributions is in us-east-1 only", fix="remove it"
            )
        return
    for index, region in enumerate(regions):
        if region not in landscape.regions:
            yield Problem(
                path=(*spec.path, key, index if key == "regions" else region),
                message=f"{region} is not a governed Region",
                fix=f"write {one_of(landscape.regions)}, or add it to organization.regions",
            )


def _kind_problems(landscape: Landscape, settings: FirewallManagerSettings, spec: PolicySpec) -> Iterator[Problem]:
    policy = spec.policy
    if isinstance(policy, UsageAudit) and not (policy.unused or policy.redundant):
        yield Problem(path=spec.path, message="it checks nothing", fix="turn unused or redundant on")
    if isinstance(policy, WebAclPolicy):
        yield from rate_problems(spec.path, policy.rate_limits)
        yield from capacity_problems(spec.path, web_acl_capacity(policy))
    if isinstance(policy, DnsFirewall):
        yield from _dns_problems(landscape, spec, policy)
    if isinstance(policy, ShieldPolicy):
        if not settings.shield_subscribed:
            yield Problem(
                path=spec.path,
                message="this policy subscribes every account in its scope to AWS Shield Advanced, a commitment for a "
                "year that renews itself, about $3,000 a month for the organization",
                fix="write shield_subscribed: true if the organization is subscribed already, or remove it",
            )
        if policy.application_layer != "ignore" and policy.scope != "cloudfront":
            yield Problem(
                path=(*spec.path, "application_layer"),
                message="a policy writes rules for distributions only",
                fix="remove it, or name load balancers under shield",
            )


def _dns_problems(landscape: Landscape, spec: PolicySpec, policy: DnsFirewall) -> Iterator[Problem]:
    if not policy.threats and not policy.domains:
        yield Problem(path=spec.path, message="it has no rule", fix="name threats or domains")
    if not landscape.is_on("organization"):
        return
    if not landscape.settings("organization", OrganizationSettings).resource_sharing:
        yield Problem(
            path=spec.path,
            message="Firewall Manager shares the rules with the accounts through AWS RAM, and sharing inside the "
            "organization is off",
            fix="write resource_sharing: true under capabilities.organization",
            fallback=(("capabilities", "organization"),),
        )


def _recording_problems(landscape: Landscape, specs: tuple[PolicySpec, ...]) -> Iterator[Problem]:
    """AWS Config must record the types that policies evaluate, continuously.

    Source: AWS Firewall Manager developer guide, prerequisites, Enable AWS Config.
    """
    if not landscape.is_on("config"):
        yield Problem(
            path=specs[0].path,
            message="config is off: Firewall Manager sees resources through AWS Config",
            fix="turn config on",
            fallback=(("capabilities", "config"),),
        )
        return
    config = landscape.settings("config", ConfigSettings)
    daily = set(config.daily_types) if config.recording == "CONTINUOUS" else set()
    for spec in specs if config.recorder == "managed" else ():
        if _is_for_distributions(spec) and has_kind(landscape, spec) and GLOBAL_REGION not in landscape.regions:
            yield Problem(
                path=spec.path,
                message=f"{GLOBAL_REGION} is not a governed Region: AWS Config records distributions only there, so "
                "the policy finds none",
                fix=f"add {GLOBAL_REGION} to organization.regions",
                severity=Severity.WARNING,
            )
        late = [
            name
            for name in spec.resource_types
            if name in config.exclude_types
            or name in daily
            or (config.recording == "DAILY" and name not in config.continuous_types)
        ]
        if late:
            yield Problem(
                path=spec.path,
                message=f"{', '.join(late)}: AWS Config does not record each change; the policy sees it late or never",
                fix="record it continuously (capabilities.config)",
                severity=Severity.WARNING,
                fallback=(("capabilities", "config"),),
            )
