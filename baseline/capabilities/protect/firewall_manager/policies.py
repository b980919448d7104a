"""Policies in the form that AWS Firewall Manager accepts: type, resource types, and the JSON text of the service.

Source: Firewall Manager API reference, Policy and SecurityServicePolicyData, as botocore 1.44.5 has them.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.protect.firewall_manager.settings import (
    CommonGroups,
    ContentAudit,
    DnsFirewall,
    FirewallManagerSettings,
    Policy,
    ShieldPolicy,
    UsageAudit,
    WebAclPolicy,
)
from baseline.capabilities.protect.waf.groups import managed_groups
from baseline.capabilities.protect.waf.rules import RATE_GROUP_CAPACITY
from baseline.findings import KeyPath
from baseline.frozen import frozen

GLOBAL_REGION = "us-east-1"
"""The Region of policies for distributions."""

RULE_GROUP = "${RuleGroup}"
"""The id of the DNS rule group in the same template."""

RATE_LIMITS = "${RateLimits.Arn}"
"""The ARN of the rule group with rate limits in the same template."""

_SECURITY_GROUPS = "firewall-manager-security-groups"
_DISTRIBUTION = ("AWS::CloudFront::Distribution",)
_INTERFACES = ("AWS::EC2::Instance", "AWS::EC2::NetworkInterface")


@frozen
class PolicySpec:
    """One policy of the profile, in its Regions.

    Attributes:
        path: Its path in the profile.
        key: Its unique key, which includes its kind.
        policy: The policy in the profile.
        type: Firewall Manager's name of the type.
        resource_types: Types that it evaluates.
        data: The service's part.
        regions: The Regions that have it.
        effect: The effect of `remediate`, as a verb phrase about Firewall Manager.
        clean_up: Whether resources that leave the scope lose the policy's protections.
        controls: The controls that it implements if it applies to every account.
    """

    path: KeyPath
    key: str
    policy: Policy
    type: str
    resource_types: tuple[str, ...]
    data: Mapping[str, Any]
    regions: tuple[str, ...]
    effect: str
    clean_up: bool = False
    controls: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The service's part as JSON."""
        text = json.dumps({"type": self.type, **self.data}, separators=(",", ":"))
        return Reference(text) if RULE_GROUP in text or RATE_LIMITS in text else text


def policies(landscape: Landscape, settings: FirewallManagerSettings) -> Iterator[PolicySpec]:
    """Every policy; a policy with a model in each Region becomes one policy per Region."""
    for key, web_acl in settings.web_acls.items():
        yield _web_acl(landscape, key, web_acl)
    for key, usage in settings.usage_audits.items():
        yield _usage(landscape, key, usage)
    for key, content in settings.content_audits.items():
        yield from _content(key, content)
    for key, common in settings.common_groups.items():
        yield from _common(key, common)
    for key, firewall in settings.dns_firewalls.items():
        yield _dns(landscape, key, firewall)
    for key, shield in settings.shield.items():
        yield _shield(landscape, key, shield)


def _chosen(landscape: Landscape, regions: list[str]) -> tuple[str, ...]:
    return tuple(regions) or landscape.regions


def _web_acl(landscape: Landscape, key: str, policy: WebAclPolicy) -> PolicySpec:
    """Creates web ACLs only for resources that use them, because each web ACL is billed."""
    action = "COUNT" if policy.stage == "count" else "NONE"
    groups: list[dict[str, Any]] = [
        {
            "ruleGroupArn": None,
            "overrideAction": {"type": action},
            "managedRuleGroupIdentifier": {
                "versionEnabled": True if item.version else None,
                "version": item.version,
                "vendorName": "AWS",
                "managedRuleGroupName": managed_groups()[item.group].name,
            },
            "ruleGroupType": "ManagedRuleGroup",
            "excludeRules": [],
            "sampledRequestsEnabled": True,
        }
        for item in policy.groups
    ]
    regional = ("AWS::ApiGateway::Stage", "AWS::ElasticLoadBalancingV2::LoadBalancer")
    return PolicySpec(
        path=("web_acls", key),
        key=f"web-acl-{key}",
        policy=policy,
        type="WAFV2",
        resource_types=_DISTRIBUTION if policy.scope == "cloudfront" else regional,
        data={
            "preProcessRuleGroups": [_rate_group(action), *groups] if policy.rate_limits else groups,
            "postProcessRuleGroups": [],
            "defaultAction": {"type": "ALLOW"},
            "customRequestHandling": None,
            "customResponse": None,
            "overrideCustomerWebACLAssociation": policy.replace_web_acls,
            "loggingConfiguration": None,
            "sampledRequestsEnabledForDefaultActions": True,
            "optimizeUnassociatedWebACL": True,
        },
        regions=(GLOBAL_REGION,) if policy.scope == "cloudfront" else _chosen(landscape, policy.regions),
        effect="attaches a web ACL to everything in scope"
        + (", in place of the one that it has" if policy.replace_web_acls else " that has none"),
        clean_up=policy.clean_up,
        controls=tuple(_web_acl_controls(policy)),
    )


def _rate_group(action: str) -> dict[str, Any]:
    """The rule group of the same template.

    Source of the format: Firewall Manager API reference, SecurityServicePolicyData, in the version of 2020; current
    examples name only managed rule groups.
    """
    return {
        "ruleGroupArn": RATE_LIMITS,
        "overrideAction": {"type": action},
        "managedRuleGroupIdentifier": None,
        "ruleGroupType": "RuleGroup",
        "excludeRules": [],
        "sampledRequestsEnabled": True,
    }


