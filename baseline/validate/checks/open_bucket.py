"""BL108: a bucket without TLS enforcement, public access block or explicit encryption."""

from collections.abc import Iterator
from typing import Any

from baseline.findings import Problem, Severity
from baseline.policy.document import Condition, Statement, read_statements, text_of
from baseline.validate.checks.check import Check
from baseline.validate.subject import Resource, Subject

_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for bucket in subject.of_type("AWS::S3::Bucket"):
        if not any(_is_tls_only(policy) for policy in bucket_policies(subject, bucket)):
            yield Problem(
                path=bucket.path,
                message="no bucket policy in this template refuses requests without TLS",
                fix="deny s3:* on the bucket and its objects if aws:SecureTransport is false",
            )
        block = bucket.properties.get("PublicAccessBlockConfiguration")
        off = [name for name in _BLOCKS if not (isinstance(block, dict) and _is_true(block.get(name)))]
        if off:
            yield Problem(
                path=(*bucket.path, "Properties", "PublicAccessBlockConfiguration"),
                message=f"the bucket can be made public: {', '.join(off)} not true",
                fix="set all four of PublicAccessBlockConfiguration to true",
            )
        if "BucketEncryption" not in bucket.properties:
            yield Problem(
                path=(*bucket.path, "Properties"),
                message="the bucket does not specify its encryption",
                fix="set BucketEncryption, with SSE-KMS if the writers support it",
            )


def bucket_policies(subject: Subject, bucket: Resource) -> list[Resource]:
    """The bucket policies of this template for the bucket, by reference or by name."""
    names = {f"${{{bucket.logical_id}}}", text_of(bucket.properties.get("BucketName", "")) or None}
    return [
        policy
        for policy in subject.of_type("AWS::S3::BucketPolicy")
        if text_of(policy.properties.get("Bucket", "")) in names
    ]


def _is_true(value: Any) -> bool:  # noqa: ANN401 - template data
    return value is True or str(value).lower() == "true"


def _is_tls_only(policy: Resource) -> bool:
    document = policy.properties.get("PolicyDocument")
    return isinstance(document, dict) and any(_denies_plain_http(item) for item in read_statements(document))


def _denies_plain_http(statement: Statement) -> bool:
    """Whether a statement denies all principals and actions over plain HTTP; a further condition would leave a gap."""
    plain = [_is_plain_http(condition) for condition in statement.conditions] == [True]
    objects = any(resource.endswith("*") for resource in statement.resources)
    bucket = any(not resource.endswith("/*") for resource in statement.resources)
    everything = objects and bucket and bool({"s3:*", "*"} & set(statement.actions))
    return statement.effect == "Deny" and statement.everybody and plain and everything


def _is_plain_http(condition: Condition) -> bool:
    return (
        condition.operator in {"Bool", "BoolIfExists"}
        and condition.key.lower() == "aws:securetransport"
        and [value.lower() for value in condition.values] == ["false"]
    )


CHECK = Check(
    id="BL108",
    title="bucket without TLS-only policy, public access block or encryption",
    severity=Severity.ERROR,
    explanation="Each bucket must be reached over TLS only, be unable to become public, and specify its encryption.",
    fix="harden the bucket",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    find=_find,
)
