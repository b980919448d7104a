"""Files that a function of the baseline stores in a bucket, and the roles that read them there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from baseline.policy.document import Path
from baseline.validate.deliveries.buckets import POLICY, Buckets, at_path
from baseline.validate.deliveries.expectation import PROBE, Expectation, Guarded, by_role
from baseline.validate.estate import FOREIGN, MEMBER, Owned

_LISTS = "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-lists-prerequisites.html"
_HOOKS = "https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/guard-hooks-prepare-to-create-hook.html"
_SERVICE_ROLE = "aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"


@dataclass(frozen=True)
class _Read:
    """The property with the file's location, the roles that read it, and where AWS documents them.

    `roles` are names in the account of the resource; `shared` says whether the roles of every account read the bucket.
    """

    path: tuple[str, ...]
    roles: tuple[str, ...]
    source: str
    shared: bool = False


_LIST = _Read(("Location",), ("stacksets-exec-0123456789abcdef0", _SERVICE_ROLE), _LISTS)

_READ: Mapping[str, _Read] = {
    "AWS::CloudFormation::GuardHook": _Read(("RuleLocation", "Uri"), (), _HOOKS, shared=True),
    "AWS::GuardDuty::IPSet": _LIST,
    "AWS::GuardDuty::ThreatEntitySet": _LIST,
    "AWS::GuardDuty::ThreatIntelSet": _LIST,
    "AWS::GuardDuty::TrustedEntitySet": _LIST,
}
"""Resource type → the file that it reads."""


def file_expectations(buckets: Buckets) -> Iterator[Expectation]:
    """Every file that the baseline stores: only its function writes it, and only the roles that need it read it."""
    for setting in buckets.estate.owned.get("Custom::Setting", ()):
        if setting.resource.properties.get("Setting") == "stored-file":
            yield from _stored(buckets, setting)
    for kind, read in _READ.items():
        for reader in buckets.estate.owned.get(kind, ()):
            yield from _read(buckets, reader, read)


def _bucket(buckets: Buckets, arn: str) -> Guarded | None:
    policy = buckets.policies.get(arn)
    if policy is None:
        return None
    at: Path = (*policy.resource.path, *POLICY)
    return Guarded(policy, at, buckets.estate.policy(policy.resource.properties.get("PolicyDocument"), policy))


def _stored(buckets: Buckets, setting: Owned) -> Iterator[Expectation]:
    estate, arguments = buckets.estate, setting.resource.properties.get("Arguments")
    bucket = f"arn:aws:s3:::{estate.text(at_path(arguments, 'Bucket'), setting)}"
    guarded = _bucket(buckets, bucket)
    if guarded is None:
        return
    file = f"{bucket}/{estate.text(at_path(arguments, 'Key'), setting)}"
    function = estate.text(setting.resource.properties.get("ServiceToken"), setting).rpartition(":")[2]
    for name, does, action, allowed in (
        (function, "stores", "s3:PutObject", True),
        (PROBE, "stores", "s3:PutObject", False),
        (PROBE, "replaces by replication", "s3:ReplicateObject", False),
        (PROBE, "deletes", "s3:DeleteObject", False),
        (PROBE, "deletes by replication", "s3:ReplicateDelete", False),
    ):
        request = by_role(action, file, f"arn:aws:iam::{setting.account}:role/{name}")
        yield guarded.expects(f"{name} {does} {file}", request, allowed=allowed)


def _read(buckets: Buckets, reader: Owned, read: _Read) -> Iterator[Expectation]:
    location = buckets.estate.text(at_path(reader.resource.properties, *read.path), reader)
    file = f"arn:aws:s3:::{location.removeprefix('s3://')}"
    guarded = _bucket(buckets, file.partition("/")[0])
    if guarded is None:
        return
    given = buckets.estate.text(reader.resource.properties.get("ExecutionRole"), reader).partition(":role/")[2]
    roles = read.roles or (given,)
    for name in roles:
        own = by_role("s3:GetObject", file, f"arn:aws:iam::{reader.account}:role/{name}")
        yield guarded.expects(f"{name} reads {file}", own, allowed=True, source=read.source)
        foreign = by_role("s3:GetObject", file, f"arn:aws:iam::{FOREIGN}:role/{name}")
        yield guarded.expects(f"{name} of a foreign account reads {file}", foreign, allowed=False)
        if not read.shared and buckets.estate.is_organization:
            member = by_role("s3:GetObject", file, f"arn:aws:iam::{MEMBER}:role/{name}")
            yield guarded.expects(f"{name} of another account reads {file}", member, allowed=False)
    if reader.account != guarded.owner.account:
        other = by_role("s3:GetObject", file, f"arn:aws:iam::{reader.account}:role/{PROBE}")
        yield guarded.expects(f"an administrator of the account reads {file}", other, allowed=False)
