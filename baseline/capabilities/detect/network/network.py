"""Network logs: CloudWatch rules that turn them on everywhere, and VPC flow logs in the log archive.

Protective resources are in `protection`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.capability import Capability, Regions, StackSpec, Target
from baseline.capabilities.custom_setting import CustomSetting, linked_role, service_id
from baseline.capabilities.delegation import linked_role_by_hand, trusted_by_hand
from baseline.capabilities.detect.network.problems import (
    network_problems,
    telemetry_regions,
    telemetry_type,
    unsupported_here,
)
from baseline.capabilities.detect.network.protection import protection_stacks
from baseline.capabilities.detect.network.settings import NetworkSettings, Source
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.logs.log_archive.log_archive import bucket_name
from baseline.capabilities.parameters import logical_names, organization_only
from baseline.frozen import frozen

_SERVICE = "observabilityadmin.amazonaws.com"

_SOURCES: Mapping[Source, tuple[str, tuple[str, ...], str]] = {
    "flow": ("AWS::EC2::VPC", ("VPC_FLOW_LOGS",), "network-flow-logs"),
    "queries": ("AWS::EC2::VPC", ("ROUTE53_RESOLVER_QUERY_LOGS",), "resolver-query-logs"),
    # Without types of telemetry: the schema has none for these resources.
    "waf": ("AWS::WAFv2::WebACL", (), "web-acl-logs"),
    "load_balancers": ("AWS::ElasticLoadBalancingV2::LoadBalancer", (), "load-balancer-logs"),
    "eks_audit": ("AWS::EKS::Cluster", ("EKS_AUDIT_LOGS", "EKS_AUTHENTICATOR_LOGS"), "eks-audit-logs"),
}
"""Source → resource type, types of telemetry, control.

