"""The complete decision for a request: organization, identity, resource, boundary and session policies."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import Literal

from baseline.frozen import frozen
from baseline.policy.conditions import Truth, all_of, any_of
from baseline.policy.document import Path, Statement
from baseline.policy.evaluate import is_about, missing, names_caller, names_directly, names_session, reaches
from baseline.policy.request import Request, account_of

Kind = Literal["service control", "resource control", "identity", "resource", "boundary", "session"]
_KEYLESS = frozenset(
    f"kms:{name}".lower()
    for name in (
        *("CreateKey", "GenerateRandom", "ListAliases", "ListKeys"),
        *("ConnectCustomKeyStore", "CreateCustomKeyStore", "DeleteCustomKeyStore", "DescribeCustomKeyStores"),
        *("DisconnectCustomKeyStore", "UpdateCustomKeyStore"),
    )
)
"""Actions of AWS KMS without a key. Source: AWS KMS developer guide, AWS KMS permissions."""
_NEEDS_NO_PERMISSION = "sts:getcalleridentity"
"""Source: AWS STS API reference, GetCallerIdentity: an explicit denial does not stop it either."""


@frozen
class AttachedPolicy:
    """A policy that is attached to a level, the principal or the resource."""

    name: str
    statements: tuple[Statement, ...]

    def about(self, effect: str, action: str) -> tuple[Statement, ...]:
        """The policy's statements with this effect that name the action; cached per action."""
        found = self._about.get((effect, action))
        if found is None:
            found = tuple(item for item in self.statements if item.effect == effect and is_about(item, action))
            self._about[effect, action] = found
        return found

    @cached_property
    def _about(self) -> dict[tuple[str, str], tuple[Statement, ...]]:
        return {}


@frozen
class Level:
    """The root, an OU or an account.

    `full_access` says whether AWS's FullAWSAccess is also attached, which is the default.
    """

    name: str
    policies: tuple[AttachedPolicy, ...]
    full_access: bool = True


@frozen
class Policies:
    """All policies that apply to a request.

    Attributes:
        service_control: The levels above the principal's account, from the root, and the account.
        resource_control: The same for the resource's account, with its resource control policies.
        service_control_reason: Why service control policies do not apply to the principal, if so.
        resource_control_reason: Why resource control policies do not apply to the resource, if so.
        identity: Policies of the principal; None to leave them out, so that only denials are evaluated.
        resource: Policy of the resource; None if it has none.
        boundary: The principal's permissions boundary; None if it has none.
        session: The session policy; None if there is none.
    """

    service_control: tuple[Level, ...] = ()
    resource_control: tuple[Level, ...] = ()
    service_control_reason: str = ""
    resource_control_reason: str = ""
    identity: tuple[AttachedPolicy, ...] | None = None
    resource: AttachedPolicy | None = None
    boundary: AttachedPolicy | None = None
    session: AttachedPolicy | None = None


@frozen
class Verdict:
    """The result of a decision.

    Attributes:
        decision: `denied`; `allowed`, or `not denied` without identity policies; `unknown` if it
            depends on facts that the request does not contain.
        kind: The kind of the deciding policy; like the next three, empty if nothing denies.
        level: Where the deciding policy is attached, for organization policies.
        policy: The deciding policy; empty for an implicit denial (no Allow).
        statement: Sid of the deciding statement.
        path: Path of the statement in its policy.
        missing: Unknown condition keys that the decision depends on.
        reasons: Why a kind of policy was not evaluated, or the reason for an implicit denial.
    """

    decision: Literal["denied", "allowed", "not denied", "unknown"]
    kind: Kind | Literal[""] = ""
    level: str = ""
    policy: str = ""
    statement: str = ""
    path: Path = ()
    missing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


_Names = Callable[[Statement, Request], Truth]
_Asked = tuple[tuple[AttachedPolicy, _Names], ...]


@frozen
class _Step:
    """A required Allow: the result, its kind, and the policies with the accepted principals."""

    granted: Truth
    kind: Kind
    asked: _Asked


def decide(policies: Policies, request: Request) -> Verdict:
    """The combined decision of the policies: explicit denials first, then missing Allows.

    Sources: IAM user guide, Policy evaluation logic; AWS Organizations user guide, SCP evaluation and RCP evaluation,
    with the tasks and entities that they do not restrict.
    """
    if request.action.lower() == _NEEDS_NO_PERMISSION:
        return Verdict(
            decision="allowed", reasons=(f"{request.action} needs no permission, and no policy can deny it",)
        )
    unknown: list[Verdict] = []
    for found in chain(_denials(policies, request), _lacks(policies, request)):
        if found.decision == "denied":
            return found
        unknown.append(found)
    if unknown:
        return unknown[0]
    reasons = tuple(filter(None, (policies.service_control_reason, policies.resource_control_reason)))
    return Verdict(decision="not denied" if policies.identity is None else "allowed", reasons=reasons)


