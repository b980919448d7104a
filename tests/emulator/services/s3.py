"""Buckets and their policies."""

import json
from collections.abc import Callable
from typing import Any

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, s3_backends

from tests.emulator.services.place import Handler, Made, Place, Properties, names


def _create(place: Place, properties: Properties) -> Made:
    name = properties.get("BucketName", properties[""])
    where = {} if place.region == "us-east-1" else {"LocationConstraint": place.region}
    place.client("s3").create_bucket(
        Bucket=name,
        ObjectLockEnabledForBucket=bool(properties.get("ObjectLockEnabled")),
        **({"CreateBucketConfiguration": where} if where else {}),
    )
    _settle(place, name, properties)
    arn = f"arn:{place.partition}:s3:::{name}"
    return Made(physical=name, attributes={"Arn": arn, "DomainName": f"{name}.s3.amazonaws.com"})


def _settle(place: Place, name: str, properties: Properties) -> None:
    """Apply the given properties, and reset removed ones if possible."""
    s3 = place.client("s3")
    for given, (operation, argument, translated) in _PUTS.items():
        if given in properties:
            getattr(s3, operation)(Bucket=name, **{argument: translated(properties[given])})
        elif given in _DELETES:
            getattr(s3, _DELETES[given])(Bucket=name)
    _log_access(place, name, properties.get("LoggingConfiguration", {}))


def _log_access(place: Place, name: str, logging: Properties) -> None:
    """Bypass moto's API, which does not support a target bucket policy with the principal `*`."""
    target = {"TargetBucket": logging.get("DestinationBucketName"), "TargetPrefix": logging.get("LogFilePrefix", "")}
    bucket = s3_backends[place.account][place.partition].get_bucket(name)
    bucket.logging = target if logging else {}


def _delete(place: Place, name: str, _: Properties) -> None:
    place.client("s3").delete_bucket(Bucket=name)


def _same(value: Any) -> Any:
    return value


def _encryption(value: Any) -> Any:
    def rule(item: Properties) -> dict[str, Any]:
        default = "ServerSideEncryptionByDefault"
        rest = {key: entry for key, entry in item.items() if key != default}
        return {**rest, **({"ApplyServerSideEncryptionByDefault": item[default]} if default in item else {})}

    return {"Rules": [rule(item) for item in value["ServerSideEncryptionConfiguration"]]}


def _lifecycle(value: Any) -> Any:
    return {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}


def _lifecycle_rule(rule: Properties) -> dict[str, Any]:
    moved = {"Id", "Prefix", "ExpirationInDays", "ExpiredObjectDeleteMarker", "Transitions"}
    expiration = {
        **({"Days": rule["ExpirationInDays"]} if "ExpirationInDays" in rule else {}),
        **({"ExpiredObjectDeleteMarker": True} if rule.get("ExpiredObjectDeleteMarker") else {}),
    }
    transitions = [
        {"StorageClass": item["StorageClass"], "Days": item["TransitionInDays"]} for item in rule.get("Transitions", [])
    ]
    return {
        "ID": rule["Id"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
        **{key: item for key, item in rule.items() if key not in moved},
        **({"Expiration": expiration} if expiration else {}),
        **({"Transitions": transitions} if transitions else {}),
    }


_PUTS: dict[str, tuple[str, str, Callable[[Any], Any]]] = {
    "BucketEncryption": ("put_bucket_encryption", "ServerSideEncryptionConfiguration", _encryption),
    "OwnershipControls": ("put_bucket_ownership_controls", "OwnershipControls", _same),
    "PublicAccessBlockConfiguration": ("put_public_access_block", "PublicAccessBlockConfiguration", _same),
    "VersioningConfiguration": ("put_bucket_versioning", "VersioningConfiguration", _same),
    "LifecycleConfiguration": ("put_bucket_lifecycle_configuration", "LifecycleConfiguration", _lifecycle),
    "ObjectLockConfiguration": ("put_object_lock_configuration", "ObjectLockConfiguration", _same),
}
_DELETES = {
    "BucketEncryption": "delete_bucket_encryption",
    "OwnershipControls": "delete_bucket_ownership_controls",
    "PublicAccessBlockConfiguration": "delete_public_access_block",
    "LifecycleConfiguration": "delete_bucket_lifecycle",
}


def leave_bucket_policies_to_us() -> None:
    """moto applies denials of bucket policies without their conditions: one for other writers would bind each."""
    bucket: Any = FakeBucket
    bucket.get_permission = lambda *_: PermissionResult.NEUTRAL


def _create_policy(place: Place, properties: Properties) -> Made:
    _put_policy(place, "", properties)
    return Made(physical=properties["Bucket"])


def _put_policy(place: Place, _: str, properties: Properties) -> None:
    text = json.dumps(properties["PolicyDocument"])
    place.client("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=text)


def _delete_policy(place: Place, _: str, properties: Properties) -> None:
    place.client("s3").delete_bucket_policy(Bucket=properties["Bucket"])


HANDLERS = {
    "AWS::S3::Bucket": Handler(
        create=_create,
        update=_settle,
        delete=_delete,
        passed=frozenset({"BucketName", "LoggingConfiguration", "ObjectLockEnabled", *_PUTS}),
    ),
    "AWS::S3::BucketPolicy": Handler(
        create=_create_policy, update=_put_policy, delete=_delete_policy, passed=names("Bucket PolicyDocument")
    ),
}
