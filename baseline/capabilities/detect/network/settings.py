"""Settings of `network`. No tier records anything: network logs are billed by the gigabyte."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section

Source = Literal["flow", "queries", "eks_audit"]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
VpcId = Annotated[str, StringConstraints(pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$")]


class ArchivedVpc(Section):
    """A VPC whose flow logs go to the log archive."""

    account: str = Field(description="Key of the account that owns the VPC.", examples=["web-prod"])
    region: str = Field(description="Its Region, a governed one.", examples=["eu-west-1"])
    vpc: VpcId = Field(description="Its id. Another id replaces the flow log.", examples=["vpc-0123456789abcdef0"])


class NetworkSettings(Settings):
    """Settings of `network`."""

    record: list[Source] = tiered(
        "Logs that every resource of every account, new ones included, sends to CloudWatch Logs: `flow` (flow logs "
        "of VPCs), `queries` (DNS queries of VPCs), `eks_audit` (audit and authenticator logs of EKS). Billed per "
        "gigabyte.",
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
    interval_seconds: Literal[60, 600] = tiered("Seconds of traffic that one record of a flow log sums up.", 600)
    archive: dict[Key, ArchivedVpc] = tiered(
        "VPCs whose flow logs are also sent to the log archive, as Parquet. By a key of your choice.", {}
    )
