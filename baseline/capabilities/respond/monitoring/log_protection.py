"""Account-level log policies: secrets and personal data in log events are found and masked."""

import json
from collections.abc import Iterator

from baseline.capabilities.capability import ROOT, Regions, StackSpec, Target, target_places
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.respond.monitoring.settings import MonitoringSettings
from baseline.frozen import frozen


@frozen
class LogProtectionContext:
    """Context of `log_protection`. `whole` is true if the policy is in every account."""

    prefix: str
    whole: bool
    document: Reference


def log_protection_stacks(landscape: Landscape, settings: MonitoringSettings) -> Iterator[StackSpec]:
    """The data protection policy of the accounts of the places."""
    wanted = settings.log_protection
    if wanted is None:
        return
    yield StackSpec(
        name="monitoring-log-protection",
        template="respond/monitoring/log_protection",
        description="Data protection policy for every log group of the account.",
        target=Target(accounts=(), regions=Regions.GOVERNED, places=target_places(wanted.to)),
        context=LogProtectionContext(
            prefix=landscape.prefix,
            whole=ROOT in wanted.to,
            document=_document(landscape, tuple(dict.fromkeys(wanted.identifiers))),
        ),
    )


def _document(landscape: Landscape, identifiers: tuple[str, ...]) -> Reference:
    """The audit and masking statements, both required, with the same identifiers. The empty destination keeps metrics.

    Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutAccountPolicy.html.
    """
    arns = [f"arn:${{AWS::Partition}}:dataprotection::aws:data-identifier/{name}" for name in identifiers]
    statements = [
        {"Sid": "Find", "DataIdentifier": arns, "Operation": {"Audit": {"FindingsDestination": {}}}},
        {"Sid": "Mask", "DataIdentifier": arns, "Operation": {"Deidentify": {"MaskConfig": {}}}},
    ]
    policy = {"Name": f"{landscape.prefix}-data-protection", "Version": "2021-06-01", "Statement": statements}
    return Reference(json.dumps(policy, separators=(",", ":")))
