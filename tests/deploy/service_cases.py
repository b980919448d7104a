"""Stacks for `test_services.py`: two states of a resource per service, and the service's response."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ACCOUNT, OTHER = "222222222222", "333333333333"
REGION, ELSEWHERE = "eu-west-1", "eu-central-1"
Client = Callable[[str], Any]
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
DENY = {"Sid": "Deny", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::nw-logs/*"}


def resource(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{type_}", "Properties": properties}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A stack and the response of an API to it, before and after a change."""

    what: str
    before: dict[str, Any]
    after: dict[str, Any]
    read: Callable[[Client], Any]
    made: Any
    changed: Any
    everywhere: bool = False
    """Whether the service has no Regions, or answers from any."""
    public: bool = False
    """Whether the service answers anybody, as S3 does in moto."""


def _bucket(**properties: Any) -> dict[str, Any]:
    return {"Bucket": resource("S3::Bucket", BucketName="nw-logs", **properties)}


def _policy(action: str) -> dict[str, Any]:
    document = {"Version": "2012-10-17", "Statement": [{**DENY, "Action": action}]}
    return {**_bucket(), "Policy": resource("S3::BucketPolicy", Bucket={"Ref": "Bucket"}, PolicyDocument=document)}


def _encrypted(algorithm: str) -> dict[str, Any]:
    default = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": [default]}}


def _algorithm(client: Client) -> str:
    found = client("s3").get_bucket_encryption(Bucket="nw-logs")["ServerSideEncryptionConfiguration"]["Rules"]
    return str(found[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])


def _guarded(blocked: bool) -> dict[str, Any]:
    names = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    rule = {"Id": "old", "Status": "Enabled", "ExpirationInDays": 9 if blocked else 8}
    return _bucket(
        PublicAccessBlockConfiguration=dict.fromkeys(names, blocked),
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        VersioningConfiguration={"Status": "Enabled" if blocked else "Suspended"},
        LoggingConfiguration={"DestinationBucketName": "nw-access", "LogFilePrefix": "logs/" if blocked else "old/"},
        LifecycleConfiguration={"Rules": [rule]},
    )


def _guards(client: Client) -> list[Any]:
    s3 = client("s3")
    return [
        set(s3.get_public_access_block(Bucket="nw-logs")["PublicAccessBlockConfiguration"].values()),
        s3.get_bucket_ownership_controls(Bucket="nw-logs")["OwnershipControls"]["Rules"][0]["ObjectOwnership"],
        s3.get_bucket_versioning(Bucket="nw-logs")["Status"],
        s3.get_bucket_logging(Bucket="nw-logs")["LoggingEnabled"]["TargetPrefix"],
        s3.get_bucket_lifecycle_configuration(Bucket="nw-logs")["Rules"][0]["Expiration"]["Days"],
    ]


def _key(rotates: bool) -> dict[str, Any]:
    key = resource("KMS::Key", KeyPolicy={"Statement": [{"Sid": str(rotates)}]}, EnableKeyRotation=rotates)
    return {"Key": key, "Alias": resource("KMS::Alias", AliasName="alias/nw", TargetKeyId={"Ref": "Key"})}


def _rotation(client: Client) -> tuple[bool, str]:
    kms = client("kms")
    key = kms.describe_key(KeyId="alias/nw")["KeyMetadata"]["KeyId"]
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    return kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"], policy["Statement"][0]["Sid"]


def _logs(days: int, pattern: str) -> dict[str, Any]:
    transformation = {"MetricName": "Root", "MetricNamespace": "nw", "MetricValue": "1"}
    return {
        "Group": resource("Logs::LogGroup", LogGroupName="/nw/trail", RetentionInDays=days),
        "Filter": resource(
            "Logs::MetricFilter",
            FilterName="root",
            LogGroupName={"Ref": "Group"},
            FilterPattern=pattern,
            MetricTransformations=[transformation],
        ),
    }


def _log_group(client: Client) -> tuple[int, str, str]:
    logs = client("logs")
    (group,) = logs.describe_log_groups(logGroupNamePrefix="/nw/trail")["logGroups"]
    (found,) = logs.describe_metric_filters(logGroupName="/nw/trail")["metricFilters"]
    return group["retentionInDays"], found["filterPattern"], found["metricTransformations"][0]["metricName"]


def _alarm(threshold: int) -> dict[str, Any]:
    alarm = resource(
        "CloudWatch::Alarm",
        AlarmName="root",
        MetricName="Root",
        Namespace="nw",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=threshold,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=["arn:aws:sns:eu-west-1:222222222222:alerts"],
    )
    return {"Alarm": alarm}


def _alarm_of(client: Client) -> tuple[str, float]:
    (alarm,) = client("cloudwatch").describe_alarms(AlarmNames=["root"])["MetricAlarms"]
    return alarm["AlarmActions"][0], alarm["Threshold"]


