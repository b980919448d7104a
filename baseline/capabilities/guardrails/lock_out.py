"""The proof that no policy locks out whom the organization needs: asked of the policy engine, place by place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from baseline.capabilities.guardrails.levels import levels_of, path_of
from baseline.capabilities.guardrails.policies import STAND_INS, GuardrailPolicy
from baseline.capabilities.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.landscape import Landscape
from baseline.policy.decide import Policies, Verdict, decide
from baseline.policy.request import Request

_ACCOUNT, _EXECUTION = "444444444444", "stacksets-exec-0123456789abcdef0123456789abcdef"
_DEPLOYMENT = (
    "cloudformation:CreateStack",
    "cloudformation:UpdateStack",
    "cloudformation:DeleteStack",
    "config:PutConfigurationRecorder",
    "config:PutConformancePack",
    "events:PutRule",
    "guardduty:UpdateDetector",
    "kms:CreateKey",
    "kms:PutKeyPolicy",
    "lambda:UpdateFunctionCode",
    "logs:CreateLogGroup",
    "logs:PutRetentionPolicy",
    "s3:CreateBucket",
    "s3:PutBucketPolicy",
    "sns:CreateTopic",
    "access-analyzer:CreateAnalyzer",
    "securityhub:EnableSecurityHub",
)
"""What the handlers of the baseline's resource types call. Source: CloudFormation's resource schemas, permissions."""
_GLOBAL_DEPLOYMENT = ("iam:CreateRole", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole")
_RESCUE = ("iam:ListRoles", "iam:PutRolePolicy", "iam:DeleteRolePolicy", "sts:GetCallerIdentity")
_PIPELINE = ("sts:GetCallerIdentity", "cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet")
_LINKED = "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
_DELIVERS = ("cloudtrail", "config", "delivery.logs", "guardduty", "logdelivery.elasticloadbalancing", "logging.s3")
_UPLOAD_HEADERS: Mapping[str, tuple[str, ...]] = {
    "s3:x-amz-acl": ("bucket-owner-full-control",),
    "s3:x-amz-server-side-encryption": (),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": (),
    "s3:tlsversion": ("1.3",),
}


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something that must go on: who does it, and the request."""

    who: str
    request: Request


@dataclass(frozen=True, kw_only=True)
class LockOut:
    """A need that policies deny at a place."""

    place: str
    need: Need
    verdict: Verdict


def lock_outs(landscape: Landscape, policies: Sequence[GuardrailPolicy]) -> Iterator[LockOut]:
    """What the policies deny that must go on, the first place for each statement.

    Suspended units are left out: nothing must go on there.
    """
    seen: set[tuple[str, str, str]] = set()
    for place, asked, needs in _questions(landscape, policies):
        for need in needs:
            verdict = decide(asked, need.request)
            key = (verdict.policy, verdict.statement, verdict.level)
            if verdict.decision == "denied" and key not in seen:
                seen.add(key)
                yield LockOut(place=place, need=need, verdict=verdict)


def _questions(
    landscape: Landscape, policies: Sequence[GuardrailPolicy]
) -> Iterator[tuple[str, Policies, tuple[Need, ...]]]:
    """Each place with its policies and what they must let through."""
    for place in _places(landscape, policies):
        principals = levels_of(landscape, place, "SERVICE_CONTROL_POLICY", policies)
        yield place, Policies(service_control=principals), calls(landscape)
        resources = levels_of(landscape, place, "RESOURCE_CONTROL_POLICY", policies)
        yield place, Policies(resource_control=resources), deliveries(landscape)
    for account, needs in pipelines(landscape).items():
        principals = levels_of(landscape, account, "SERVICE_CONTROL_POLICY", policies)
        yield account, Policies(service_control=principals), needs


def calls(landscape: Landscape) -> tuple[Need, ...]:
    """What roles in a member account must be able to call: the deployers', break-glass's, and the recorder's."""
    prefix, home, sign_in = landscape.prefix, landscape.home_region, landscape.sign_in_region
    iam = f"arn:{landscape.partition}:iam::{_ACCOUNT}"
    recorder = f"{iam}:role/{prefix}-config-recorder"
    deployers = (
        ("StackSets", f"{iam}:role/{_EXECUTION}"),
        ("AWS Control Tower", f"{iam}:role/AWSControlTowerExecution"),
    )
    break_glass, function = f"{iam}:role/{prefix}-break-glass", f"{iam}:role/{prefix}-account-settings-function"
    bucket = f"arn:{landscape.partition}:s3:::{prefix}-config-logs-{_ACCOUNT}-{home}/x"
    return (
        *(
            _call(who, arn, action, region)
            for who, arn in deployers
            for action in _DEPLOYMENT
            for region in landscape.regions
        ),
        *(_call("StackSets", deployers[0][1], action, sign_in, recorder) for action in _GLOBAL_DEPLOYMENT),
        *(_call("break-glass", break_glass, action, sign_in) for action in _RESCUE),
        _call("the settings function", function, "ec2:GetEbsEncryptionByDefault", home),
        _call("the recorder of AWS Config", recorder, "s3:PutObject", home, bucket, **_UPLOAD_HEADERS),
        _call("service-linked roles", f"{iam}:{_LINKED}", "ec2:DescribeInstances", home),
    )


