"""Deliveries to buckets and to the keys that encrypt them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from baseline.policy.document import Path
from baseline.validate.deliveries.buckets import FULL_CONTROL, KEY_POLICY, POLICY, Buckets, at_path
from baseline.validate.deliveries.configuration import config_expectations
from baseline.validate.deliveries.expectation import PROBE, Expectation, Guarded, by_role
from baseline.validate.deliveries.exporter import Exporter
from baseline.validate.deliveries.files import file_expectations
from baseline.validate.deliveries.macie import result_expectations
from baseline.validate.deliveries.records import record_expectations
from baseline.validate.estate import FOREIGN, MEMBER, ORGANIZATION, Estate, Owned

_SSE_S3 = {"s3:x-amz-server-side-encryption": "AES256"}
_CLOUDTRAIL = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html"
_CLOUDTRAIL_KEY = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html"
_VENDED = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html"
_GUARDDUTY = "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_exportfindings.html"
_ACCESS_LOGS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html"
_LOAD_BALANCERS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"


def storage_expectations(estate: Estate) -> Iterator[Expectation]:
    """Every delivery to a bucket with its key, and calls on both that must be denied."""
    buckets = Buckets(estate)
    for trail in estate.owned.get("AWS::CloudTrail::Trail", ()):
        yield from _trail(buckets, trail)
    for channel in estate.owned.get("AWS::Config::DeliveryChannel", ()):
        yield from config_expectations(buckets, channel)
    yield from _finding_exports(buckets)
    yield from result_expectations(buckets)
    yield from record_expectations(buckets)
    yield from file_expectations(buckets)
    for bucket in estate.owned.get("AWS::S3::Bucket", ()):
        yield from _access_logs(buckets, bucket)
    for arn in buckets.policies:
        yield from _vended(buckets, arn)
        yield from _denied_to_all(buckets, arn)


def _trail(buckets: Buckets, trail: Owned) -> Iterator[Expectation]:
    estate, service = buckets.estate, "cloudtrail.amazonaws.com"
    arn = f"arn:aws:s3:::{estate.text(trail.resource.properties.get('S3BucketName'), trail)}"
    if arn not in buckets.policies:
        return
    owner = estate.account(trail.place.account)
    sent = {"aws:SourceArn": trail.arn, "aws:SourceAccount": owner}
    check = buckets.put(
        arn,
        "CloudTrail looks at its bucket",
        service,
        actions=("s3:GetBucketAcl",),
        resource=arn,
        sent=sent,
        source=_CLOUDTRAIL,
    )
    yield from check.expectations()
    folders = [owner] + ([f"{ORGANIZATION}/{MEMBER}"] if trail.resource.properties.get("IsOrganizationTrail") else [])
    other = {"aws:SourceArn": trail.arn.rpartition("/")[0] + "/another-trail"}
    for folder in folders:
        write = buckets.put(
            arn,
            "CloudTrail writes a log file",
            service,
            actions=("s3:PutObject",),
            resource=f"{arn}/AWSLogs/{folder}/CloudTrail/file.json.gz",
            sent=sent,
            extra=FULL_CONTROL,
            source=_CLOUDTRAIL,
        )
        yield from write.expectations()
        yield from write.elsewhere(f"{arn}/elsewhere/file", "outside its folder")
        yield from write.from_elsewhere(other, "for another trail")
        # Digest files are encrypted with SSE-S3, whatever key the trail has (CloudTrail user guide, same page).
        digest = replace(write, what="CloudTrail writes a digest file", extra={**FULL_CONTROL, **_SSE_S3})
        yield from islice(digest.expectations(), 1)
    key = estate.by_arn.get(estate.text(trail.resource.properties.get("KMSKeyId"), trail))
    if key:
        yield from _trail_key(buckets, trail, key, sent, other)


def _trail_key(
    buckets: Buckets, trail: Owned, key: Owned, sent: Mapping[str, str], other: Mapping[str, str]
) -> Iterator[Expectation]:
    service = "cloudtrail.amazonaws.com"
    context = {"kms:EncryptionContext:aws:cloudtrail:arn": trail.arn}
    encrypt = buckets.encrypt(
        key,
        "CloudTrail encrypts a log file",
        service,
        actions=("kms:GenerateDataKey", "kms:Decrypt"),
        sent={**sent, **context},
        source=_CLOUDTRAIL_KEY,
    )
    yield from encrypt.expectations()
    yield from encrypt.from_elsewhere(other, "for another trail")
    wrong = {"kms:EncryptionContext:aws:cloudtrail:arn": trail.arn.replace(":trail/", ":other/")}
    yield from encrypt.from_elsewhere(wrong, "in another encryption context")
    yield from encrypt.without_grants("kms:CreateGrant", "kms:Encrypt")
    describe = buckets.encrypt(
        key,
        "CloudTrail looks at its key",
        service,
        actions=("kms:DescribeKey",),
        sent=sent,
        source=_CLOUDTRAIL_KEY,
    )
    yield from describe.expectations()
    if key.account != trail.account:
        owner = by_role("kms:DescribeKey", key.arn, f"arn:aws:iam::{trail.account}:role/{PROBE}")
        policy = buckets.estate.policy(key.resource.properties.get("KeyPolicy"), key)
        guarded = Guarded(key, (*key.resource.path, *KEY_POLICY), policy)
        yield guarded.expects("who makes the trail looks at its key", owner, allowed=True, source=_CLOUDTRAIL_KEY)


def _finding_exports(buckets: Buckets) -> Iterator[Expectation]:
    """Exports of findings; without the key's ARN in the profile there are none, and the detector is checked instead."""
    estate = buckets.estate
    exports = list(estate.owned.get("AWS::GuardDuty::PublishingDestination", ()))
    for export in exports:
        target = at_path(export.resource.properties, "DestinationProperties", "DestinationArn")
        yield from _guardduty(buckets, export, estate.text(target, export))
    detector = next(iter(estate.owned.get("AWS::GuardDuty::Detector", ())), None)
    for arn in buckets.policies if detector and not exports else ():
        if "-guardduty-logs-" in arn and detector:
            yield from _guardduty(buckets, detector, arn)


