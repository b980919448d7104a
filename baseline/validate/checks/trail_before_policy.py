"""BL114: a trail that may be created before its bucket policy."""

from collections.abc import Iterator
from typing import Any

from baseline.findings import Problem, Severity
from baseline.policy.document import text_of
from baseline.validate.checks.check import Check
from baseline.validate.checks.open_bucket import bucket_policies
from baseline.validate.subject import Subject


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for trail in subject.of_type("AWS::CloudTrail::Trail"):
        name = text_of(trail.properties.get("S3BucketName"))
        for bucket in subject.of_type("AWS::S3::Bucket"):
            if name not in {f"${{{bucket.logical_id}}}", text_of(bucket.properties.get("BucketName", "")) or None}:
                continue
            policies = {policy.logical_id for policy in bucket_policies(subject, bucket)}
            if not policies & set(_depends_on(trail.body.get("DependsOn"))):
                wanted = ", ".join(sorted(policies)) or "a bucket policy"
                yield Problem(
                    path=trail.path,
                    message=f"the trail does not wait for the policy of its bucket {bucket.logical_id}: CloudTrail "
                    "checks at creation that it may write",
                    fix=f"write DependsOn: {wanted}",
                )


def _depends_on(value: Any) -> list[str]:  # noqa: ANN401 - template data
    return [value] if isinstance(value, str) else list(value or ())


CHECK = Check(
    id="BL114",
    title="trail does not wait for its bucket policy",
    severity=Severity.ERROR,
    explanation="CloudFormation sees no dependency between a trail and the policy of its bucket, and creates them at "
    "the same time; CloudTrail then refuses the bucket.",
    fix="write DependsOn with the bucket policy",
    source="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html",
    find=_find,
)
