"""Keys: administrators, calls of CloudWatch Logs, and calls that must be denied."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import product

from baseline.plan.model import Method
from baseline.policy.document import Path
from baseline.validate.deliveries.expectation import PROBE, Delivery, Expectation, Guarded, by_role
from baseline.validate.estate import FOREIGN, MEMBER, Estate, Owned

_KEY_POLICY: Path = ("Properties", "KeyPolicy")
_LOGS = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html"
_STACK_SETS = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html"
_EXECUTION = "stacksets-exec-0123456789abcdef0123456789abcdef"
_ADMINISTRATION = (
    "kms:DeleteAlias",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:UpdateAlias",
)
_USE = ("kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:CreateGrant", "kms:PutKeyPolicy")
_LOGS_USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptTo")


def key_expectations(estate: Estate) -> Iterator[Expectation]:
    """Every key of the plan, and every log group that is encrypted with one."""
    for key in estate.owned.get("AWS::KMS::Key", ()):
        yield from _administration(estate, key)
        yield from _use(estate, key)
    for group in estate.owned.get("AWS::Logs::LogGroup", ()):
        if group.resource.properties.get("KmsKeyId"):
            yield from _log_group(estate, group)


def _administration(estate: Estate, key: Owned) -> Iterator[Expectation]:
    """The deployment role is allowed, and administrators that the policy does not name are denied."""
    guarded = _guarded(estate, key)
    account = f"arn:aws:iam::{key.account}"
    stack = key.subject.template.stack
    asks = [(f"{account}:root", True, "")]
    if not any(fnmatchcase(PROBE, pattern) for pattern in getattr(stack.context, "administrators", ())):
        asks.append((f"{account}:role/{PROBE}", False, ""))
    if any(item.method is Method.STACK_SET for item in stack.deployments):
        asks.append((f"{account}:role/{_EXECUTION}", True, _STACK_SETS))
    for action in _ADMINISTRATION:
        for who, allowed, source in asks:
            request = by_role(action, key.arn, who)
            yield guarded.expects(f"{who} calls {action}", request, allowed=allowed, source=source)


def _use(estate: Estate, key: Owned) -> Iterator[Expectation]:
    """Administrators of other accounts cannot use the key, directly or through S3 or EC2."""
    guarded = _guarded(estate, key)
    for account in (FOREIGN, MEMBER):
        role = f"arn:aws:iam::{account}:role/{PROBE}"
        for action in _USE:
            for who in (role, f"arn:aws:iam::{account}:root"):
                yield guarded.expects(f"{who} calls {action}", by_role(action, key.arn, who), allowed=False)
        for action, service in product(_USE[:2], ("s3", "ec2")):
            via = {"kms:ViaService": f"{service}.{key.place.region}.amazonaws.com"}
            what = f"{role} calls {action} through {service}"
            yield guarded.expects(what, by_role(action, key.arn, role, extra=via), allowed=False)


def _guarded(estate: Estate, key: Owned) -> Guarded:
    policy = estate.policy(key.resource.properties.get("KeyPolicy"), key)
    return Guarded(key, (*key.resource.path, *_KEY_POLICY), policy)


def _log_group(estate: Estate, group: Owned) -> Iterator[Expectation]:
    key = estate.named(group.resource.properties.get("KmsKeyId"), group)
    at = key or group
    delivery = Delivery(
        to=at,
        path=(*at.resource.path, *(_KEY_POLICY if key else ("Properties", "KmsKeyId"))),
        policy=estate.policy(at.resource.properties.get("KeyPolicy"), at),
        what=f"CloudWatch Logs encrypts {group.arn.rpartition(':')[2]}",
        service=f"logs.{group.place.region}.amazonaws.com",
        actions=_LOGS_USE,
        resource=key.arn if key else f"arn:aws:kms:{group.place.region}:{FOREIGN}:key/unknown",
        sent={"kms:EncryptionContext:aws:logs:arn": group.arn},
        extra={},
        source=_LOGS,
    )
    yield from delivery.expectations()
    other = group.arn.rpartition(":")[0] + ":/another/group"
    yield from delivery.from_elsewhere({"kms:EncryptionContext:aws:logs:arn": other}, "for another log group")
    yield from delivery.without_grants("kms:CreateGrant")