def _guardduty(buckets: Buckets, export: Owned, arn: str) -> Iterator[Expectation]:
    estate = buckets.estate
    named = estate.text(at_path(export.resource.properties, "DestinationProperties", "KmsKeyArn"), export)
    # The profile gives the ARN of the log archive's key once AWS has assigned it: no stack of the plan knows it.
    key = estate.by_arn.get(named) or buckets.key_of(arn)
    account = estate.account(export.place.account)
    sent = {
        **buckets.source(export.place.account),
        "aws:SourceArn": f"arn:aws:guardduty:{export.place.region}:{account}:detector/0123456789abcdef",
    }
    service = "guardduty.amazonaws.com"
    if key:
        encrypt = buckets.encrypt(
            key,
            "GuardDuty encrypts findings",
            service,
            actions=("kms:GenerateDataKey",),
            sent=sent,
            source=_GUARDDUTY,
        )
        yield from encrypt.expectations()
        yield from encrypt.without_grants("kms:CreateGrant", "kms:Decrypt", "kms:Encrypt")
    if arn in buckets.policies:
        exporter = Exporter(
            service=service,
            looks="GuardDuty looks at its bucket",
            stores="GuardDuty exports findings",
            file=f"AWSLogs/{account}/GuardDuty/file.jsonl.gz",
            source=_GUARDDUTY,
        )
        yield from exporter.expectations(buckets, arn, sent)


def _access_logs(buckets: Buckets, bucket: Owned) -> Iterator[Expectation]:
    estate = buckets.estate
    target = at_path(bucket.resource.properties, "LoggingConfiguration", "DestinationBucketName")
    arn = f"arn:aws:s3:::{estate.text(target, bucket)}"
    if target is None or arn not in buckets.policies:
        return
    write = buckets.put(
        arn,
        "S3 writes an access log",
        "logging.s3.amazonaws.com",
        actions=("s3:PutObject",),
        resource=f"{arn}/{bucket.resource.logical_id}/log",
        sent={"aws:SourceAccount": estate.account(bucket.place.account), "aws:SourceArn": bucket.arn},
        source=_ACCESS_LOGS,
    )
    yield from write.expectations()