def _topic(sid: str) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sns:Publish"}
    policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": {"Ref": "Topic"}}]}
    return {
        "Topic": resource("SNS::Topic", TopicName="alerts", KmsMasterKeyId=f"alias/{sid}"),
        "Policy": resource("SNS::TopicPolicy", Topics=[{"Ref": "Topic"}], PolicyDocument=policy),
        "Mail": resource("SNS::Subscription", TopicArn={"Ref": "Topic"}, Protocol="email", Endpoint="a@example.com"),
    }


def _topic_of(client: Client) -> tuple[str, str, list[str]]:
    sns = client("sns")
    (arn,) = [item["TopicArn"] for item in sns.list_topics()["Topics"]]
    attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    told = [item["Endpoint"] for item in sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]]
    return attributes["KmsMasterKeyId"], json.loads(attributes["Policy"])["Statement"][0]["Sid"], told


def _config(frequency: str) -> dict[str, Any]:
    snapshots = {"DeliveryFrequency": frequency}
    rule = {"Owner": "AWS", "SourceIdentifier": "IAM_PASSWORD_POLICY"}
    role = f"arn:aws:iam::{ACCOUNT}:role/config"
    recorder = resource("Config::ConfigurationRecorder", RoleARN=role, RecordingGroup={"AllSupported": True})
    return {
        "Recorder": recorder,
        "Channel": resource(
            "Config::DeliveryChannel", S3BucketName="nw-config", ConfigSnapshotDeliveryProperties=snapshots
        ),
        "Rule": {
            **resource("Config::ConfigRule", ConfigRuleName="nw-rule", Source=rule, Description=frequency),
            "DependsOn": "Recorder",
        },
        "Aggregator": resource(
            "Config::ConfigurationAggregator",
            ConfigurationAggregatorName="nw",
            OrganizationAggregationSource={"RoleArn": role, "AllAwsRegions": True},
        ),
    }


def _config_of(client: Client) -> tuple[bool, str, str, str]:
    config = client("config")
    (status,) = config.describe_configuration_recorder_status()["ConfigurationRecordersStatus"]
    (channel,) = config.describe_delivery_channels()["DeliveryChannels"]
    (rule,) = config.describe_config_rules()["ConfigRules"]
    (aggregator,) = config.describe_configuration_aggregators()["ConfigurationAggregators"]
    frequency = channel["configSnapshotDeliveryProperties"]["deliveryFrequency"]
    return status["recording"], frequency, rule["Description"], aggregator["ConfigurationAggregatorName"]


def _detector(frequency: str) -> dict[str, Any]:
    criterion = {"Criterion": {"severity": {"Gte": 4 if frequency == "ONE_HOUR" else 7}}}
    return {
        "Detector": resource("GuardDuty::Detector", Enable=True, FindingPublishingFrequency=frequency),
        "Filter": resource(
            "GuardDuty::Filter", Name="low", DetectorId={"Ref": "Detector"}, Action="ARCHIVE", FindingCriteria=criterion
        ),
    }


def _detector_of(client: Client) -> tuple[str, str, int]:
    guardduty = client("guardduty")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    found = guardduty.get_detector(DetectorId=detector)
    criteria = guardduty.get_filter(DetectorId=detector, FilterName="low")["FindingCriteria"]["Criterion"]
    return found["Status"], found["FindingPublishingFrequency"], criteria["severity"]["Gte"]


def _role(duration: int, managed: str) -> dict[str, Any]:
    def document(action: str) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
        return {"Version": "2012-10-17", "Statement": [statement]}

    action = "s3:ListBucket" if managed == "SecurityAudit" else "s3:GetObject"
    return {
        "Role": resource(
            "IAM::Role",
            RoleName="audit",
            AssumeRolePolicyDocument={"Version": "2012-10-17", **TRUST},
            MaxSessionDuration=duration,
            ManagedPolicyArns=[f"arn:aws:iam::aws:policy/{managed}"],
            Policies=[{"PolicyName": "inline", "PolicyDocument": document(action)}],
        ),
        "Policy": resource("IAM::ManagedPolicy", ManagedPolicyName="more", PolicyDocument=document(action)),
        "Profile": resource("IAM::InstanceProfile", InstanceProfileName="audit", Roles=[{"Ref": "Role"}]),
        "Provider": resource("IAM::OIDCProvider", Url="https://id.example", ClientIdList=[managed]),
    }


def _role_of(client: Client) -> tuple[Any, ...]:
    iam = client("iam")
    attached = iam.list_attached_role_policies(RoleName="audit")["AttachedPolicies"]
    inline = iam.get_role_policy(RoleName="audit", PolicyName="inline")["PolicyDocument"]["Statement"]
    arn = f"arn:aws:iam::{ACCOUNT}:policy/more"
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    roles = iam.get_instance_profile(InstanceProfileName="audit")["InstanceProfile"]["Roles"]
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/id.example"
    return (
        iam.get_role(RoleName="audit")["Role"]["MaxSessionDuration"],
        [item["PolicyName"] for item in attached],
        inline[0]["Action"] == document["Statement"][0]["Action"],
        document["Statement"][0]["Action"],
        [role["RoleName"] for role in roles],
        iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)["ClientIDList"],
    )


