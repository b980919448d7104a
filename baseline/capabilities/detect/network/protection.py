"""Protection of networks: DNS Firewall, exclusions from VPC Block Public Access, Network Access Analyzer scopes."""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from baseline.capabilities.capability import Regions, StackSpec, Target, target_places
from baseline.capabilities.detect.network.priority import dns_priority
from baseline.capabilities.detect.network.problems import scope_regions
from baseline.capabilities.detect.network.settings import DnsFirewall, Exclusion, NetworkSettings, Scope
from baseline.capabilities.dns_rules import Threat
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import logical_names
from baseline.frozen import frozen

_GATEWAY, _INTERFACE = "AWS::EC2::InternetGateway", "AWS::EC2::NetworkInterface"
_OTHERS = ("AWS::EC2::TransitGatewayAttachment", "AWS::EC2::VPCPeeringConnection", "AWS::EC2::VPNGateway")


@frozen
class Association:
    """A VPC with a rule group: name of the group in logical ids, id of the VPC, and rank among its rule groups."""

    logical_id: str
    group: str
    vpc: str
    priority: int


@frozen
class RuleGroup:
    """A rule group of DNS Firewall, by its key in the profile: its rules, and the names in the first rule.

    `name` is its part of logical ids.
    """

    name: str
    key: str
    rules: tuple[Mapping[str, Any], ...]
    domains: tuple[str, ...]


@frozen
class DnsFirewallContext:
    """Context of `dns_firewall`: the rule groups of one account and Region, and the VPCs with each."""

    groups: tuple[RuleGroup, ...]
    associations: tuple[Association, ...]


@frozen
class ExcludedNetwork:
    """A VPC or subnet that stays reachable while public access is blocked; the other id is empty."""

    logical_id: str
    key: str
    reason: str
    vpc: str
    subnet: str
    mode: str


@frozen
class ExclusionsContext:
    """Context of `exclusions`, for one account and Region."""

    exclusions: tuple[ExcludedNetwork, ...]


@frozen
class AccessScopeContext:
    """Context of `access_scope`: the scope's key and name, and the paths that it includes and excludes."""

    key: str
    name: str
    match: tuple[Mapping[str, Any], ...]
    exclude: tuple[Mapping[str, Any], ...]


def protection_stacks(landscape: Landscape, settings: NetworkSettings) -> Iterator[StackSpec]:
    """The stacks of each account and Region with VPCs that the profile names, and the stacks of access scopes."""
    yield from _firewalls(settings)
    yield from _exclusions(settings)
    regions = scope_regions(landscape)
    for key, scope in settings.access_scopes.items() if regions else ():
        yield StackSpec(
            name=f"network-scope-{key}",
            template="detect/network/access_scope",
            description=f"Scope of Network Access Analyzer: {key}.",
            target=Target(
                accounts=(),
                regions=Regions.GOVERNED,
                only=() if regions == landscape.regions else regions,
                places=target_places(scope.to),
            ),
            context=AccessScopeContext(
                key=key,
                name=f"{landscape.prefix}-{key}",
                match=tuple(_paths(scope)),
                exclude=tuple({"Destination": _resources(item)} for item in scope.expected),
            ),
        )


def _firewalls(settings: NetworkSettings) -> Iterator[StackSpec]:
    entries = settings.dns_firewalls
    names = logical_names(entries)
    for account, region in dict.fromkeys((item.account, item.region) for item in entries.values()):
        here = {key: item for key, item in entries.items() if (item.account, item.region) == (account, region)}
        yield StackSpec(
            name=f"network-dns-{account.replace('_', '-')}-{region}",
            template="detect/network/dns_firewall",
            description=f"DNS Firewall of VPCs of {account}.",
            target=Target(accounts=(account,), regions=Regions.GOVERNED, only=(region,)),
            context=DnsFirewallContext(
                groups=tuple(
                    RuleGroup(
                        name=names[key],
                        key=key,
                        rules=tuple(_rules(item, f"Domains{names[key]}")),
                        domains=tuple(dict.fromkeys(item.domains)),
                    )
                    for key, item in here.items()
                ),
                associations=tuple(
                    Association(
                        logical_id=f"Association{names[key]}{vpc.removeprefix('vpc-')}",
                        group=names[key],
                        vpc=vpc,
                        priority=dns_priority(key, item),
                    )
                    for key, item in here.items()
                    for vpc in dict.fromkeys(item.vpcs)
                ),
            ),
        )


def _rules(item: DnsFirewall, domains: str) -> Iterator[Mapping[str, Any]]:
    """Rules for names, then AWS's lists, then AWS's detections: adding a list at the end changes no other priority."""
    action = {"Action": "ALERT"} if item.stage == "alert" else {"Action": "BLOCK", "BlockResponse": "NODATA"}
    if item.domains:
        yield {"Priority": 100, **action, "FirewallDomainListId": {"Ref": domains}}
    for priority, name in enumerate(dict.fromkeys(item.managed_lists.values()), start=200):
        yield {"Priority": priority, **action, "FirewallDomainListId": name}
    for priority, threat in enumerate(get_args(Threat), start=300):
        if threat in item.threats:
            detected = {"DnsThreatProtection": threat.upper(), "ConfidenceThreshold": item.confidence.upper()}
            yield {"Priority": priority, **action, **detected}


def _exclusions(settings: NetworkSettings) -> Iterator[StackSpec]:
    entries = settings.public_access_exclusions
    names = logical_names(entries)
    for account, region in dict.fromkeys((item.account, item.region) for item in entries.values()):
        yield StackSpec(
            name=f"network-exclusions-{account.replace('_', '-')}-{region}",
            template="detect/network/exclusions",
            description=f"VPCs and subnets of {account} that the block of public access leaves out.",
            target=Target(accounts=(account,), regions=Regions.GOVERNED, only=(region,)),
            context=ExclusionsContext(
                exclusions=tuple(
                    _exclusion(key, item, f"Exclusion{names[key]}")
                    for key, item in entries.items()
                    if (item.account, item.region) == (account, region)
                )
            ),
        )


def _exclusion(key: str, item: Exclusion, logical_id: str) -> ExcludedNetwork:
    return ExcludedNetwork(
        logical_id=logical_id,
        key=key,
        reason=item.reason,
        vpc=item.vpc or "",
        subnet=item.subnet or "",
        mode="allow-bidirectional" if item.allow == "both" else "allow-egress",
    )


def _paths(scope: Scope) -> Iterator[Mapping[str, Any]]:
    """Source and destination of each path (Network Access Analyzer guide, Network Access Scopes)."""
    interfaces = _resources(_INTERFACE)
    for finds in dict.fromkeys(scope.finds):
        if finds == "internet_in":
            yield {"Source": _resources(_GATEWAY), "Destination": interfaces}
        elif finds == "internet_out":
            yield {"Source": interfaces, "Destination": _resources(_GATEWAY)}
        elif finds == "other_networks_in":
            yield {"Source": _resources(*_OTHERS), "Destination": interfaces}
        else:
            ports = {"Protocols": ["tcp"], "DestinationPorts": ["22", "3389"]}
            yield {"Source": _resources(_GATEWAY), "Destination": {**interfaces, "PacketHeaderStatement": ports}}


def _resources(*names: str) -> Mapping[str, Any]:
    """Resources by type, or a single one by its id."""
    kind = "ResourceTypes" if names[0].startswith("AWS::") else "Resources"
    return {"ResourceStatement": {kind: list(names)}}