def _vended(buckets: Buckets, arn: str) -> Iterator[Expectation]:
    """Vended logs of any account, and load balancer logs, by the purpose in the bucket's name."""
    service = "delivery.logs.amazonaws.com"
    vended, balancers = "-vended-logs-" in arn, "-load-balancer-logs-" in arn
    web_acls = ":::aws-waf-logs-" in arn
    if not (vended or web_acls or balancers):
        return
    place = buckets.policies[arn].place
    account = MEMBER if buckets.estate.is_organization else buckets.estate.account(place.account)
    sent = buckets.source(place.account) | {
        "aws:SourceAccount": account,
        "aws:SourceArn": f"arn:aws:logs:{place.region}:{account}:delivery-source:flow-logs",
    }
    check = ("s3:GetBucketAcl",) if balancers else ("s3:GetBucketAcl", "s3:ListBucket")
    what = "logs of network load balancers" if balancers else "records of web ACLs" if web_acls else "vended logs"
    folder = f"WAFLogs/{place.region}/web-acl" if web_acls else "vpcflowlogs"
    look = buckets.put(
        arn,
        f"CloudWatch Logs checks the bucket of {what}",
        service,
        actions=check,
        resource=arn,
        sent=sent,
        source=_VENDED,
    )
    write = buckets.put(
        arn,
        f"CloudWatch Logs delivers {what}",
        service,
        actions=("s3:PutObject",),
        resource=f"{arn}/AWSLogs/{account}/{folder}/file.log.gz",
        sent=sent,
        extra=FULL_CONTROL,
        source=_VENDED,
    )
    yield from look.expectations()
    yield from write.expectations()
    key = buckets.key_of(arn)
    if key:
        actions = ("kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ReEncryptFrom")
        encrypt = buckets.encrypt(
            key, "CloudWatch Logs encrypts vended logs", service, actions=actions, sent=sent, source=_VENDED
        )
        yield from encrypt.expectations()
        yield from encrypt.without_grants("kms:CreateGrant")
    if balancers:
        yield from _balancers(buckets, arn, sent)


def _balancers(buckets: Buckets, arn: str, sent: Mapping[str, str]) -> Iterator[Expectation]:
    place, account = buckets.policies[arn].place, sent["aws:SourceAccount"]
    source_arn = f"arn:aws:elasticloadbalancing:{place.region}:{account}:loadbalancer/app/web/0123456789abcdef"
    balancer = buckets.put(
        arn,
        "Elastic Load Balancing writes an access log",
        "logdelivery.elasticloadbalancing.amazonaws.com",
        actions=("s3:PutObject",),
        resource=f"{arn}/AWSLogs/{account}/elasticloadbalancing/file.log.gz",
        sent={**sent, "aws:SourceArn": source_arn},
        source=_LOAD_BALANCERS,
    )
    yield from balancer.expectations()


def _denied_to_all(buckets: Buckets, arn: str) -> Iterator[Expectation]:
    """Calls on a log bucket that must be denied to every principal."""
    policy = buckets.policies[arn]
    at: Path = (*policy.resource.path, *POLICY)
    document = buckets.estate.policy(policy.resource.properties.get("PolicyDocument"), policy)
    own = f"arn:aws:iam::{buckets.estate.account(policy.place.account)}:role/{PROBE}"
    file = f"{arn}/AWSLogs/{MEMBER}/file"
    asks: list[tuple[str, str, str, str, dict[str, str]]] = [
        ("deletes a log", "s3:DeleteObject", file, own, {}),
        ("deletes a version of a log", "s3:DeleteObjectVersion", file, own, {}),
        ("deletes objects outside AWSLogs", "s3:DeleteObject", f"{arn}/elsewhere", own, {}),
        ("reads without TLS", "s3:GetObject", file, own, {"aws:SecureTransport": "false"}),
        ("lists without TLS", "s3:ListBucket", arn, own, {"aws:SecureTransport": "false"}),
        ("reads with TLS 1.1", "s3:GetObject", file, own, {"s3:TlsVersion": "1.1"}),
        ("lists with TLS 1.1", "s3:ListBucket", arn, own, {"s3:TlsVersion": "1.1"}),
    ]
    if buckets.key_of(arn):
        key = {
            "s3:x-amz-server-side-encryption": "aws:kms",
            "s3:x-amz-server-side-encryption-aws-kms-key-id": f"arn:aws:kms:eu-west-1:{FOREIGN}:key/another",
        }
        asks += [
            ("writes with another key", "s3:PutObject", file, own, key),
            ("writes with another algorithm", "s3:PutObject", file, own, {"s3:x-amz-server-side-encryption": "AES256"}),
        ]
    for account, who in ((FOREIGN, "a foreign account"), (MEMBER, "another account")):
        role = f"arn:aws:iam::{account}:role/{PROBE}"
        asks += [
            (f"of {who} calls {action}", action, target, role, dict(FULL_CONTROL))
            for action, target in (
                ("s3:GetObject", file),
                ("s3:PutObject", file),
                ("s3:ListBucket", arn),
                ("s3:PutBucketPolicy", arn),
            )
        ]
    for what, action, resource, role, extra in asks:
        request = by_role(action, resource, role, extra=extra)
        yield Guarded(policy, at, document).expects(f"an administrator {what}", request, allowed=False)