def _bus(source: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "events:PutEvents"}
    arn = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/nw"
    target = {"Id": source, "Arn": f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"}
    pattern = {"source": [source]}
    return {
        "Bus": resource("Events::EventBus", Name="nw"),
        "Policy": resource(
            "Events::EventBusPolicy",
            EventBusName={"Ref": "Bus"},
            StatementId="organization",
            Statement={**statement, "Resource": arn},
        ),
        "Rule": resource(
            "Events::Rule", Name="nw", EventBusName={"Ref": "Bus"}, EventPattern=pattern, Targets=[target]
        ),
    }


def _bus_of(client: Client) -> tuple[str, Any, list[str]]:
    events = client("events")
    policy = json.loads(events.describe_event_bus(Name="nw")["Policy"])["Statement"][0]["Sid"]
    (rule,) = events.list_rules(EventBusName="nw")["Rules"]
    targets = events.list_targets_by_rule(Rule="nw", EventBusName="nw")["Targets"]
    return policy, json.loads(rule["EventPattern"])["source"], [item["Id"] for item in targets]


CASES = (
    Case(
        what="bucket encryption",
        before=_bucket(**_encrypted("AES256")),
        after=_bucket(**_encrypted("aws:kms")),
        read=_algorithm,
        made="AES256",
        changed="aws:kms",
        everywhere=True,
        public=True,
    ),
    Case(
        what="bucket guards",
        before=_guarded(True),
        after=_guarded(False),
        read=_guards,
        made=[{True}, "BucketOwnerEnforced", "Enabled", "logs/", 9],
        changed=[{False}, "BucketOwnerEnforced", "Suspended", "old/", 8],
        everywhere=True,
        public=True,
    ),
    Case(
        what="bucket policy",
        before=_policy("s3:*"),
        after=_policy("s3:GetObject"),
        read=lambda client: json.loads(client("s3").get_bucket_policy(Bucket="nw-logs")["Policy"])["Statement"][0][
            "Action"
        ],
        made="s3:*",
        changed="s3:GetObject",
        everywhere=True,
        public=True,
    ),
    Case(
        what="key and alias",
        before=_key(True),
        after=_key(False),
        read=_rotation,
        made=(True, "True"),
        changed=(False, "False"),
    ),
    Case(
        what="log group and metric filter",
        before=_logs(90, "{ $.a = 1 }"),
        after=_logs(180, "{ $.a = 2 }"),
        read=_log_group,
        made=(90, "{ $.a = 1 }", "Root"),
        changed=(180, "{ $.a = 2 }", "Root"),
    ),
    Case(
        what="alarm",
        before=_alarm(1),
        after=_alarm(5),
        read=_alarm_of,
        made=("arn:aws:sns:eu-west-1:222222222222:alerts", 1),
        changed=("arn:aws:sns:eu-west-1:222222222222:alerts", 5),
    ),
    Case(
        what="topic, policy and subscription",
        before=_topic("one"),
        after=_topic("two"),
        read=_topic_of,
        made=("alias/one", "one", ["a@example.com"]),
        changed=("alias/two", "two", ["a@example.com"]),
    ),
    Case(
        what="Config",
        before=_config("One_Hour"),
        after=_config("Six_Hours"),
        read=_config_of,
        made=(True, "One_Hour", "One_Hour", "nw"),
        changed=(True, "Six_Hours", "Six_Hours", "nw"),
    ),
    Case(
        what="GuardDuty",
        before=_detector("ONE_HOUR"),
        after=_detector("SIX_HOURS"),
        read=_detector_of,
        made=("ENABLED", "ONE_HOUR", 4),
        changed=("ENABLED", "SIX_HOURS", 7),
    ),
    Case(
        what="IAM",
        before=_role(3600, "SecurityAudit"),
        after=_role(7200, "ReadOnlyAccess"),
        read=_role_of,
        made=(3600, ["SecurityAudit"], True, "s3:ListBucket", ["audit"], ["SecurityAudit"]),
        changed=(7200, ["ReadOnlyAccess"], True, "s3:GetObject", ["audit"], ["ReadOnlyAccess"]),
        everywhere=True,
    ),
    Case(
        what="events",
        before=_bus("aws.guardduty"),
        after=_bus("aws.health"),
        read=_bus_of,
        made=("organization", ["aws.guardduty"], ["aws.guardduty"]),
        changed=("organization", ["aws.health"], ["aws.health"]),
    ),
)
