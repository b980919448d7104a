"""Account defaults in one Region, alarms on the root user, and stacks."""

from pydantic import Field

from baseline.cloud.reader import Reader
from baseline.inventory.facts.part import Part


class Ec2Defaults(Part):
    """Account attributes of EC2."""

    ebs_encryption: bool
    snapshots_blocked: str = Field(description="State of block public access to snapshots, such as `unblocked`.")
    images_blocked: str = Field(description="State of block public access to images, such as `unblocked`.")
    serial_console: bool


class RootAlarms(Part):
    """Alarms and rules that detect use of the root user."""

    metric_alarms: tuple[str, ...] = Field(description="Names of CloudWatch alarms on filters for the root user.")
    rules: tuple[str, ...] = Field(description="Names of enabled EventBridge rules for events of the root user.")


class DeployedStack(Part):
    """A stack of CloudFormation."""

    name: str
    status: str
    description: str = ""
    nested: bool = Field(default=False, description="Whether another stack created it.")


def ec2_defaults(reader: Reader) -> Ec2Defaults:
    """The attributes."""
    return Ec2Defaults(
        ebs_encryption=bool(reader.get("ec2.GetEbsEncryptionByDefault").get("EbsEncryptionByDefault")),
        snapshots_blocked=str(reader.get("ec2.GetSnapshotBlockPublicAccessState").get("State", "")),
        images_blocked=str(reader.get("ec2.GetImageBlockPublicAccessState").get("ImageBlockPublicAccessState", "")),
        serial_console=bool(reader.get("ec2.GetSerialConsoleAccessStatus").get("SerialConsoleAccessEnabled")),
    )


def default_vpc(reader: Reader) -> str | None:
    """The id of the default VPC; None if there is none."""
    vpcs = reader.items("ec2.DescribeVpcs", "Vpcs", Filters=[{"Name": "is-default", "Values": ["true"]}])
    return next((item["VpcId"] for item in vpcs), None)


def root_alarms(reader: Reader) -> RootAlarms:
    """Alarms on metric filters, and rules, that name the root user."""
    metrics = {
        (change["metricNamespace"], change["metricName"])
        for item in reader.items("logs.DescribeMetricFilters", "metricFilters")
        if "Root" in item.get("filterPattern", "") and "userIdentity" in item.get("filterPattern", "")
        for change in item.get("metricTransformations", ())
    }
    alarms = {
        alarm["AlarmName"]
        for namespace, name in sorted(metrics)
        for alarm in reader.get("cloudwatch.DescribeAlarmsForMetric", Namespace=namespace, MetricName=name).get(
            "MetricAlarms", ()
        )
    }
    rules = {
        item["Name"]
        for item in reader.items("events.ListRules", "Rules")
        if item.get("State") != "DISABLED" and '"Root"' in item.get("EventPattern", "")
    }
    return RootAlarms(metric_alarms=tuple(sorted(alarms)), rules=tuple(sorted(rules)))


def stacks(reader: Reader) -> tuple[DeployedStack, ...]:
    """The stacks; parameters, outputs and tags are left out, as they may be confidential."""
    return tuple(
        DeployedStack(
            name=item["StackName"],
            status=item["StackStatus"],
            description=item.get("Description", ""),
            nested=bool(item.get("ParentId")),
        )
        for item in reader.items("cloudformation.DescribeStacks", "Stacks")
    )
