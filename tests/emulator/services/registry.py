"""The handlers by resource type; resources of other types are only recorded."""

from tests.emulator.services import (
    cloudtrail,
    cloudwatch,
    config,
    detective,
    events,
    guardduty,
    iam,
    kms,
    logs,
    macie,
    s3,
    securityhub,
    sns,
)
from tests.emulator.services.place import Handler

HANDLERS: dict[str, Handler] = {
    **cloudtrail.HANDLERS,
    **cloudwatch.HANDLERS,
    **config.HANDLERS,
    **detective.HANDLERS,
    **events.HANDLERS,
    **guardduty.HANDLERS,
    **iam.HANDLERS,
    **kms.HANDLERS,
    **logs.HANDLERS,
    **macie.HANDLERS,
    **s3.HANDLERS,
    **securityhub.HANDLERS,
    **sns.HANDLERS,
}
