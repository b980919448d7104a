"""Settings of `network`. No tier records or blocks anything, because network logs are billed per gigabyte."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.dns_rules import DnsRules
from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.settings import Reason, Settings, tiered
from baseline.documents.section import Section

Source = Literal["flow", "queries", "eks_audit", "waf", "load_balancers"]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
VpcId = Annotated[str, StringConstraints(pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$")]


class ArchivedVpc(Section):
    """A VPC whose flow logs go to the log archive."""

    account: str = Field(description="Key of the account that owns the VPC.", examples=["web-prod"])
    region: str = Field(description="Its Region, a governed one.", examples=["eu-west-1"])
    vpc: VpcId = Field(description="Its id. Another id replaces the flow log.", examples=["vpc-0123456789abcdef0"])


SubnetId = Annotated[str, StringConstraints(pattern=r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$")]
DomainListId = Annotated[str, StringConstraints(pattern=r"^rslvr-fdl-[0-9a-f]{8,32}$")]
NetworkId = Annotated[str, StringConstraints(pattern=r"^(vpc|subnet|eni|sg)-([0-9a-f]{8}|[0-9a-f]{17})$")]


class _InRegion(Section):
    account: str = Field(description="Key of the account that owns it.", examples=["web-prod"])
    region: str = Field(description="Its Region, a governed one.", examples=["eu-west-1"])


class DnsFirewall(DnsRules, _InRegion):
    """Rules for DNS names that VPCs of one account and Region look up."""

    vpcs: list[VpcId] = Field(min_length=1, description="Ids of the VPCs.", examples=[["vpc-0123456789abcdef0"]])
    managed_lists: dict[str, DomainListId] = Field(
        default={},
        max_length=20,
        description="AWS managed domain lists, by a name of your choice: their ids in this Region, which "
        "`aws route53resolver list-firewall-domain-lists` prints.",
        examples=[{"malware": "rslvr-fdl-0123456789abcdef"}],
    )
    priority: int | None = Field(
        default=None,
        ge=100,
        le=9900,
        description="Rank among the rule groups of a VPC; the lowest is first, and each has another. Unset: a number "
        "from the entry's key, 1000 to 4999 with `stage: block` and 5000 to 8999 with `alert`.",
        examples=[200],
    )


class Exclusion(_InRegion):
    """A VPC or subnet that is excluded from VPC Block Public Access."""

    vpc: VpcId | None = Field(default=None, description="Id of the VPC; this or `subnet`.")
    subnet: SubnetId | None = Field(default=None, description="Id of the subnet; this or `vpc`.")
    allow: Literal["both", "out"] = Field(
        default="both",
        description="`both`: traffic in and out. `out`: only connections that begin inside, for a block of both "
        "directions.",
    )
    reason: Reason = Field(description="Why it needs the Internet.")


class Scope(Section):
    """Network paths that a Network Access Analyzer analysis searches for."""

    finds: list[Literal["internet_in", "internet_out", "admin_ports_in", "other_networks_in"]] = Field(
        min_length=1,
        description="Paths to network interfaces: from internet gateways (`internet_in`), from there to the ports 22 "
        "and 3389 (`admin_ports_in`), from peered networks, transit gateways and VPNs (`other_networks_in`); and from "
        "interfaces to internet gateways (`internet_out`).",
        examples=[["admin_ports_in"]],
    )
    expected: list[NetworkId] = Field(
        default=[],
        max_length=50,
        description="Ids of VPCs, subnets, security groups and network interfaces where such paths may end.",
    )
    to: PlacesOrRoot = Field(
        default=["root"], min_length=1, description="Organizational units, accounts and groups of accounts, or `root`."
    )


class NetworkSettings(Settings):
    """Settings of `network`."""

    record: list[Source] = tiered(
        "Logs that are sent to CloudWatch Logs in every account, including new accounts, for every "
        "resource there: `flow` (flow logs "
        "of VPCs), `queries` (DNS queries of VPCs), `eks_audit` (audit and authenticator logs of EKS), `waf` (requests "
        "that web ACLs inspect), `load_balancers` (requests of Application Load Balancers). Billed per gigabyte.",
        [],
        stronger="superset",
        control="network-flow-logs",
    )
    retention_days: Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557] = (
        tiered(
            "Days that the log groups of `record` keep their records.",
            90,
            stronger="higher",
            control="network-flow-logs",
        )
    )
    traffic: Literal["all", "reject"] = tiered(
        "Traffic that flow logs record; `reject` costs less, and CIS requires no more.", "all"
    )
    interval_seconds: Literal[60, 600] = tiered("Seconds of traffic that one flow log record aggregates.", 600)
    archive: dict[Key, ArchivedVpc] = tiered(
        "VPCs whose flow logs are also sent to the log archive, as Parquet. By a key of your choice.", {}
    )
    dns_firewalls: dict[Key, DnsFirewall] = tiered(
        "DNS Firewall for VPCs that you name, by a key of your choice. For every VPC of an organization: "
        "`firewall_manager.dns_firewalls`. Billed by the query.",
        {},
    )
    public_access_exclusions: dict[Key, Exclusion] = tiered(
        "VPCs and subnets with Internet traffic even though the guardrail `vpc-block-public-access` is on, each with a "
        "reason.",
        {},
    )
    access_scopes: dict[Key, Scope] = tiered(
        "Network Access Analyzer scopes, by a key of your choice. Free; an analysis is billed per network interface.",
        {},
    )
