"""Results of Amazon Macie: the bucket and the key that they are stored with."""

from collections.abc import Iterator, Mapping

from baseline.validate.deliveries.buckets import Buckets, at_path
from baseline.validate.deliveries.expectation import Expectation
from baseline.validate.deliveries.exporter import Exporter
from baseline.validate.estate import Owned

_SOURCE = "https://docs.aws.amazon.com/macie/latest/user/discovery-results-repository-s3.html"
_SERVICE = "macie.amazonaws.com"
_EXPORTER = Exporter(
    service=_SERVICE,
    looks="Macie looks at its bucket",
    stores="Macie stores results",
    file="AWSLogs/results.jsonl.gz",
    source=_SOURCE,
)


def result_expectations(buckets: Buckets) -> Iterator[Expectation]:
    """Every setting that stores results, with its bucket and its key."""
    for setting in buckets.estate.owned.get("Custom::Setting", ()):
        destination = at_path(setting.resource.properties, "Arguments", "configuration", "s3Destination")
        if setting.resource.properties.get("Setting") == "macie-results" and destination:
            yield from _results(buckets, setting, destination)


def _results(buckets: Buckets, setting: Owned, destination: Mapping[str, object]) -> Iterator[Expectation]:
    estate = buckets.estate
    arn = f"arn:aws:s3:::{estate.text(destination.get('bucketName'), setting)}"
    # The profile gives the ARN of the log archive's key once AWS has assigned it: no stack of the plan knows it.
    key = estate.by_arn.get(estate.text(destination.get("kmsKeyArn"), setting)) or buckets.key_of(arn)
    source = f"arn:aws:macie2:{setting.place.region}:{setting.account}"
    for kind in ("export-configuration:*", "classification-job/0123456789abcdef"):
        sent = {**buckets.source(setting.place.account), "aws:SourceArn": f"{source}:{kind}"}
        if key:
            encrypt = buckets.encrypt(
                key,
                "Macie encrypts results",
                _SERVICE,
                actions=("kms:GenerateDataKey", "kms:Encrypt"),
                sent=sent,
                source=_SOURCE,
            )
            yield from encrypt.expectations()
            yield from encrypt.without_grants("kms:CreateGrant", "kms:Decrypt")
        if arn in buckets.policies:
            yield from _EXPORTER.expectations(buckets, arn, sent)
