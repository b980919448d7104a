"""BL120: an identity that can escalate its own privileges."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache

from baseline.aws.iam_actions import matching_actions
from baseline.findings import Problem, Severity
from baseline.frozen import frozen
from baseline.policy.document import Condition, Path, Statement, branches, read_statements, text_of
from baseline.policy.globs import overlap
from baseline.policy.trust import asks_for_mfa, is_pinned_web_identity
from baseline.validate.checks.check import Check
from baseline.validate.escalation import Kind, Method, action_names, escalation_methods
from baseline.validate.identities import PERMISSION_SET, Identity, identities_of
from baseline.validate.subject import Resource, Subject

_KINDS: Mapping[Kind, str] = {
    Kind.CHANGE: "reach any principal or policy, or its own",
    Kind.EMPOWER: "make a principal of its choice powerful and usable",
    Kind.PASS: "hand any role to what it writes",
    Kind.EXISTING: "run what it writes as any role that workloads have",
}
"""Effect of each kind of method; a message reports the first kind that applies."""

_EVERY_SERVICE = ("/AdministratorAccess", "/PowerUserAccess")
"""AWS managed policies with which a holder has the actions of every service but IAM."""

_BOUNDS = frozenset({"iam:permissionsboundary", "iam:policyarn"})
_OWN_SELF_SERVICE = frozenset(
    {
        *("iam:createaccesskey", "iam:createloginprofile", "iam:updateloginprofile"),
        *("iam:createservicespecificcredential", "iam:resetservicespecificcredential"),
    }
)
_COLON = re.compile(r":(?![^{]*})")
"""Separator between the parts of an ARN, outside placeholders of CloudFormation and IAM."""
_ADMINISTRATORS = ("/AdministratorAccess", "/IAMFullAccess", "/PowerUserAccess")
_DOMAIN = re.compile(r"\.(?=amazonaws\.|\$\{)")
"""Between a service principal's name and its domain."""


@frozen
class _Holder:
    """An identity and its policies.

    Attributes:
        references: Stack name → references of its template to the identity, its groups and policies.
        names: Names of the identity, its groups and policies, as they appear in a policy's Resource.
    """

    references: Mapping[str, frozenset[str]]
    names: frozenset[str]
    bounded: bool
    every_service: bool


@frozen
class _Grant:
    """An Allow statement of a holder.

    Attributes:
        subject: The template that contains it.
        path: Its place in the template.
        actions: Actions of the table, in lower case, that no Deny of the holder covers.
        open: Whether no condition requires a boundary, or limits policies to ones that the holder cannot write.
    """

    subject: Subject
    path: Path
    statement: Statement
    actions: frozenset[str]
    open: bool


def _find_in_plan(subjects: tuple[Subject, ...]) -> Iterator[tuple[Subject, Problem]]:
    """Check every identity with all its policies, from all templates; each place is reported once."""
    found: dict[tuple[int, Path], tuple[Subject, Problem]] = {}
    for identity in identities_of(subjects):
        for subject, hit in _policy_hits(identity):
            place = (id(subject), hit.path)
            if place not in found or found[place][1].severity:
                found[place] = (subject, hit)
    yield from found.values()


