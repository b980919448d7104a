"""Records of runs: a state machine of the home Region puts each into the log archive.

Step Functions calls no service of another Region, and the bucket is in the home Region
(docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html): so runs in every Region send their
records, like their messages, to the bus of the home Region.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.capabilities.capability import StackSpec, one_account
from baseline.capabilities.event_forwarding import BUS_STACK, UNDELIVERED_STACK
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.respond.response.events import record_event
from baseline.capabilities.respond.response.machine import recorder
from baseline.capabilities.response_records import keeps_records, recorder_name, records_bucket
from baseline.frozen import frozen


@frozen
class RecordsContext:
    """Context of `records`."""

    prefix: str
    china: bool
    name: str
    bucket: Reference
    archive_account: Reference
    pattern: Mapping[str, Any]
    definition: Mapping[str, Any]


def record_stacks(landscape: Landscape) -> Iterator[StackSpec]:
    """The stack of the recorder, if the log archive keeps records."""
    if not keeps_records(landscape):
        return
    account = landscape.account_reference("log_archive")
    bucket = records_bucket(landscape, account)
    yield StackSpec(
        name="response-records",
        template="respond/response/records",
        description="State machine that keeps records of what playbooks do in the log archive.",
        target=one_account(landscape.role("security")),
        context=RecordsContext(
            prefix=landscape.prefix,
            china=landscape.partition == "aws-cn",
            name=recorder_name(landscape),
            bucket=bucket,
            archive_account=account,
            pattern=record_event(landscape).pattern,
            definition=recorder(landscape.prefix, bucket),
        ),
        parameters=organization_only(landscape, "LogArchiveAccountId"),
        depends_on=(BUS_STACK, UNDELIVERED_STACK, "log-archive"),
    )
