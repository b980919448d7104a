"""Looks before the first change: who calls, what the organization allows, and what is in the way."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from baseline.deploy.aws_errors import DISABLED_REGION_CODES, EXPIRED, code_of, message_of
from baseline.deploy.run import is_meant
from baseline.deploy.stack_sets import StackSetTask
from baseline.deploy.stacks import StackTask
from baseline.deploy.task import Context
from baseline.deploy.template import is_ours, resources_of
from baseline.errors import AwsError
from baseline.findings import Finding, Location, Severity
from baseline.plan.document import PLAN_FILE
from baseline.plan.model import Method

_MANAGEMENT = (
    "use credentials of the management account, or name a role in it with --assume-role; a delegated administrator for "
    "StackSets says --delegated-admin"
)


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """What a look found. `blocks` says that a deployment would fail."""

    message: str
    fix: str
    blocks: bool = True


def preflight(context: Context) -> tuple[Finding, ...]:
    """Every finding about the caller's account and its organization; member accounts are not looked into.

    Raises:
        AwsError: when there are no credentials that work.
    """
    return tuple(
        Finding(
            id=f"preflight-{name}",
            severity=Severity.ERROR if obstacle.blocks else Severity.WARNING,
            message=obstacle.message,
            location=Location(file=PLAN_FILE),
            fix=obstacle.fix,
        )
        for name, look in LOOKS.items()
        if not context.session.options.delegated_admin or name in _DELEGATED
        for obstacle in _tolerant(look, context)
    )


def require_caller(context: Context) -> None:
    """Go no further with credentials of another account.

    Raises:
        AwsError: when they are.
    """
    for obstacle in _caller(context):
        raise AwsError(obstacle.message, hint=obstacle.fix)


def _tolerant(look: Callable[[Context], Iterator[Obstacle]], context: Context) -> Iterator[Obstacle]:
    """What a look found; a look that the caller may not take says so and stops nobody."""
    from botocore.exceptions import ClientError, EndpointConnectionError

    try:
        yield from look(context)
    except EndpointConnectionError as error:  # a service that the Region or partition does not have
        if look is _caller:
            raise
        yield Obstacle(message=f"could not look: {error}", fix="look at this yourself", blocks=False)
    except ClientError as error:
        if code_of(error) in EXPIRED and (look is _caller or code_of(error) not in DISABLED_REGION_CODES):
            raise
        message = f"could not look: {error.operation_name}: {code_of(error)}: {message_of(error)}"
        yield Obstacle(message=message, fix="look at this yourself", blocks=False)


def _caller(context: Context) -> Iterator[Obstacle]:
    """The account is the one that the plan calls management, or a delegated administrator where one is to call."""
    account = context.session.client("sts").get_caller_identity()["Account"]
    if context.session.options.delegated_admin:
        yield from _delegate(context, account)
        return
    planned = next(
        (
            d.account_id.value
            for s in context.plan.stacks
            for d in s.deployments
            if d.account == "management" and d.account_id
        ),
        None,
    )
    if planned and planned != account:
        yield Obstacle(
            message=f"the credentials are of account {account}; this plan is for {planned}",
            fix=_MANAGEMENT,
        )
    elif not context.plan.standalone and _organization(context).get("MasterAccountId") not in (account, None):
        yield Obstacle(
            message=f"account {account} is a member of its organization; ordinary stacks go to the management account",
            fix=_MANAGEMENT,
        )


def _delegate(context: Context, account: str) -> Iterator[Obstacle]:
    """The account is a member that may administer StackSets for the organization.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
    """
    management = _organization(context).get("MasterAccountId")
    if context.plan.standalone or management in (account, None):
        yield Obstacle(
            message=f"account {account} is no member of an organization: it is nobody's delegated administrator",
            fix="leave out --delegated-admin",
        )
        return
    if account not in _administrators(context):
        yield Obstacle(
            message=f"account {account} is not a delegated administrator for CloudFormation StackSets, or its identity "
            "may not call organizations:ListDelegatedAdministrators, which StackSets ask for",
            fix="register it, in the management account: aws organizations register-delegated-administrator "
            f"--service-principal {_STACK_SETS} --account-id {account}",
        )


def _administrators(context: Context) -> set[str]:
    """Accounts that administer StackSets; none for who may not know, as no member may that is not one of them."""
    from botocore.exceptions import ClientError

    pages = context.session.pages(
        context.session.client("organizations"),
        "list_delegated_administrators",
        "DelegatedAdministrators",
        ServicePrincipal=_STACK_SETS,
    )
    try:
        return {item["Id"] for item in pages}
    except ClientError as error:
        if not code_of(error).startswith("AccessDenied"):
            raise
        return set()


def _beyond_delegation(context: Context) -> Iterator[Obstacle]:
    """A delegated administrator is asked for StackSets alone: they never reach the management account."""
    if not context.session.options.delegated_admin:
        return
    chosen = [
        stack
        for number, wave in enumerate(context.plan.waves, start=1)
        if context.options.wave in (None, number)
        for stack in wave
        if is_meant(stack.name, context.options.only)
    ]
    methods = {stack.name: {deployment.method for deployment in stack.deployments} for stack in chosen}
    beyond = [name for name, some in methods.items() if some == {Method.STACK}]
    partly = [name for name, some in methods.items() if len(some) > 1]
    within = " ".join(f"--only {name}" for name, some in methods.items() if Method.STACK_SET in some)
    if beyond:
        yield Obstacle(
            message="stacks of the management account, which a delegated administrator cannot deploy, are chosen: "
            f"{', '.join(beyond)}",
            fix=(f"choose the others: {within} - and " if within else "")
            + "deploy these with credentials of the management account",
        )
    if partly:
        yield Obstacle(
            message=f"only the member accounts' part is looked at and deployed of: {', '.join(partly)}",
            fix="deploy the management account's part with its own credentials, without --delegated-admin",
            blocks=False,
        )


def _organization_features(context: Context) -> Iterator[Obstacle]:
    """There is an organization, with all features, and it is the one that the plan names."""
    if context.plan.standalone:
        return
    organization = _organization(context)
    creates = any(
        item.type == "AWS::Organizations::Organization"
        for text in context.written.texts.values()
        for item in resources_of(text)
    )
    if not organization:
        if not creates:
            yield Obstacle(
                message="the account has no organization", fix="create one: aws organizations create-organization"
            )
        return
    if organization["FeatureSet"] != "ALL":
        yield Obstacle(
            message="the organization has consolidated billing only",
            fix="enable all features: aws organizations enable-all-features",
        )
    planned = next(
        (p.value for s in context.plan.stacks for p in s.parameters if p.name == "OrganizationId" and p.value), None
    )
    if planned and planned != organization["Id"]:
        yield Obstacle(
            message=f"the organization is {organization['Id']}; this plan is for {planned}",
            fix="correct organization.id in the profile and generate again",
        )


def _stacksets_access(context: Context) -> Iterator[Obstacle]:
    """StackSets may reach the member accounts, or a stack of the plan sees to it."""
    turns_on = any(stack.capability == "organization" for stack in context.plan.stacks)
    if not _uses_stack_sets(context) or turns_on or not _organization(context):
        return
    status = context.session.client("cloudformation").describe_organizations_access()["Status"]
    if status != "ENABLED":
        yield Obstacle(
            message="CloudFormation StackSets have no trusted access to the organization",
            fix="activate it: aws cloudformation activate-organizations-access",
        )


def _regions(context: Context) -> Iterator[Obstacle]:
    """Every Region of the plan is on in the caller's account."""
    client = context.session.client("account")
    wanted = {region for stack in context.plan.stacks for region in stack.regions}
    statuses = {
        item["RegionName"]: item["RegionOptStatus"] for item in context.session.pages(client, "list_regions", "Regions")
    }
    for region in sorted(wanted):
        status = statuses.get(region, "unknown")
        if status not in ("ENABLED", "ENABLED_BY_DEFAULT"):
            yield Obstacle(
                message=f"Region {region} is {status} in this account",
                fix=f"enable it: aws account enable-region --region-name {region}",
            )


