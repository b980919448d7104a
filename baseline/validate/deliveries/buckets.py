"""Bucket policies and bucket keys, indexed for deliveries."""

from collections.abc import Mapping
from typing import Any

from baseline.policy.document import Path
from baseline.validate.deliveries.expectation import Delivery
from baseline.validate.estate import ORGANIZATION, Estate, Owned

POLICY: Path = ("Properties", "PolicyDocument")
KEY_POLICY: Path = ("Properties", "KeyPolicy")
FULL_CONTROL = {"s3:x-amz-acl": "bucket-owner-full-control"}


class Buckets:
    """Bucket policies, and the keys of buckets, by the bucket's ARN."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.policies: dict[str, Owned] = {}
        for policy in estate.owned.get("AWS::S3::BucketPolicy", ()):
            name = estate.text(policy.resource.properties.get("Bucket"), policy)
            self.policies.setdefault(f"arn:aws:s3:::{name}", policy)

    def key_of(self, arn: str) -> Owned | None:
        """The key that encrypts objects written without an explicit key."""
        bucket = self.estate.by_arn.get(arn)
        if bucket is None:
            return None
        rules = at_path(bucket.resource.properties, "BucketEncryption", "ServerSideEncryptionConfiguration") or [{}]
        key = at_path(rules[0], "ServerSideEncryptionByDefault", "KMSMasterKeyID")
        return self.estate.by_arn.get(self.estate.text(key, bucket)) if key else None

    def source(self, account: str) -> dict[str, str]:
        """The source condition keys that services send for an account of the organization, or for the only account."""
        number = self.estate.account(account)
        return {"aws:SourceAccount": number} | (
            {"aws:SourceOrgID": ORGANIZATION} if self.estate.is_organization else {}
        )

    def put(self, arn: str, what: str, service: str, **changes: Any) -> Delivery:  # noqa: ANN401 - of a delivery
        """A delivery to the bucket."""
        policy = self.policies[arn]
        document = policy.resource.properties.get("PolicyDocument")
        return _delivery(policy, POLICY, self.estate.policy(document, policy), what, service, **changes)

    def encrypt(self, key: Owned, what: str, service: str, **changes: Any) -> Delivery:  # noqa: ANN401 - of a delivery
        """A use of the key by the service itself."""
        policy = self.estate.policy(key.resource.properties.get("KeyPolicy"), key)
        return _delivery(key, KEY_POLICY, policy, what, service, resource=key.arn, **changes)


def _delivery(to: Owned, path: Path, policy: Any, what: str, service: str, **changes: Any) -> Delivery:  # noqa: ANN401
    values: dict[str, Any] = {"extra": {}, **changes}
    return Delivery(to=to, path=(*to.resource.path, *path), policy=policy, what=what, service=service, **values)


def at_path(value: Any, *path: str) -> Any:  # noqa: ANN401 - template data
    """The value at a path of mappings, None if there is none."""
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
