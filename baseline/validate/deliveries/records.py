"""Records of automated response: the role that puts them into the log archive."""

from collections.abc import Iterator, Mapping

from baseline.policy.document import Path
from baseline.validate.deliveries.buckets import KEY_POLICY, POLICY, Buckets
from baseline.validate.deliveries.expectation import PROBE, Expectation, Guarded, Held, by_role
from baseline.validate.estate import Owned

_Asks = list[tuple[str, str, dict[str, str], bool]]


def record_expectations(buckets: Buckets) -> Iterator[Expectation]:
    """The recorder's role may write to its bucket, with its key, and nothing else; no other role of its account may."""
    roles = [item for item in buckets.estate.owned.get("AWS::IAM::Role", ()) if item.arn.endswith("-response-record")]
    for arn in buckets.policies:
        for role in roles if "-response-logs-" in arn else ():
            yield from _of_role(buckets, role, _asks(buckets, arn))
            yield from _of_archive(buckets, role, arn)


def _asks(buckets: Buckets, arn: str) -> _Asks:
    """Action, resource, headers, and whether the recorder may."""
    asks: _Asks = [("s3:PutObject", f"{arn}/run.json", {}, True), ("s3:GetObject", f"{arn}/run.json", {}, False)]
    key = buckets.key_of(arn)
    if key:
        via = {"kms:ViaService": f"s3.{key.place.region}.amazonaws.com"}
        asks += [("kms:GenerateDataKey", key.arn, via, True), ("kms:Decrypt", key.arn, via, False)]
    return asks


def _of_role(buckets: Buckets, role: Owned, asks: _Asks) -> Iterator[Expectation]:
    own = tuple(
        buckets.estate.policy(item.get("PolicyDocument"), role)
        for item in role.resource.properties.get("Policies", ())
        if isinstance(item, Mapping)
    )
    held = Held(role, (*role.resource.path, "Properties", "Policies"), own)
    for action, resource, extra, allowed in (*asks, ("s3:PutObject", "arn:aws:s3:::another/run.json", {}, False)):
        request = by_role(action, resource, role.arn, extra=extra)
        yield held.expects(f"the recorder of responses calls {action} on {resource}", request, allowed=allowed)


def _of_archive(buckets: Buckets, role: Owned, arn: str) -> Iterator[Expectation]:
    """Expectations of the policies of buckets and keys in the log archive account; none for a single account."""
    if not buckets.estate.is_organization:
        return
    probe = f"arn:aws:iam::{role.account}:role/{PROBE}"
    for action, resource, extra, allowed in _asks(buckets, arn):
        guarded = _decided_by(buckets, arn, action)
        for who, may in ((role.arn, allowed), (probe, False)):
            request = by_role(action, resource, who, extra=extra)
            yield guarded.expects(f"{who} calls {action} on {resource}", request, allowed=may)


def _decided_by(buckets: Buckets, arn: str, action: str) -> Guarded:
    key = buckets.key_of(arn) if action.startswith("kms:") else None
    owner, path, name = (key, KEY_POLICY, "KeyPolicy") if key else (buckets.policies[arn], POLICY, "PolicyDocument")
    at: Path = (*owner.resource.path, *path)
    return Guarded(owner, at, buckets.estate.policy(owner.resource.properties.get(name), owner))
