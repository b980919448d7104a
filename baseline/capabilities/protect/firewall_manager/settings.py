"""Settings of `firewall_manager`. Each policy only reports until `remediate` is on."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.dns_rules import DnsRules
from baseline.capabilities.place import Accounts, AnyPlacesOrRoot
from baseline.capabilities.protect.waf.settings import MOST_RATE_LIMITS, GroupName, RateLimit, Version
from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
SecurityGroupId = Annotated[str, StringConstraints(pattern=r"^sg-([0-9a-f]{8}|[0-9a-f]{17})$")]


class Policy(Section):
    """Settings that every policy has."""

    to: AnyPlacesOrRoot = Field(
        min_length=1,
        description="Organizational units, accounts and groups of accounts, with future units and accounts below "
        "them; `root` is the whole organization.",
        examples=[["Workloads"]],
    )
    excluded_accounts: Accounts = Field(
        default=[], description="With `to: [root]`: accounts that are left out.", examples=[["sandbox"]]
    )
    remediate: bool = Field(
        default=False,
        description="Whether Firewall Manager changes resources that violate the policy, or only reports them.",
    )


class RegionalPolicy(Policy):
    """A policy that can be limited to some Regions."""

    regions: list[str] = Field(
        default=[], description="Governed Regions; all if empty. Billed for each.", examples=[["eu-west-1"]]
    )


class ManagedRules(Section):
    """A managed rule group of AWS."""

    group: GroupName = Field(description="Name of the group.", examples=["core"])
    version: Version | None = Field(default=None, description="Its version; AWS's default version if left out.")


class WebAclPolicy(RegionalPolicy):
    """Rules evaluated first in the web ACLs that Firewall Manager attaches to resources in scope."""

    scope: Literal["regional", "cloudfront"] = Field(
        default="regional", description="`regional`: load balancers and stages of APIs. `cloudfront`: distributions."
    )
    stage: Literal["count", "block"] = Field(
        default="count", description="`count`: rules only count matching requests. `block`: rules act on them."
    )
    groups: list[ManagedRules] = Field(
        default=[
            ManagedRules(group="ip-reputation"),
            ManagedRules(group="core"),
            ManagedRules(group="known-bad-inputs"),
        ],
        min_length=1,
        max_length=10,
        description="Managed rule groups of AWS, in this order.",
    )
    rate_limits: list[RateLimit] = Field(
        default=[],
        max_length=MOST_RATE_LIMITS,
        description="Limits on the requests from one address, which come before `groups`.",
    )
    replace_web_acls: bool = Field(
        default=False, description="Whether other existing web ACLs are replaced, if `remediate` is on."
    )
    clean_up: bool = Field(default=False, description="Whether resources that leave the scope lose their web ACL.")


class UsageAudit(RegionalPolicy):
    """Unused security groups, and security groups that duplicate another one."""

    unused: bool = Field(default=True, description="Finds security groups that nothing uses; `remediate` deletes them.")
    redundant: bool = Field(
        default=False, description="Finds identical security groups in one VPC; `remediate` merges them into one."
    )
    unused_minutes: int = Field(
        default=1440, ge=0, le=525_600, description="How long a group has to be unused, in minutes."
    )


class GroupPolicy(Policy):
    """A policy with a security group of the administrator's account as its model."""

    security_groups: dict[str, SecurityGroupId] = Field(
        min_length=1,
        description="Governed Region → id of a security group of the account that administers Firewall Manager.",
        examples=[{"eu-west-1": "sg-0123456789abcdef0"}],
    )


class ContentAudit(GroupPolicy):
    """Rules of security groups, compared with the rules of a model."""

    action: Literal["allow", "deny"] = Field(
        default="allow",
        description="`allow`: every rule is within the rules of the model. `deny`: no rule meets one of the model.",
    )
    direction: Literal["all", "ingress", "egress"] = Field(default="all", description="Rules to examine.")


class CommonGroups(GroupPolicy):
    """A security group that every resource in scope has."""

    exclusive: bool = Field(default=False, description="Whether other security groups are removed.")
    revert_changes: bool = Field(default=True, description="Whether changes of the copies are undone.")
    shared_vpcs: bool = Field(default=True, description="Whether it reaches VPCs that are shared with an account.")


class DnsFirewall(DnsRules, RegionalPolicy):
    """Rules about names that VPCs look up."""

    clean_up: bool = Field(default=False, description="Whether VPCs that leave the scope lose the rules.")


class ShieldPolicy(RegionalPolicy):
    """Protections of AWS Shield Advanced for everything in scope."""

    scope: Literal["regional", "cloudfront"] = Field(
        default="regional",
        description="`regional`: load balancers and Elastic IP addresses. `cloudfront`: distributions.",
    )
    application_layer: Literal["ignore", "count", "block"] = Field(
        default="ignore", description="With `scope: cloudfront`: rules that AWS writes against floods of requests."
    )


class FirewallManagerSettings(Settings):
    """Settings of `firewall_manager`."""

    web_acls: dict[Key, WebAclPolicy] = tiered("Web ACLs by a key of your choice. Billed by policy and Region.", {})
    usage_audits: dict[Key, UsageAudit] = tiered(
        "Unused and redundant security groups. Billed by policy and Region.", {}
    )
    content_audits: dict[Key, ContentAudit] = tiered("Rules of security groups. Billed by policy and Region.", {})
    common_groups: dict[Key, CommonGroups] = tiered(
        "Security groups that instances and network interfaces must have. Billed by policy and Region.", {}
    )
    dns_firewalls: dict[Key, DnsFirewall] = tiered("Rules for DNS queries. Billed by policy, Region and query.", {})
    shield: dict[Key, ShieldPolicy] = tiered(
        "Protections of AWS Shield Advanced, only with `shield_subscribed`: such a policy subscribes every account in "
        "its scope.",
        {},
    )
    shield_subscribed: bool = tiered(
        "Says that the organization is already subscribed to AWS Shield Advanced, and that policies may subscribe the "
        "accounts in their scope as well.",
        False,
    )
