"""AWS Config and CloudTrail in one Region."""

from pydantic import Field

from baseline.cloud.reader import Reader
from baseline.inventory.facts.part import Part


class Recorder(Part):
    """A configuration recorder."""

    name: str
    role: str = Field(description="ARN of its role.")
    service: str = Field(default="", description="Service that owns a service-linked recorder, or empty.")
    every_type: bool = Field(description="Whether it records every supported type of resource.")
    global_types: bool = Field(description="Whether it records global types, such as IAM users.")
    recording: bool


class DeliveryChannel(Part):
    """A delivery channel of AWS Config."""

    name: str
    bucket: str
    topic: str = Field(default="", description="ARN of its SNS topic, or empty.")


class Aggregator(Part):
    """A configuration aggregator."""

    name: str
    organization: bool = Field(description="Whether its source is the organization.")


class Trail(Part):
    """A trail whose home is this Region."""

    name: str
    arn: str
    bucket: str
    key: str = Field(default="", description="ARN of its KMS key, or empty.")
    log_group: str = Field(default="", description="ARN of its log group, or empty.")
    every_region: bool
    organization: bool
    validates_files: bool
    logging: bool


def recorders(reader: Reader) -> tuple[Recorder, ...]:
    """The recorders, including service-linked ones."""
    found = reader.get("config.DescribeConfigurationRecorders").get("ConfigurationRecorders", ())
    states = reader.get("config.DescribeConfigurationRecorderStatus") if found else {}
    recording = {item["name"] for item in states.get("ConfigurationRecordersStatus", ()) if item.get("recording")}
    return tuple(
        Recorder(
            name=item["name"],
            role=item.get("roleARN", ""),
            service=item.get("servicePrincipal", ""),
            every_type=bool(item.get("recordingGroup", {}).get("allSupported")),
            global_types=bool(item.get("recordingGroup", {}).get("includeGlobalResourceTypes")),
            recording=item["name"] in recording,
        )
        for item in found
    )


def delivery_channels(reader: Reader) -> tuple[DeliveryChannel, ...]:
    """The delivery channels."""
    found = reader.get("config.DescribeDeliveryChannels").get("DeliveryChannels", ())
    return tuple(
        DeliveryChannel(name=item["name"], bucket=item.get("s3BucketName", ""), topic=item.get("snsTopicARN", ""))
        for item in found
    )


def aggregators(reader: Reader) -> tuple[Aggregator, ...]:
    """The aggregators."""
    found = reader.items("config.DescribeConfigurationAggregators", "ConfigurationAggregators")
    return tuple(
        Aggregator(name=item["ConfigurationAggregatorName"], organization="OrganizationAggregationSource" in item)
        for item in found
    )


def trails(reader: Reader) -> tuple[Trail, ...]:
    """The trails of this account whose home is this Region; `IsLogging` refers to the home Region."""
    found = reader.get("cloudtrail.DescribeTrails", includeShadowTrails=False).get("trailList", ())
    own = f":{reader.account}:"
    return tuple(
        Trail(
            name=item["Name"],
            arn=item["TrailARN"],
            bucket=item.get("S3BucketName", ""),
            key=item.get("KmsKeyId", ""),
            log_group=item.get("CloudWatchLogsLogGroupArn", ""),
            every_region=bool(item.get("IsMultiRegionTrail")),
            organization=bool(item.get("IsOrganizationTrail")),
            validates_files=bool(item.get("LogFileValidationEnabled")),
            logging=bool(reader.get("cloudtrail.GetTrailStatus", Name=item["TrailARN"]).get("IsLogging")),
        )
        for item in found
        if own in item["TrailARN"] and item.get("HomeRegion") == reader.region
    )
