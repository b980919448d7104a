"""Roles that AWS services assume: their trust policies and the permissions that they need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from baseline.policy.document import Path, text_of
from baseline.validate.deliveries.expectation import Delivery, Expectation, Held, by_role
from baseline.validate.estate import MEMBER, ORGANIZATION, Estate, Owned


@dataclass(frozen=True)
class _Assumed:
    """The property that names the role, the service that assumes it, and whether that service sends its source."""

    path: tuple[str, ...]
    service: str
    source: str
    sends_source: bool = False
    managed: str = ""


_ASSUMED: Mapping[str, _Assumed] = {
    "AWS::Chatbot::SlackChannelConfiguration": _Assumed(
        ("IamRoleArn",),
        "chatbot.amazonaws.com",
        "https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html",
    ),
    "AWS::CloudTrail::Trail": _Assumed(
        ("CloudWatchLogsRoleArn",),
        "cloudtrail.amazonaws.com",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html",
    ),
    "AWS::Config::ConfigurationAggregator": _Assumed(
        ("OrganizationAggregationSource", "RoleArn"),
        "config.amazonaws.com",
        "https://docs.aws.amazon.com/config/latest/developerguide/aggregated-create.html",
        sends_source=True,
        managed="policy/service-role/AWSConfigRoleForOrganizations",
    ),
    "AWS::Config::ConfigurationRecorder": _Assumed(
        ("RoleARN",),
        "config.amazonaws.com",
        "https://docs.aws.amazon.com/config/latest/developerguide/iamrole-permissions.html",
        sends_source=True,
        managed="policy/service-role/AWS_ConfigRole",
    ),
    "AWS::Events::Rule": _Assumed(
        ("Targets", "RoleArn"),
        "events.amazonaws.com",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html",
        sends_source=True,
    ),
    "AWS::GuardDuty::MalwareProtectionPlan": _Assumed(
        ("Role",),
        "malware-protection-plan.guardduty.amazonaws.com",
        "https://docs.aws.amazon.com/guardduty/latest/ug/malware-protection-s3-iam-policy-prerequisite.html",
    ),
    "AWS::Lambda::Function": _Assumed(
        ("Role",),
        "lambda.amazonaws.com",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
    ),
    "AWS::Scheduler::Schedule": _Assumed(
        ("Target", "RoleArn"),
        "scheduler.amazonaws.com",
        "https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html",
        sends_source=True,
    ),
    "AWS::Shield::DRTAccess": _Assumed(
        ("RoleArn",),
        "drt.shield.amazonaws.com",
        "https://docs.aws.amazon.com/waf/latest/developerguide/ddos-srt-access.html",
        managed="policy/service-role/AWSShieldDRTAccessPolicy",
    ),
}
"""Resource type → the role that it is given."""


def role_expectations(estate: Estate) -> Iterator[Expectation]:
    """The trust policy and the needed permissions of every role that a resource of the plan uses."""
    for kind, assumed in _ASSUMED.items():
        for user in estate.owned.get(kind, ()):
            for value in _named(user.resource.properties, assumed.path):
                role = estate.by_arn.get(estate.text(value, user)) or _unnamed(estate, user, value)
                if role is not None:
                    yield from _trust(estate, role, user, assumed)
                    yield from _needs(estate, role, user)


def managed_policies_missing(estate: Estate) -> Iterator[tuple[Owned, str]]:
    """Roles without the AWS managed policy that their service needs."""
    for kind, assumed in _ASSUMED.items():
        for user in estate.owned.get(kind, ()) if assumed.managed else ():
            for value in _named(user.resource.properties, assumed.path):
                role = estate.by_arn.get(estate.text(value, user))
                if role and not any(
                    text_of(item).endswith(f":{assumed.managed}")
                    for item in role.resource.properties.get("ManagedPolicyArns", ())
                ):
                    yield role, assumed.managed.partition("/")[2]


def _named(value: Any, path: tuple[str, ...]) -> Iterator[Any]:  # noqa: ANN401 - template data
    for index, part in enumerate(path):
        if isinstance(value, list):
            for item in value:
                yield from _named(item, path[index:])
            return
        value = value.get(part) if isinstance(value, Mapping) else None
    if value is not None:
        yield value


def _unnamed(estate: Estate, user: Owned, value: Any) -> Owned | None:  # noqa: ANN401 - template data
    """A role of the same template that has no explicit name."""
    logical_id = text_of(value).strip("${}").split(".")[0]
    roles = (item for item in estate.owned.get("AWS::IAM::Role", ()) if item.subject is user.subject)
    return next((item for item in roles if item.resource.logical_id == logical_id), None)


def _trust(estate: Estate, role: Owned, user: Owned, assumed: _Assumed) -> Iterator[Expectation]:
    account = estate.account(user.place.account)
    sent: dict[str, str] = {}
    if assumed.sends_source:
        sent = {"aws:SourceAccount": account, **({"aws:SourceArn": user.arn} if user.arn else {})}
    trust = Delivery(
        to=role,
        path=(*role.resource.path, "Properties", "AssumeRolePolicyDocument"),
        policy=estate.policy(role.resource.properties.get("AssumeRolePolicyDocument"), role),
        what=f"{user.resource.logical_id} assumes {role.resource.logical_id}",
        service=assumed.service,
        actions=("sts:AssumeRole",),
        resource=role.arn,
        sent=sent,
        extra={},
        source=assumed.source,
    )
    yield from trust.expectations()
    yield from trust.without_grants("sts:TagSession", "sts:AssumeRoleWithWebIdentity")


def _needs(estate: Estate, role: Owned, user: Owned) -> Iterator[Expectation]:
    own = tuple(
        estate.policy(item.get("PolicyDocument"), role)
        for item in role.resource.properties.get("Policies", ())
        if isinstance(item, Mapping)
    )
    at: Path = (*role.resource.path, "Properties", "Policies")
    for action, resource, allowed in _wanted(estate, user):
        outcome = by_role(action, resource, role.arn)
        what = f"{role.resource.logical_id} calls {action} on {resource}"
        yield Held(role, at, own).expects(what, outcome, allowed=allowed)


def _wanted(estate: Estate, user: Owned) -> Iterator[tuple[str, str, bool]]:
    """Action, resource and whether the role must allow it: its own resources, and the same actions on others."""
    properties, account = user.resource.properties, estate.account(user.place.account)
    here = f"arn:aws:logs:{user.place.region}:{account}:log-group"
    if user.resource.type == "AWS::CloudTrail::Trail":
        group = estate.text(properties.get("CloudWatchLogsLogGroupArn"), user)
        streams = [f"{account}_CloudTrail_{user.place.region}"]
        streams += [f"{ORGANIZATION}_{MEMBER}_CloudTrail_{user.place.region}"] * estate.is_organization
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            yield from ((action, f"{group}:log-stream:{stream}", True) for stream in streams)
            yield action, f"{here}:/another:log-stream:{streams[0]}", False
    if user.resource.type == "AWS::Lambda::Function":
        group = estate.text(_first(properties, "LoggingConfig", "LogGroup"), user)
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            yield action, f"{here}:{group}:log-stream:2026/01/01/[$LATEST]0", True
            yield action, f"{here}:/another:log-stream:2026", False
        yield "iam:PassRole", f"arn:aws:iam::{account}:role/any", False
    if user.resource.type == "AWS::GuardDuty::MalwareProtectionPlan":
        bucket = estate.text(_first(properties, "ProtectedResource", "S3Bucket", "BucketName"), user)
        for action, resource in (("s3:ListBucket", bucket), ("s3:GetObject", f"{bucket}/file")):
            yield action, f"arn:aws:s3:::{resource}", True
            yield action, f"arn:aws:s3:::another-{resource}", False
        yield "s3:PutObject", f"arn:aws:s3:::{bucket}/malware-protection-resource-validation-object", True
        yield "s3:PutObject", f"arn:aws:s3:::{bucket}/file", False
        yield "s3:PutBucketNotification", f"arn:aws:s3:::{bucket}", True


def _first(value: Any, *path: str) -> Any:  # noqa: ANN401 - template data
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
