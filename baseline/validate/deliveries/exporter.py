"""Services that check their bucket and write files with one key only."""

from collections.abc import Iterator, Mapping

from baseline.frozen import frozen
from baseline.validate.deliveries.buckets import Buckets
from baseline.validate.deliveries.expectation import Expectation
from baseline.validate.estate import FOREIGN

_KEY_HEADER = "s3:x-amz-server-side-encryption-aws-kms-key-id"


@frozen
class Exporter:
    """A service that exports to a bucket.

    Attributes:
        service: Its service principal.
        looks: The check of the bucket's Region, as subject and verb of a message.
        stores: The export, as subject and verb of a message.
        file: A key that it writes.
        source: Page that documents the bucket's policy.
    """

    service: str
    looks: str
    stores: str
    file: str
    source: str

    def expectations(self, buckets: Buckets, arn: str, sent: Mapping[str, str]) -> Iterator[Expectation]:
        """The two calls with the context that the service sends, and the export with another key, which is denied."""
        check = buckets.put(
            arn,
            self.looks,
            self.service,
            actions=("s3:GetBucketLocation",),
            resource=arn,
            sent=sent,
            source=self.source,
        )
        yield from check.expectations()
        key = buckets.key_of(arn)
        write = buckets.put(
            arn,
            self.stores,
            self.service,
            actions=("s3:PutObject",),
            resource=f"{arn}/{self.file}",
            sent=sent,
            extra={_KEY_HEADER: key.arn} if key else {},
            source=self.source,
        )
        yield from write.expectations()
        wrong = {_KEY_HEADER: f"arn:aws:kms:eu-west-1:{FOREIGN}:key/another"}
        yield from write.from_elsewhere(wrong, "with another key")