def pipelines(landscape: Landscape) -> Mapping[str, tuple[Need, ...]]:
    """Account → what the deployment roles that the profile puts there must be able to call, whatever they deploy.

    Service control policies do not hold in the management account, and nothing is deployed in suspended units.
    """
    found: dict[str, tuple[Need, ...]] = {}
    roles = landscape.settings("iam_roles", IamRolesSettings).deployment_roles if landscape.is_on("iam_roles") else []
    for role in roles:
        for account in role.accounts:
            if account == "management" or landscape.suspended.intersection(path_of(landscape, account)):
                continue
            arn = f"arn:{landscape.partition}:iam::{_ACCOUNT}:role/{landscape.prefix}-deployment-{role.name}"
            who = f"the deployment role {role.name}"
            needs = tuple(_call(who, arn, action, landscape.home_region) for action in _PIPELINE)
            found[account] = (*found.get(account, ()), *needs)
    return found


def deliveries(landscape: Landscape) -> tuple[Need, ...]:
    """What arrives at resources of a member account: logs, keys used for alarms, and whoever signs in.

    Source: the delivery policies of each service; EventBridge and CloudWatch send no source keys to encrypted topics
    (Amazon SNS developer guide, Key management).
    """
    partition, home = landscape.partition, landscape.home_region
    organization = landscape.organization_id or STAND_INS["OrganizationId"]
    bucket, role = f"arn:{partition}:s3:::{landscape.prefix}-logs/x", f"arn:{partition}:iam::{_ACCOUNT}:role/x"
    key = f"arn:{partition}:kms:{home}:{_ACCOUNT}:key/x"
    source = {
        "aws:sourceaccount": (_ACCOUNT,),
        "aws:sourceorgid": (organization,),
        "aws:sourcearn": (f"arn:{partition}:cloudtrail:{home}:{_ACCOUNT}:trail/x",),
    }
    recorder = f"arn:{partition}:iam::{_ACCOUNT}:role/{landscape.prefix}-config-recorder"
    own = {**_UPLOAD_HEADERS, "aws:principalorgid": (organization,)}
    linked = f"arn:{partition}:iam::{_ACCOUNT}:{_LINKED}"
    return (
        *(_delivery(service, "s3:PutObject", bucket, {**source, **_UPLOAD_HEADERS}) for service in _DELIVERS),
        *(
            _delivery(service, "kms:GenerateDataKey", key, source)
            for service in ("cloudtrail", "config", "delivery.logs")
        ),
        *(_delivery(service, "kms:GenerateDataKey", key, {}) for service in ("cloudwatch", "events")),
        _delivery("config", "sts:AssumeRole", role, {}),
        _call("the recorder of AWS Config", recorder, "s3:PutObject", home, bucket, **own),
        _call("service-linked roles", linked, "kms:Decrypt", home, key),
        Need(who="people, through IAM Identity Center", request=_request("sts:AssumeRoleWithSAML", role, {})),
        Need(who="deployment pipelines", request=_request("sts:AssumeRoleWithWebIdentity", role, {})),
    )


def _places(landscape: Landscape, policies: Sequence[GuardrailPolicy]) -> tuple[str, ...]:
    """One place for each set of policies that holds somewhere."""
    found: dict[frozenset[str], str] = {}
    attached = {place for item in policies for place in item.places}
    accounts = (key for key in landscape.accounts if key in attached and key != "management")
    for place in ("root", *landscape.ous, *accounts):
        levels = path_of(landscape, place)
        if not landscape.suspended.intersection(levels):
            found.setdefault(frozenset(attached.intersection(levels)), place)
    return tuple(found.values())


def _call(who: str, principal: str, action: str, region: str, resource: str = "*", **context: tuple[str, ...]) -> Need:
    """A call of a role, and what such a call always carries."""
    own: Mapping[str, tuple[str, ...]] = {
        "aws:principalarn": (principal,),
        "aws:principalaccount": (_ACCOUNT,),
        "aws:principalisawsservice": ("false",),
        "aws:requestedregion": (region,),
    }
    return Need(who=who, request=_request(action, resource, {**own, **context}))


def _delivery(service: str, action: str, resource: str, context: Mapping[str, tuple[str, ...]]) -> Need:
    name = f"{service}.amazonaws.com"
    own = {"aws:principalisawsservice": ("true",), "aws:principalservicename": (name,)}
    return Need(who=name, request=_request(action, resource, {**own, **context}))


def _request(action: str, resource: str, context: Mapping[str, tuple[str, ...]]) -> Request:
    """A call over TLS whose other condition keys are absent, but for those of the service that are not listed here."""
    always = {"aws:securetransport": ("true",), "aws:viaawsservice": ("false",)}
    return Request(action=action, resource=resource, context={**always, **context}, complete=True)