def _find(subject: Subject, _: tuple[Subject, ...]) -> Iterator[Problem]:
    for resource in subject.of_type("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
        if "PermissionsBoundary" not in resource.properties and not _is_guarded(resource):
            yield from _attached_hits(resource)
    for resource in subject.of_type(PERMISSION_SET):
        if "PermissionsBoundary" not in resource.properties:
            yield from _attached_set_hits(resource)


def _attached_set_hits(resource: Resource) -> Iterator[Problem]:
    """An identity named as administrator is intended; one that can change policies becomes administrator unnoticed."""
    path: Path = (*resource.path, "Properties", "ManagedPolicies")
    for place, item in branches(resource.properties.get("ManagedPolicies")):
        if text_of(item).endswith("/IAMFullAccess"):
            yield Problem(
                path=(*path, *place),
                message="IAMFullAccess without a permissions boundary: its users can grant themselves everything",
                fix="set a PermissionsBoundary, or call it what it is and attach AdministratorAccess",
            )


def _is_guarded(resource: Resource) -> bool:
    """Whether the role can only be assumed with MFA, or with the tokens of one pipeline."""
    trust = resource.properties.get("AssumeRolePolicyDocument")
    statements = [item for item in read_statements(trust) if item.effect == "Allow"] if isinstance(trust, dict) else []
    return bool(statements) and all(asks_for_mfa(item) or is_pinned_web_identity(item) for item in statements)


def _attached_hits(resource: Resource) -> Iterator[Problem]:
    path: Path = (*resource.path, "Properties", "ManagedPolicyArns")
    for place, item in branches(resource.properties.get("ManagedPolicyArns")):
        text = text_of(item)
        if text.endswith(_ADMINISTRATORS):
            yield Problem(
                path=(*path, *place),
                message=f"{text.rpartition('/')[2]} without MFA, a pinned token or a permissions boundary: an "
                "intruder could take over the whole account",
                fix="require aws:MultiFactorAuthPresent in the trust policy, set a PermissionsBoundary, or attach less",
            )


def _policy_hits(identity: Identity) -> Iterator[tuple[Subject, Problem]]:
    """Problems in the policies of one identity, which apply together."""
    holder = _holder(identity)
    placed = [
        (subject, (*item.path, *found.path), found) for subject, item in identity.policies for found in item.statements
    ]
    for grant in (grants := _grants(placed)):
        methods = [item for item in escalation_methods() if _escalates(item, grant, grants, holder)]
        if methods:
            certain = any(item.kind is not Kind.EXISTING for item in methods)
            severity = None if certain else Severity.WARNING
            message = _message(grant.statement, methods) + _whose(identity, grant)
            yield grant.subject, Problem(path=grant.path, message=message, severity=severity)


def _whose(identity: Identity, grant: _Grant) -> str:
    """The identity, if its policy is in another template."""
    own = identity.own
    if own.subject is grant.subject:
        return ""
    return f" (holder: {own.resource.logical_id} of {own.subject.template.stack.name}, with its other policies)"


def _grants(placed: list[tuple[Subject, Path, Statement]]) -> list[_Grant]:
    denials = [statement for *_, statement in placed if statement.effect == "Deny"]
    allows = [item for item in placed if item[2].effect == "Allow"]
    written = [
        resource
        for *_, statement in allows
        if _named(statement.actions) & {"iam:createpolicy", "iam:createpolicyversion"}
        for resource in statement.resources
    ]
    return [
        _Grant(
            subject=subject,
            path=path,
            statement=statement,
            actions=_left(statement, denials),
            open=not any(_bounds(item, written) for item in statement.conditions),
        )
        for subject, path, statement in allows
    ]


def _message(statement: Statement, methods: list[Method]) -> str:
    if {"*", "*:*", "iam:*"} & set(statement.actions):
        return f"its holder can give itself everything: Allow of {', '.join(statement.actions)} without a boundary"
    kind = next(kind for kind in _KINDS if any(item.kind is kind for item in methods))
    ways = list(dict.fromkeys(_way(item) for item in methods if item.kind is kind))
    more = f" and {len(ways) - 4} more" if len(ways) > 4 else ""
    return f"its holder can give itself more: {', '.join(ways[:4])}{more} {_KINDS[kind]}"


def _way(method: Method) -> str:
    return " with ".join(_spelled()[action] for action in method.actions)


@cache
def _spelled() -> Mapping[str, str]:
    """Action in lower case → AWS's spelling."""
    return {action.lower(): action for action in action_names()}


def _left(statement: Statement, denials: list[Statement]) -> frozenset[str]:
    return frozenset(
        action for action in _covered(statement) if not any(_deny_covers(denial, action) for denial in denials)
    )


def _covered(statement: Statement) -> frozenset[str]:
    """Actions of the table that the statement allows, in lower case.

    A NotAction is evaluated only for IAM and for services that run code with a passed role. The effect of AssumeRole,
    Identity Center or an existing workload depends on trust policies and resources outside the template.
    """
    known = frozenset(_spelled())
    if statement.not_actions:
        first = {item.actions[0] for item in escalation_methods() if item.kind in {Kind.CHANGE, Kind.EXISTING}}
        return known - _named(statement.not_actions) - {item for item in first if not item.startswith("iam:")}
    return _named(statement.actions) & known


@cache
def _named(patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(action.lower() for pattern in patterns for action in matching_actions(pattern) or ())


def _escalates(method: Method, grant: _Grant, grants: list[_Grant], holder: _Holder) -> bool:
    """Whether the grant allows the method's first action, and the holder has the other actions."""
    key, *others = method.actions
    if key not in grant.actions or not grant.open:
        return False
    if method.kind is Kind.EMPOWER:
        return _names(grant, key, holder) and all(_meets(grant, action, grants, holder) for action in others)
    if holder.bounded or not _is_open(grant, key, method, holder):
        return False
    if method.kind is Kind.PASS:
        return _passes_to(grant.statement, method.service) and _holds(grants, holder, others)
    return _holds(grants, holder, others)


def _names(grant: _Grant, action: str, holder: _Holder) -> bool:
    """Whether the action is granted by name, or to a holder without a boundary.

    A boundary limits its holder, not the roles that the holder creates. A policy that allows iam:CreateRole by name
    must require a boundary for new roles. The effect of a wildcard is limited by the holder's own boundary.
    """
    return not holder.bounded or action in {item.lower() for item in grant.statement.actions}


def _holds(grants: list[_Grant], holder: _Holder, actions: list[str]) -> bool:
    return holder.every_service or all(any(action in item.actions for item in grants) for action in actions)


def _meets(grant: _Grant, action: str, grants: list[_Grant], holder: _Holder) -> bool:
    """Whether the holder may also perform this action on a principal that the grant covers."""
    return any(
        action in item.actions
        and item.open
        and _names(item, action, holder)
        and _shares(grant.statement, item.statement)
        and (action != "iam:passrole" or _launches(item.statement, grants, holder))
        for item in grants
    )


def _shares(one: Statement, other: Statement) -> bool:
    """Whether both statements cover a common resource."""
    if one.not_resources or other.not_resources:
        return True
    return any(overlap(_name(left), _name(right)) for left in one.resources for right in other.resources)


def _name(resource: str) -> str:
    return _COLON.split(resource)[-1]


def _launches(statement: Statement, grants: list[_Grant], holder: _Holder) -> bool:
    """Whether the holder may also run its own code in a service that it may pass roles to."""
    return any(
        item.kind is Kind.PASS
        and len(item.actions) > 1
        and _passes_to(statement, item.service)
        and _holds(grants, holder, list(item.actions[1:]))
        for item in escalation_methods()
    )


def _passes_to(statement: Statement, service: str) -> bool:
    limits = [item for item in statement.conditions if item.restricts and item.key.lower() == "iam:passedtoservice"]
    named = [_DOMAIN.split(value)[0] for item in limits for value in item.values]
    return not limits or any(fnmatchcase(service, name) for name in named if service != "*")


def _is_open(grant: _Grant, action: str, method: Method, holder: _Holder) -> bool:
    """Whether the grant covers any resource of the method's kinds, or the holder itself."""
    statement = grant.statement
    chosen = method.kind is Kind.EXISTING or action == "sts:assumerole"
    if chosen and any(item.restricts and "resourcetag/" in item.key.lower() for item in statement.conditions):
        return False
    resources = [item for item in statement.resources if not method.target or _kind(item) in {"*", *method.target}]
    own = holder.references.get(grant.subject.template.stack.name, frozenset())
    return not statement.resources or any(item in own or _reaches(item, action, holder) for item in resources)


def _kind(resource: str) -> str:
    return _name(resource).partition("/")[0]


def _deny_covers(denial: Statement, action: str) -> bool:
    """Whether a Deny covers the action, except for the resources it names by NotResource or a boundary condition."""
    if denial.effect != "Deny":
        return False
    named = _named(denial.actions) if denial.actions else frozenset(_spelled()) - _named(denial.not_actions)
    if action not in named:
        return False
    bounded = any(item.key.lower() in _BOUNDS and "Not" in item.operator for item in denial.conditions)
    whole = bool(denial.not_resources) or any(not resource.strip("*") for resource in denial.resources)
    return whole and (bounded or not denial.conditions)


def _bounds(condition: Condition, written: list[str]) -> bool:
    """Whether the request must name one boundary or policy, in any account: a permission set is used in many accounts.

    Policies that the holder may write are not a limit. `written` has the resources that it may write.
    """
    key = condition.key.lower()
    if key not in _BOUNDS or (key == "iam:policyarn" and any(_is_written(item, written) for item in condition.values)):
        return False
    exact = condition.operator in {"ArnEquals", "ArnLike", "StringEquals", "StringLike"} and bool(condition.values)
    return condition.restricts or (exact and all(value.rpartition("/")[2].strip("*?") for value in condition.values))


def _is_written(policy: str, written: list[str]) -> bool:
    return ":iam::aws:" not in policy and any(overlap(_name(policy), _name(resource)) for resource in written)


def _reaches(resource: str, action: str, holder: _Holder) -> bool:
    kind, _, name = _name(resource).partition("/")
    if not (name or kind).strip("*?/"):
        return True
    if name == "${aws:username}":
        return action not in _OWN_SELF_SERVICE
    return any(fnmatchcase(own, name) for own in holder.names)


def _holder(identity: Identity) -> _Holder:
    properties = identity.own.resource.properties
    managed = properties.get("ManagedPolicyArns") or properties.get("ManagedPolicies")
    references: dict[str, frozenset[str]] = {}
    for part in identity.parts:
        stack = part.subject.template.stack.name
        references[stack] = references.get(stack, frozenset()) | part.references
    return _Holder(
        bounded="PermissionsBoundary" in properties,
        every_service=any(text_of(item).endswith(_EVERY_SERVICE) for _, item in branches(managed)),
        references=references,
        names=frozenset(name for part in identity.parts for name in part.names),
    )


CHECK = Check(
    id="BL120",
    title="identity that can escalate itself",
    severity=Severity.ERROR,
    explanation="Some permissions are equivalent to all: passing any role to one's own code, changing any policy, "
    "creating keys for any user, or creating a role and giving it any policy. All policies of an identity count "
    "together, "
    "whichever templates of the plan they are in. The table of methods covers the public lists "
    "of IAM escalations. A permissions boundary, a condition on iam:PermissionsBoundary or iam:PolicyARN, or resources "
    "that do not include the holder limit them; roles that the holder creates need the condition. Changing running "
    "workloads of any role is a warning, as the roles are not known.",
    fix="name the resources, add a condition on iam:PermissionsBoundary, iam:PolicyARN or iam:PassedToService, or set "
    "a PermissionsBoundary",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    find=_find,
    find_in_plan=_find_in_plan,
)