def _stacks(context: Context) -> Iterator[Obstacle]:
    """No stack or StackSet of that name belongs to somebody else, or is stuck."""
    for stack in context.plan.stacks:
        for deployment in stack.deployments:
            if deployment.method is Method.STACK and not context.session.options.delegated_admin:
                for region in deployment.regions:
                    yield from _stack(StackTask(stack=stack, region=region, context=context))
        if any(deployment.method is Method.STACK_SET for deployment in stack.deployments):
            yield from _stranger(StackSetTask(stack=stack, context=context), "StackSet")


def _stack(task: StackTask) -> Iterator[Obstacle]:
    current = task.describe()
    if current is None:
        return
    if current["StackStatus"] == "UPDATE_ROLLBACK_FAILED":
        yield Obstacle(
            message=f"{task.name} in {task.region} is UPDATE_ROLLBACK_FAILED",
            fix=f"aws cloudformation continue-update-rollback --stack-name {task.name} --region {task.region}",
        )
    elif current["StackStatus"] == "DELETE_FAILED":
        yield Obstacle(
            message=f"{task.name} in {task.region} is DELETE_FAILED",
            fix=f"finish its deletion: aws cloudformation delete-stack --stack-name {task.name} --region {task.region}",
        )
    elif current["StackStatus"] == "IMPORT_ROLLBACK_FAILED":
        yield Obstacle(
            message=f"{task.name} in {task.region} is IMPORT_ROLLBACK_FAILED",
            fix=f"see why, and mend it: aws cloudformation describe-stack-events --stack-name {task.name} "
            f"--region {task.region}",
        )
    else:
        yield from _stranger(task, "stack")


