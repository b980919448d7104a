"""Rule groups of the security account that policies of Firewall Manager refer to."""

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.protect.firewall_manager.settings import FirewallManagerSettings

_WEB = ("DeletePermissionPolicy", "DeleteRuleGroup", "PutPermissionPolicy", "UpdateRuleGroup")
_DNS = (
    *("CreateFirewallRule", "DeleteFirewallDomainList", "DeleteFirewallRule", "DeleteFirewallRuleGroup"),
    *("ImportFirewallDomains", "PutFirewallRuleGroupPolicy", "UpdateFirewallDomains", "UpdateFirewallRule"),
)


def rule_group_actions(landscape: Landscape) -> list[str]:
    """Actions that change, empty or delete these rule groups; none if Firewall Manager uses none there.

    A policy holds the ARN of its rule group, so a change of the group changes every web ACL and VPC of the policy.
    AWS assigns the names, so only the account distinguishes these groups from others; an administrator other than the
    security account may have groups of its own. Calls of AWS RAM that end the share of a group are not included:
    nothing distinguishes that share from others (`resource-shares` denies them for all). Sources:
    docs.aws.amazon.com/waf/latest/developerguide/waf-policies-rule-groups.html, service authorization reference of AWS
    WAF V2 and Route 53 Resolver.
    """
    role = "firewall_manager"
    if not landscape.is_on(role) or landscape.role(role) != "security":
        return []
    settings = landscape.settings(role, FirewallManagerSettings)
    web = _WEB if any(policy.rate_limits for policy in settings.web_acls.values()) else ()
    dns = _DNS if settings.dns_firewalls else ()
    return [*(f"route53resolver:{name}" for name in dns), *(f"wafv2:{name}" for name in web)]