def _web_acl_controls(policy: WebAclPolicy) -> Iterator[str]:
    if "core" in {item.group for item in policy.groups}:
        yield "firewall-manager-web-acls"
    if policy.rate_limits and policy.remediate and policy.stage == "block":
        yield "firewall-manager-rate-limits"


def web_acl_capacity(policy: WebAclPolicy) -> int:
    """The web ACL capacity units that its rule groups use, according to AWS's published figures."""
    groups = sum(managed_groups()[item.group].capacity for item in policy.groups)
    return groups + RATE_GROUP_CAPACITY * bool(policy.rate_limits)


def _usage(landscape: Landscape, key: str, policy: UsageAudit) -> PolicySpec:
    words = [text for on, text in ((policy.unused, "deletes unused"), (policy.redundant, "merges redundant")) if on]
    return PolicySpec(
        path=("usage_audits", key),
        key=f"usage-{key}",
        policy=policy,
        type="SECURITY_GROUPS_USAGE_AUDIT",
        resource_types=("AWS::EC2::SecurityGroup",),
        data={
            "deleteUnusedSecurityGroups": policy.unused,
            "coalesceRedundantSecurityGroups": policy.redundant,
            **({"optionalDelayForUnusedInMinutes": policy.unused_minutes} if policy.unused else {}),
        },
        regions=_chosen(landscape, policy.regions),
        effect=f"{' and '.join(words)} security groups",
        controls=(_SECURITY_GROUPS,),
    )


def _content(key: str, policy: ContentAudit) -> Iterator[PolicySpec]:
    for region, group in policy.security_groups.items():
        yield PolicySpec(
            path=("content_audits", key),
            key=f"content-{key}",
            policy=policy,
            type="SECURITY_GROUPS_CONTENT_AUDIT",
            resource_types=("AWS::EC2::SecurityGroup",),
            data={
                "preManagedOptions": [
                    {"denyProtocolAllValue": policy.action == "allow"},
                    {"auditSgDirection": {"type": policy.direction.upper()}},
                ],
                "securityGroups": [{"id": group}],
                "securityGroupAction": {"type": policy.action.upper()},
            },
            regions=(region,),
            effect="removes rules of security groups that are not within the model"
            if policy.action == "allow"
            else "removes rules of security groups that the model denies",
            controls=(_SECURITY_GROUPS,),
        )


def _common(key: str, policy: CommonGroups) -> Iterator[PolicySpec]:
    for region, group in policy.security_groups.items():
        yield PolicySpec(
            path=("common_groups", key),
            key=f"common-{key}",
            policy=policy,
            type="SECURITY_GROUPS_COMMON",
            resource_types=_INTERFACES,
            data={
                "securityGroups": [{"id": group}],
                "revertManualSecurityGroupChanges": policy.revert_changes,
                "exclusiveResourceSecurityGroupManagement": policy.exclusive,
                "applyToAllEC2InstanceENIs": False,
                "includeSharedVPC": policy.shared_vpcs,
            },
            regions=(region,),
            effect="adds a security group to everything in scope"
            + (", and removes others" if policy.exclusive else ""),
            controls=(_SECURITY_GROUPS,),
        )


def _dns(landscape: Landscape, key: str, policy: DnsFirewall) -> PolicySpec:
    return PolicySpec(
        path=("dns_firewalls", key),
        key=f"dns-{key}",
        policy=policy,
        type="DNS_FIREWALL",
        resource_types=("AWS::EC2::VPC",),
        data={"preProcessRuleGroups": [{"ruleGroupId": RULE_GROUP, "priority": 10}], "postProcessRuleGroups": []},
        regions=_chosen(landscape, policy.regions),
        effect="associates the rules with every VPC in scope",
        clean_up=policy.clean_up,
        controls=("firewall-manager-dns",) if policy.remediate and policy.stage == "block" else (),
    )


def dns_rules(policy: DnsFirewall) -> Iterator[Mapping[str, Any]]:
    """The rules of the rule group: domain names of the profile first, then threats that AWS detects."""
    blocked = {"Action": "BLOCK", "BlockResponse": "NODATA"}
    action: Mapping[str, Any] = blocked if policy.stage == "block" else {"Action": "ALERT"}
    if policy.domains:
        yield {"Priority": 100, "FirewallDomainListId": {"Ref": "Domains"}, **action}
    for number, threat in enumerate(dict.fromkeys(policy.threats), start=101):
        detected = {"DnsThreatProtection": threat.upper(), "ConfidenceThreshold": policy.confidence.upper()}
        yield {"Priority": number, **detected, **action}


def _shield(landscape: Landscape, key: str, policy: ShieldPolicy) -> PolicySpec:
    distributions = policy.scope == "cloudfront"
    on = policy.application_layer != "ignore"
    automatic = {
        "automaticResponseStatus": "ENABLED" if on else "IGNORED",
        **({"automaticResponseAction": policy.application_layer.upper()} if on else {}),
    }
    regional = (
        "AWS::EC2::EIP",
        "AWS::ElasticLoadBalancing::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
    )
    return PolicySpec(
        path=("shield", key),
        key=f"shield-{key}",
        policy=policy,
        type="SHIELD_ADVANCED",
        resource_types=_DISTRIBUTION if distributions else regional,
        data={
            **({"automaticResponseConfiguration": automatic} if distributions else {}),
            "optimizeUnassociatedWebACL": True,
        },
        regions=(GLOBAL_REGION,) if distributions else _chosen(landscape, policy.regions),
        effect="subscribes every account in scope to AWS Shield Advanced, and protects its resources",
        controls=("firewall-manager-shield",) if policy.remediate else (),
    )