def _stranger(task: StackTask | StackSetTask, kind: str) -> Iterator[Obstacle]:
    text = task.deployed_text()
    if text and not is_ours(text):
        yield Obstacle(
            message=f"a {kind} {task.name} ({task.where}) exists and is not baseline's",
            fix="delete or rename it, or choose another organization.prefix",
        )


def _in_the_way(context: Context) -> Iterator[Obstacle]:
    """No Config recorder of somebody else's is in the way; detectors and trails are named."""
    ours = _ours(context)
    for region in sorted({region for stack in context.plan.stacks for region in stack.regions}):
        for type_ in sorted(ours):
            service, operation, key = _SINGLETONS[type_]
            found = getattr(context.session.client(service, region), operation)()[key]
            strangers = sorted({_name(item) for item in found} - ours[type_])
            if strangers:
                yield Obstacle(
                    message=f"{region} has {type_.rpartition('::')[2]} {', '.join(strangers)} already",
                    fix="delete it, or say in the profile that it exists (docs/capabilities says how)",
                    blocks=type_ == "AWS::Config::ConfigurationRecorder",
                )


def _ours(context: Context) -> Mapping[str, set[str]]:
    """Type → what the plan's stacks have made of it in the caller's account; types that no template has are not there.

    Names do not tell: Config calls a recorder `default` for which the template states none.
    """
    found: dict[str, set[str]] = {}
    for stack in context.plan.stacks:
        types = {item.type for item in resources_of(context.written.texts[stack.name])} & _SINGLETONS.keys()
        for type_ in types:
            found.setdefault(type_, set())
        for deployment in stack.deployments if types else ():
            if deployment.method is Method.STACK:
                for region in deployment.regions:
                    for item in StackTask(stack=stack, region=region, context=context).resources():
                        if item["ResourceType"] in types:
                            found[item["ResourceType"]].add(item.get("PhysicalResourceId", ""))
    return found


def _control_tower(context: Context) -> Iterator[Obstacle]:
    """Control Tower does not govern the organization as well."""
    if context.plan.standalone:
        return
    found = context.session.client("controltower").list_landing_zones()["landingZones"]
    if found:
        yield Obstacle(
            message="AWS Control Tower governs this organization: its trail, recorders and policies are there already",
            fix="switch off what it does: recorder: existing, cloudtrail: false",
            blocks=False,
        )


def _quotas(context: Context) -> Iterator[Obstacle]:
    """The management account's stacks fit into its quota, Region by Region."""
    wanted = Counter(
        region
        for stack in context.plan.stacks
        for deployment in stack.deployments
        if deployment.method is Method.STACK
        for region in deployment.regions
    )
    for region, count in sorted(wanted.items()):
        limits = context.session.client("cloudformation", region).describe_account_limits()["AccountLimits"]
        limit = next((item["Value"] for item in limits if item["Name"] == "StackLimit"), None)
        if limit is not None and count > limit:
            yield Obstacle(
                message=f"the plan has {count} stacks for {region}; the account may have {limit} there",
                fix="raise the quota: aws service-quotas request-service-quota-increase --service-code cloudformation",
            )


_SINGLETONS: Mapping[str, tuple[str, str, str]] = {
    "AWS::Config::ConfigurationRecorder": ("config", "describe_configuration_recorders", "ConfigurationRecorders"),
    "AWS::GuardDuty::Detector": ("guardduty", "list_detectors", "DetectorIds"),
    "AWS::CloudTrail::Trail": ("cloudtrail", "describe_trails", "trailList"),
}

_STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"

_DELEGATED = frozenset({"caller", "delegation", "organization", "stacksets", "stacks"})
"""Looks that are not about the management account's own resources."""

LOOKS: Mapping[str, Callable[[Context], Iterator[Obstacle]]] = {
    "caller": _caller,
    "delegation": _beyond_delegation,
    "organization": _organization_features,
    "stacksets": _stacksets_access,
    "regions": _regions,
    "stacks": _stacks,
    "existing": _in_the_way,
    "control-tower": _control_tower,
    "quotas": _quotas,
}
"""Every look by name; a finding's id is `preflight-` and the name."""


def _name(item: Any) -> str:  # noqa: ANN401 - AWS's answer
    return item if isinstance(item, str) else str(item.get("name") or item.get("Name"))


def _uses_stack_sets(context: Context) -> bool:
    return any(d.method is Method.STACK_SET for s in context.plan.stacks for d in s.deployments)


def _organization(context: Context) -> Mapping[str, Any]:
    from botocore.exceptions import ClientError

    try:
        found: Mapping[str, Any] = context.session.client("organizations").describe_organization()["Organization"]
    except ClientError as error:
        if code_of(error) != "AWSOrganizationsNotInUseException":
            raise
        return {}
    return found