def _denials(policies: Policies, request: Request) -> Iterator[Verdict]:
    """Statements that deny explicitly, or that may deny depending on an unknown condition key."""
    for kind, level, policy in _looked_at(policies, request):
        for statement in policy.about("Deny", request.action):
            about = reaches(statement, request)
            if kind == "resource" and about is not False:
                about = all_of([about, names_caller(statement, request)])
            if about is not False:
                yield Verdict(
                    decision="denied" if about else "unknown",
                    kind=kind,
                    level=level,
                    policy=policy.name,
                    statement=statement.sid,
                    path=statement.path,
                    missing=() if about else missing(statement, request),
                )


def _looked_at(policies: Policies, request: Request) -> Iterator[tuple[Kind, str, AttachedPolicy]]:
    if not request.is_service_linked:
        if not request.is_service:
            yield from (
                ("service control", level.name, p) for level in policies.service_control for p in level.policies
            )
        yield from (("resource control", level.name, p) for level in policies.resource_control for p in level.policies)
    yield from (("identity", "", policy) for policy in policies.identity or ())
    if policies.resource is not None:
        yield "resource", "", policies.resource
    if policies.boundary is not None:
        yield "boundary", "", policies.boundary
    if policies.session is not None:
        yield "session", "", policies.session


def _lacks(policies: Policies, request: Request) -> Iterator[Verdict]:
    """Kinds of policies that lack a required Allow, or have one that depends on an unknown condition key."""
    if not (request.is_service_linked or request.is_service):
        for level in policies.service_control:
            if not level.full_access:
                step = _step("service control", _asked(level.policies), request)
                if step.granted is not True:
                    yield _lack(step, request, level.name)
    if policies.identity is not None:
        short = _short_of(policies, request)
        if short is not None:
            yield _lack(short, request)


def _short_of(policies: Policies, request: Request) -> _Step | None:
    """The reason why identity and resource policies, within boundary and session, do not allow; None if they do.

    Source: IAM user guide, Policy evaluation logic and Cross-account policy evaluation logic.
    """
    steps = [step for step in _steps(policies, request) if step.granted is not True]
    if not steps:
        return None
    if not (request.is_service or _is_foreign(request)):
        itself = _step("resource", _asked(_resource(policies), names_session), request)
        if itself.granted is not False:
            return itself if itself.granted is None else None
    return next((step for step in steps if step.granted is False), steps[0])


def _steps(policies: Policies, request: Request) -> Iterator[_Step]:
    """The required Allows, each with the policies that can grant it."""
    direct = _asked(_resource(policies), names_directly)
    if request.is_service:
        yield _step("resource", direct, request)
        return
    foreign = _is_foreign(request)
    if foreign or _needs_resource_policy(request):
        yield _step("resource", _asked(_resource(policies), names_caller), request)
    if not request.is_root_user:
        yield _step("identity", _asked(policies.identity or ()) + (() if foreign else direct), request)
    if policies.boundary is not None:
        yield _step("boundary", _asked((policies.boundary,)), request)
    if policies.session is not None:
        yield _step("session", _asked((policies.session,)), request)


def _resource(policies: Policies) -> tuple[AttachedPolicy, ...]:
    return (policies.resource,) if policies.resource else ()


def _any_principal(_statement: Statement, _request: Request) -> Truth:
    return True


def _asked(policies: Sequence[AttachedPolicy], names: _Names = _any_principal) -> _Asked:
    return tuple((policy, names) for policy in policies)


def _step(kind: Kind, asked: _Asked, request: Request) -> _Step:
    granted = any_of([about for _, about in _allowing(asked, request)])
    return _Step(granted=granted, kind=kind, asked=asked)


def _allowing(asked: _Asked, request: Request) -> Iterator[tuple[Statement, Truth]]:
    """The statements that allow the action, and whether they match caller and request."""
    for policy, names in asked:
        for statement in policy.about("Allow", request.action):
            yield statement, all_of([names(statement, request), reaches(statement, request)])


def _needs_resource_policy(request: Request) -> bool:
    """Whether the resource is a key or role: without its own policy, no identity policy grants access.

    Source: AWS KMS developer guide, Key policies; IAM user guide, Role trust policies.
    """
    action = request.action.lower()
    if request.service == "kms":
        return ":key/" in request.resource or (request.resource == "*" and action not in _KEYLESS)
    return action.startswith("sts:assumerole")


def _is_foreign(request: Request) -> bool:
    """Whether principal and resource are known to be in different accounts; resources of AWS have no account."""
    owner = "".join((request.values("aws:ResourceAccount") or ())[:1]) or account_of(request.resource)
    return owner.isdecimal() and bool(request.principal_account) and owner != request.principal_account


def _lack(step: _Step, request: Request, level: str = "") -> Verdict:
    if step.granted is False:
        return Verdict(decision="denied", kind=step.kind, level=level, reasons=(f"no {step.kind} policy allows it",))
    open_ones = (statement for statement, about in _allowing(step.asked, request) if about is None)
    keys = dict.fromkeys(key for statement in open_ones for key in missing(statement, request))
    return Verdict(decision="unknown", kind=step.kind, level=level, missing=tuple(keys))
