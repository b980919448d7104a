"""Deliveries of AWS Config, by its service principal and by the role of each account's recorder."""

from collections.abc import Iterator, Mapping

from baseline.policy.document import Path
from baseline.validate.deliveries.buckets import FULL_CONTROL, KEY_POLICY, POLICY, Buckets
from baseline.validate.deliveries.expectation import PROBE, Expectation, Guarded, Held, by_role
from baseline.validate.estate import FOREIGN, MEMBER, Owned

_CONFIG = "https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html"
_CONFIG_KEY = "https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html"


def config_expectations(buckets: Buckets, channel: Owned) -> Iterator[Expectation]:
    """The calls of a delivery channel and its recorder's role on the bucket and the key."""
    estate, service = buckets.estate, "config.amazonaws.com"
    arn = f"arn:aws:s3:::{estate.text(channel.resource.properties.get('S3BucketName'), channel)}"
    if arn not in buckets.policies:
        return
    account = estate.account(channel.place.account)
    sent = {
        **buckets.source(channel.place.account),
        "aws:SourceArn": f"arn:aws:config:{channel.place.region}:{account}:config-recorder/default",
    }
    check = buckets.put(
        arn,
        "AWS Config looks at its bucket",
        service,
        actions=("s3:GetBucketAcl", "s3:ListBucket"),
        resource=arn,
        sent=sent,
        source=_CONFIG,
    )
    write = buckets.put(
        arn,
        "AWS Config writes a history file",
        service,
        actions=("s3:PutObject",),
        resource=f"{arn}/AWSLogs/{account}/Config/file.json.gz",
        sent=sent,
        extra=FULL_CONTROL,
        source=_CONFIG,
    )
    yield from check.expectations()
    yield from write.expectations()
    yield from write.elsewhere(f"{arn}/elsewhere/file", "outside its folder")
    yield from check.without_grants("s3:PutBucketPolicy")
    key = buckets.key_of(arn)
    if key:
        encrypt = buckets.encrypt(
            key,
            "AWS Config encrypts a history file",
            service,
            actions=("kms:GenerateDataKey", "kms:Decrypt"),
            sent=sent,
            source=_CONFIG_KEY,
        )
        yield from encrypt.expectations()
        yield from encrypt.without_grants("kms:CreateGrant", "kms:Encrypt")
    for recorder in estate.owned.get("AWS::Config::ConfigurationRecorder", ()):
        if recorder.place == channel.place:
            yield from _recorder(buckets, recorder, arn, key)


def _recorder(buckets: Buckets, recorder: Owned, arn: str, key: Owned | None) -> Iterator[Expectation]:
    """Requests of the recorder's role: its own policies and, across accounts, those of the bucket and the key."""
    estate = buckets.estate
    role = estate.by_arn.get(estate.text(recorder.resource.properties.get("RoleARN"), recorder))
    if role is None:
        return
    account = estate.account(role.place.account)
    file = f"{arn}/AWSLogs/{account}/Config/file.json.gz"
    via = {"kms:ViaService": f"s3.{(key or role).place.region}.amazonaws.com"}
    asks = [("s3:PutObject", file, FULL_CONTROL), ("s3:GetBucketAcl", arn, {}), ("s3:ListBucket", arn, {})]
    if key:
        asks += [("kms:GenerateDataKey", key.arn, via), ("kms:Decrypt", key.arn, via)]
    own = tuple(
        estate.policy(item.get("PolicyDocument"), role)
        for item in role.resource.properties.get("Policies", ())
        if isinstance(item, Mapping)
    )
    place: Path = (*role.resource.path, "Properties", "Policies")
    for action, resource, extra in asks:
        request = by_role(action, resource, role.arn, extra=extra)
        yield Held(role, place, own).expects(f"the recorder's role calls {action}", request, allowed=True)
    for action, resource in (("s3:PutObject", "arn:aws:s3:::another/file"), ("s3:GetObject", file)):
        request = by_role(action, resource, role.arn, extra=FULL_CONTROL)
        what = f"the recorder's role calls {action} on {resource}"
        yield Held(role, place, own).expects(what, request, allowed=False)
    if key:
        request = by_role("kms:Decrypt", key.arn, role.arn)
        yield Held(role, place, own).expects("the recorder's role decrypts without S3", request, allowed=False)
    if role.place.account != "log_archive" and estate.is_organization:
        yield from _recorder_across(buckets, role, arn, key, asks)


def _recorder_across(
    buckets: Buckets, role: Owned, arn: str, key: Owned | None, asks: list[tuple[str, str, dict[str, str]]]
) -> Iterator[Expectation]:
    estate, policy = buckets.estate, buckets.policies[arn]
    at: Path = (*policy.resource.path, *POLICY)
    document = estate.policy(policy.resource.properties.get("PolicyDocument"), policy)
    name = role.arn.rpartition("/")[2]
    foreign = f"arn:aws:iam::{FOREIGN}:role/{name}"
    other = f"arn:aws:iam::{role.arn.split(':')[4]}:role/{PROBE}"
    for action, resource, extra in asks:
        owner, where, grants = (policy, at, document)
        if key and action.startswith("kms:"):
            owner, where = key, (*key.resource.path, *KEY_POLICY)
            grants = estate.policy(key.resource.properties.get("KeyPolicy"), key)
        for who, allowed in ((role.arn, True), (foreign, False), (other, False)):
            request = by_role(action, resource, who, extra=extra)
            yield Guarded(owner, where, grants).expects(
                f"{who} calls {action}", request, allowed=allowed, source=_CONFIG
            )
        if action == "s3:PutObject":
            request = by_role(action, f"{arn}/AWSLogs/{MEMBER}0/Config/file", role.arn, extra=extra)
            what = f"{name} writes under the number of another account"
            yield Guarded(owner, where, grants).expects(what, request, allowed=False, source=_CONFIG)
            for other_action in ("s3:GetObject", "s3:PutObjectAcl"):
                request = by_role(other_action, resource, role.arn, extra=extra)
                yield Guarded(owner, where, grants).expects(f"{name} calls {other_action}", request, allowed=False)
        if action.startswith("kms:"):
            request = by_role(action, resource, role.arn)
            yield Guarded(owner, where, grants).expects(f"{name} calls {action} without S3", request, allowed=False)
            request = by_role("kms:CreateGrant", resource, role.arn, extra=extra)
            yield Guarded(owner, where, grants).expects(f"{name} creates a grant", request, allowed=False)
