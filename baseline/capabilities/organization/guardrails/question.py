"""A question about a plan's policies: the call, and the policies that apply to it."""

from collections.abc import Mapping

from baseline.aws.resource_control import is_resource_controlled
from baseline.capabilities.identity.identity_center.settings import region_of_instance
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.levels import levels_of
from baseline.capabilities.organization.guardrails.policies import STAND_INS, policies_of
from baseline.controls.guardrail import guardrails
from baseline.frozen import frozen
from baseline.policy.conditions import names_action
from baseline.policy.decide import Policies, Verdict
from baseline.policy.request import Request, account_of

_SERVICE = ".amazonaws.com"
_IDENTITY_CENTER = "AWSReservedSSO_"
_HOME_OF_ROLES = "us-east-1"
_ONLY_FOR_SOME: tuple[str, ...] = (
    *("ec2:roledelivery", "ec2:sourceinstancearn", "aws:ec2instancesourcevpc", "aws:ec2instancesourceprivateipv4"),
    *("lambda:sourcefunctionarn", "ecs:sourcetaskarn", "glue:roleassumedby", "glue:credentialissuingservice"),
    *("ssm:sourceinstancearn", "codebuild:buildarn", "codebuild:projectarn", "aws:chatbotsourcearn"),
    *("identitystore:userid", "aws:sourceidentity", "aws:federatedprovider", "aws:rolesessionname"),
)
"""Keys that only requests with credentials of an instance, a function, a task, a chat channel or the like contain.

Sources: IAM user guide, AWS global condition context keys; service authorization reference of each service.
"""


@frozen
class Question:
    """A question about one call.

    Attributes:
        account: Profile key of the principal's account, or of the resource's account if the principal has none.
        action: `service:Action`.
        principal: ARN of a role, user or session, `root`, a service principal, or "" while unknown.
        resource: ARN, or `*`.
        resource_account: Profile key of the resource's account; "" for the account in the ARN, or `account`.
        context: Condition key in lower case → values, () for an absent key; overrides assumed values.
    """

    account: str
    action: str
    principal: str = ""
    resource: str = "*"
    resource_account: str = ""
    context: Mapping[str, tuple[str, ...]]


def request_of(landscape: Landscape, question: Question) -> Request:
    """The known parts of the request: a direct call over TLS, with the keys that follow from principal and resource."""
    owner = owner_of(landscape, question)
    known: dict[str, tuple[str, ...]] = {
        "aws:securetransport": ("true",),
        "s3:tlsversion": ("1.3",),
        "aws:viaawsservice": ("false",),
        "aws:calledvia": (),
        **dict.fromkeys(_ONLY_FOR_SOME, ()),
        **_principal_keys(landscape, question),
    }
    if owner:
        known |= {
            key: (value,)
            for key, value in (
                ("aws:resourceaccount", landscape.accounts[owner].id),
                ("aws:resourceorgid", landscape.organization_id or STAND_INS["OrganizationId"]),
            )
            if value
        }
    return Request(
        action=question.action,
        resource=question.resource,
        context={**known, **question.context},
        session=question.principal if ":assumed-role/" in question.principal else "",
    )


def organization_policies(landscape: Landscape, question: Question) -> Policies:
    """The service control policies above the principal and the resource control policies above the resource."""
    principal, owner = principal_account(landscape, question), owner_of(landscape, question)
    why_principal = _why_unbound(principal, question.principal)
    why_resource = _why_unprotected(owner, question.action)
    found = policies_of(landscape)
    return Policies(
        service_control=()
        if why_principal
        else levels_of(landscape, principal or "root", "SERVICE_CONTROL_POLICY", found),
        service_control_reason=why_principal,
        resource_control=()
        if why_resource
        else levels_of(landscape, owner or "root", "RESOURCE_CONTROL_POLICY", found),
        resource_control_reason=why_resource,
    )


def guardrails_behind(landscape: Landscape, verdict: Verdict, action: str) -> tuple[str, ...]:
    """Ids of the guardrails behind the deciding statement that apply to the action."""
    policy = next((item for item in policies_of(landscape) if item.name == verdict.policy), None)
    owners = policy.owners.get(verdict.statement, ()) if policy else ()
    return tuple(name for name in owners if _is_about(name, action)) or owners


def principal_account(landscape: Landscape, question: Question) -> str:
    """Profile key of the principal's account; empty if it is outside the organization."""
    number = account_of(question.principal)
    if not number:
        return question.account
    return next((key for key, account in landscape.accounts.items() if account.id == number), "")


def owner_of(landscape: Landscape, question: Question) -> str:
    """Profile key of the resource's account; empty if it is outside the organization."""
    number = account_of(question.resource)
    if question.resource_account or not number or number == "aws":
        return question.resource_account or question.account
    return next((key for key, account in landscape.accounts.items() if account.id == number), "")


def _principal_keys(landscape: Landscape, question: Question) -> Mapping[str, tuple[str, ...]]:
    principal = question.principal
    if not principal:
        return {}
    if principal.endswith(_SERVICE):
        return {
            "aws:principalisawsservice": ("true",),
            "aws:principalservicename": (principal,),
            "aws:principalarn": (),
            "aws:principalorgid": (),
            "aws:principalaccount": (),
        }
    key = principal_account(landscape, question)
    number = account_of(principal) or (landscape.accounts[key].id or "000000000000")
    arn = f"arn:{landscape.partition}:iam::{number}:root" if principal == "root" else _role_of(landscape, principal)
    known: dict[str, tuple[str, ...]] = {
        "aws:principalisawsservice": ("false",),
        **({"aws:principalarn": (arn,)} if arn else {}),
        "aws:principalaccount": (number,),
        "aws:assumedroot": (),
        "aws:sourceaccount": (),
        "aws:sourceorgid": (),
        "aws:sourcearn": (),
    }
    inside = (landscape.organization_id or STAND_INS["OrganizationId"],)
    return {**known, "aws:principalorgid": inside} if key else known


def _role_of(landscape: Landscape, principal: str) -> str:
    """The role of a session with its path, as in aws:PrincipalArn; empty if the path is unknown.

    A session's ARN omits the path. The path of Identity Center's roles is known: it contains the Region of the instance
    unless that is us-east-1. Source: IAM user guide, aws:PrincipalArn; IAM Identity Center user guide, Referencing
    permission sets in resource policies.
    """
    if ":assumed-role/" not in principal:
        return principal
    head, _, session = principal.partition(":assumed-role/")
    name = session.partition("/")[0]
    if not name.startswith(_IDENTITY_CENTER):
        return ""
    instance = region_of_instance(landscape)
    region = "" if instance == _HOME_OF_ROLES else f"{instance}/"
    return f"{head.replace(':sts:', ':iam:')}:role/aws-reserved/sso.amazonaws.com/{region}{name}"


def _why_unbound(account: str, principal: str) -> str:
    if principal.endswith(_SERVICE):
        return "service control policies do not apply to AWS services"
    if account == "management":
        return "service control policies do not apply to the management account"
    return "" if account else "the principal does not belong to this organization"


def _why_unprotected(account: str, action: str) -> str:
    if account == "management":
        return "resource control policies do not apply to the management account"
    if not account:
        return "the resource does not belong to this organization"
    return "" if is_resource_controlled(action) else f"resource control policies do not apply to {action}"


def _is_about(name: str, action: str) -> bool:
    """Whether the guardrail names the action, or has a statement with `NotAction`."""
    return any(
        "NotAction" in statement or names_action(tuple(statement["Action"]), action)
        for statement in guardrails()[name].statements
    )
