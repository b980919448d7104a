"""Cross-account observability: an account that reads metrics, logs and traces of other accounts."""

from collections.abc import Iterator, Mapping

from baseline.capabilities.capability import ROOT, Regions, StackSpec, Target, one_account, target_places
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.parameters import account_parameter, organization_only
from baseline.capabilities.respond.monitoring.left_out import has_others, not_sent, units_around
from baseline.capabilities.respond.monitoring.settings import MonitoringSettings, Observability, Shared
from baseline.findings import Problem, Severity
from baseline.frozen import frozen
from baseline.text.choice import one_of

_TYPES: Mapping[Shared, str] = {
    "metrics": "AWS::CloudWatch::Metric",
    "logs": "AWS::Logs::LogGroup",
    "traces": "AWS::XRay::Trace",
}
"""Kind of shared data → its resource type. Source: CloudFormation's schema of AWS::Oam::Link, ResourceTypes."""


@frozen
class SinkContext:
    """Context of `sink`."""

    prefix: str
    types: tuple[str, ...]


@frozen
class Sink:
    """The sink of a Region: the last part of its ARN."""

    region: str
    id: str


@frozen
class LinksContext:
    """Context of `links`.

    `whole`: whether every account except the monitoring one shares in every governed Region, including accounts that
    join later.
    """

    prefix: str
    whole: bool
    account: Reference
    types: tuple[str, ...]
    sinks: tuple[Sink, ...]


def observability_stacks(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """The sink in the monitoring account, and links to it if the profile has the sink's id.

    Source: docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account-Setup.html.
    """
    wanted = settings.observability
    if wanted is None or landscape.standalone:
        return
    account = reading_account(landscape, wanted)
    types = tuple(_TYPES[item] for item in dict.fromkeys(wanted.share))
    yield StackSpec(
        name="monitoring-sink",
        template="respond/monitoring/sink",
        description="Sink for metrics, logs and traces that accounts of the organization share.",
        target=one_account(account, Regions.GOVERNED),
        context=SinkContext(prefix=landscape.prefix, types=types),
        parameters=organization_only(landscape, "OrganizationId"),
    )
    sinks = tuple(
        Sink(region=region, id=wanted.sinks[region]) for region in landscape.regions if region in wanted.sinks
    )
    parameter = account_parameter(landscape, account)
    if sinks:
        yield StackSpec(
            name="monitoring-links",
            template="respond/monitoring/links",
            description="Link to the sink of the account that monitors metrics, logs and traces.",
            target=Target(
                accounts=(),
                regions=Regions.GOVERNED,
                only=tuple(sink.region for sink in sinks),
                management=account != "management",
                places=tuple(place for place in target_places(wanted.to) if place != account),
                other_places=(account,),
            ),
            context=LinksContext(
                prefix=landscape.prefix,
                whole=ROOT in wanted.to
                and account != "management"
                and len(sinks) == len(landscape.regions)
                and not units_around(landscape, account, wanted.to),
                account=parameter.reference,
                types=types,
                sinks=sinks,
            ),
            parameters=(parameter,),
            depends_on=("monitoring-sink",),
        )


def reading_account(landscape: Landscape, wanted: Observability) -> str:
    """Key of the account with the sink."""
    return wanted.account or landscape.role("security")


def observability_problems(landscape: Landscape, settings: MonitoringSettings) -> Iterator[Problem]:
    """Problems of `observability`."""
    wanted = settings.observability
    if wanted is None:
        return
    if landscape.standalone:
        yield Problem(
            path=("observability",),
            message="a standalone account has no other account to read",
            fix="remove observability",
        )
        return
    if wanted.account is not None and wanted.account not in landscape.accounts:
        yield Problem(
            path=("observability", "account"),
            message=f"{wanted.account} is not an account of the profile",
            fix=f"write {one_of(landscape.accounts)}",
        )
    yield from _place_problems(landscape, wanted)
    for region in wanted.sinks:
        if region not in landscape.regions:
            yield Problem(
                path=("observability", "sinks", region),
                message=f"{region} is not governed",
                fix=f"write {one_of(landscape.regions)}",
            )
    missing = [region for region in landscape.regions if region not in wanted.sinks]
    if missing:
        yield Problem(
            path=("observability", "sinks") if wanted.sinks else ("observability",),
            message=f"accounts share nothing in {', '.join(missing)}: AWS assigns the id of a sink when it "
            "creates the sink",
            fix="deploy monitoring-sink, then write under sinks the id that aws oam list-sinks prints in each Region",
            severity=Severity.WARNING,
        )


def _place_problems(landscape: Landscape, wanted: Observability) -> Iterator[Problem]:
    account = reading_account(landscape, wanted)
    if wanted.sinks:
        yield from not_sent(landscape, "observability", account, wanted.to, "share")
    if account in landscape.accounts and not has_others(landscape, account, wanted.to):
        yield Problem(
            path=("observability", "to"),
            message=f"no account shares data: {account} is the only one, and it is the account that reads the data",
            fix="name other accounts or units",
        )