Source: CloudFormation's schema of the type, and Telemetry enablement rules in the Amazon CloudWatch user guide.
"""


@frozen
class Rule:
    """A rule: its name in logical ids, its own name, its source, the destination of its logs, and its control.

    `repairs` says whether CloudWatch undoes changes to the rule's logs; AWS supports that for flow logs only.
    """

    logical_id: str
    name: str
    resource_type: str
    sources: tuple[str, ...]
    destination: Mapping[str, Any]
    repairs: bool
    control: str


@frozen
class TelemetryContext:
    """Context of `telemetry`; `type` is the resource type of rules."""

    type: str
    rules: tuple[Rule, ...]


@frozen
class FlowLog:
    """A flow log: its name in logical ids, its key in the profile, and its VPC."""

    name: str
    key: str
    vpc: str


@frozen
class FlowLogsContext:
    """Context of `flow_logs`: the flow logs of one account and Region."""

    bucket: Reference
    traffic: str
    interval_seconds: int
    flow_logs: tuple[FlowLog, ...]


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("network", NetworkSettings)
    rules = (_rules(landscape, settings),) if settings.record and telemetry_regions(landscape) else ()
    archive = _archive(landscape, settings) if landscape.is_on("log_archive") else ()
    return (*rules, *archive, *protection_stacks(landscape, settings))


def _rules(landscape: Landscape, settings: NetworkSettings) -> StackSpec:
    regions = telemetry_regions(landscape)
    recorded = tuple(dict.fromkeys(settings.record))
    return StackSpec(
        name="network-telemetry",
        template="detect/network/telemetry",
        description="CloudWatch telemetry rules that enable network logs in every account.",
        target=Target(
            accounts=(landscape.role("network"),),
            regions=Regions.GOVERNED,
            only=() if regions == landscape.regions else regions,
        ),
        context=TelemetryContext(
            type=telemetry_type(landscape), rules=tuple(_rule(landscape, settings, source) for source in recorded)
        ),
        prerequisites=_by_hand(landscape),
    )


def _rule(landscape: Landscape, settings: NetworkSettings, source: Source) -> Rule:
    resource_type, sources, control = _SOURCES[source]
    words = source.replace("_", "-")
    return Rule(
        logical_id="".join(word.capitalize() for word in words.split("-")),
        name=f"{landscape.prefix}-{words}",
        resource_type=resource_type,
        sources=sources,
        destination={
            "DestinationType": "cloud-watch-logs",
            "RetentionInDays": settings.retention_days,
            **_parameters(settings, source),
        },
        repairs=source == "flow",
        control=control,
    )


def _parameters(settings: NetworkSettings, source: Source) -> Mapping[str, Any]:
    """The part of a destination that depends on the kind of log; headers with credentials are not recorded."""
    if source == "flow":
        flow = {"TrafficType": settings.traffic.upper(), "MaxAggregationInterval": settings.interval_seconds}
        return {"VPCFlowLogParameters": flow}
    if source == "waf":
        secret = [{"SingleHeader": {"Name": name}} for name in ("authorization", "cookie")]
        return {"WAFLoggingParameters": {"LogType": "WAF_LOGS", "RedactedFields": secret}}
    return {"LogDeliveryParameters": {"LogTypes": ["ALB_ACCESS_LOGS"]}} if source == "load_balancers" else {}


def _archive(landscape: Landscape, settings: NetworkSettings) -> Iterator[StackSpec]:
    names = logical_names(settings.archive)
    for account, region in dict.fromkeys((item.account, item.region) for item in settings.archive.values()):
        yield StackSpec(
            name=f"network-archive-{account.replace('_', '-')}-{region}",
            template="detect/network/flow_logs",
            description=f"Flow logs of VPCs of {account} in the log archive.",
            target=Target(accounts=(account,), regions=Regions.GOVERNED, only=(region,)),
            context=FlowLogsContext(
                bucket=bucket_name(landscape, "vended", landscape.account_reference("log_archive")),
                traffic=settings.traffic.upper(),
                interval_seconds=settings.interval_seconds,
                flow_logs=tuple(
                    FlowLog(name=names[key], key=key, vpc=item.vpc)
                    for key, item in settings.archive.items()
                    if (item.account, item.region) == (account, region)
                ),
            ),
            parameters=organization_only(landscape, "LogArchiveAccountId"),
            depends_on=("log-archive",),
        )


def _management_settings(landscape: Landscape) -> tuple[CustomSetting, ...]:
    """CloudWatch evaluates the organization before it accepts rules for it."""
    regions = telemetry_regions(landscape)
    if not landscape.settings("network", NetworkSettings).record or not regions:
        return ()
    role = linked_role(_SERVICE)
    evaluation = CustomSetting(
        logical_id="TelemetryEvaluation",
        setting="telemetry-evaluation",
        purpose="Enables CloudWatch telemetry configuration for every account.",
        regions=regions,
        depends_on=(f"TrustedAccess{service_id(_SERVICE)}", role.logical_id),
    )
    return role, evaluation


def _by_hand(landscape: Landscape) -> tuple[str, ...]:
    """Manual steps: in a standalone account only the start of evaluation; without the capability organization, all."""
    if landscape.standalone:
        start = "aws observabilityadmin start-telemetry-evaluation --region REGION"
        return (f"CloudWatch looks at the account's logs, in every governed Region: `{start}`.",)
    if landscape.is_on("organization"):
        return ()
    start = "aws observabilityadmin start-telemetry-evaluation-for-organization --region REGION"
    return (
        *trusted_by_hand(landscape, _SERVICE, "Rules about logs"),
        *linked_role_by_hand(landscape, _SERVICE),
        f"CloudWatch looks at the organization's logs, in every governed Region: `{start}` in the management account.",
    )


CAPABILITY = Capability(
    name="network",
    title="Network logs and rules",
    summary="Network logs, DNS Firewall for VPCs, exclusions from VPC Block Public Access, and Network Access Analyzer "
    "scopes.",
    settings=NetworkSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(network_problems(landscape, landscape.settings("network", NetworkSettings))),
    unsupported=lambda landscape: tuple(unsupported_here(landscape, landscape.settings("network", NetworkSettings))),
    delegated_administration=(_SERVICE,),
    has_role=True,
    is_asked=lambda settings: isinstance(settings, NetworkSettings) and bool(settings.record),
    management_settings=_management_settings,
    since="2026.12",
)
