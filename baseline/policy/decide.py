"""The whole decision about a request: organization, identity, resource, boundary and session policies."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from baseline.policy.conditions import Truth, all_of, any_of
from baseline.policy.document import Path, Statement
from baseline.policy.evaluate import applies, missing, names_account, names_directly, names_session
from baseline.policy.request import Request, account_of

Kind = Literal["service control", "resource control", "identity", "resource", "boundary", "session"]


@dataclass(frozen=True, kw_only=True)
class AttachedPolicy:
    """A policy at one level, or of the principal or the resource."""

    name: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class Level:
    """The root, a unit or an account.

    `full_access` says whether AWS's FullAWSAccess is attached there too, as it is unless somebody takes it away.
    """

    name: str
    policies: tuple[AttachedPolicy, ...]
    full_access: bool = True


@dataclass(frozen=True, kw_only=True)
class Policies:
    """Everything that has a say.

    Attributes:
        service_control: The levels above the principal's account, from the root, and the account.
        resource_control: The same for the resource's account, with its resource control policies.
        service_control_reason: Why no service control policy binds the principal, where none does.
        resource_control_reason: Why no resource control policy protects the resource, where none does.
        identity: Of the principal; None when nobody asks for them: then only a denial is looked for.
        resource: Of the resource; None where it has none.
        boundary: The principal's permissions boundary; None where it has none.
        session: The policy that the session was opened with; None where there was none.
    """

    service_control: tuple[Level, ...] = ()
    resource_control: tuple[Level, ...] = ()
    service_control_reason: str = ""
    resource_control_reason: str = ""
    identity: tuple[AttachedPolicy, ...] | None = None
    resource: AttachedPolicy | None = None
    boundary: AttachedPolicy | None = None
    session: AttachedPolicy | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found.

    Attributes:
        decision: `denied`; `allowed` and, where identity policies were not asked, `not denied`; `unknown` when it
            hangs on what the request does not say.
        kind: The kind of policy that decides; empty when nothing denies, as are the next three.
        level: Where the deciding policy is attached, for organization policies.
        policy: The deciding policy; empty for an implicit denial, by the lack of an Allow.
        statement: Sid of the deciding statement.
        path: Where that is in its policy.
        missing: Condition keys whose values would decide.
        reasons: Why a kind of policy was not looked at, or what denies implicitly.
    """

    decision: Literal["denied", "allowed", "not denied", "unknown"]
    kind: Kind | Literal[""] = ""
    level: str = ""
    policy: str = ""
    statement: str = ""
    path: Path = ()
    missing: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


def decide(policies: Policies, request: Request) -> Verdict:
    """What the policies say together: an explicit denial first, then what fails to allow.

    Sources: IAM user guide, Policy evaluation logic; AWS Organizations user guide, SCP evaluation and RCP evaluation,
    with the tasks and entities that they do not restrict.
    """
    open_questions: list[Verdict] = []
    for kind, level, policy, statement in _all_statements(policies, request):
        if statement.effect != "Deny":
            continue
        about = applies(statement, request)
        if about is not False:
            found = Verdict(
                decision="denied" if about else "unknown",
                kind=kind,
                level=level,
                policy=policy,
                statement=statement.sid,
                path=statement.path,
                missing=() if about else missing(statement, request),
            )
            if about:
                return found
            open_questions.append(found)
    implicit = _implicit(policies, request)
    if implicit is not None and implicit.decision == "denied":
        return implicit
    if open_questions or implicit:
        return open_questions[0] if open_questions else implicit  # type: ignore[return-value]
    reasons = tuple(filter(None, (policies.service_control_reason, policies.resource_control_reason)))
    return Verdict(decision="not denied" if policies.identity is None else "allowed", reasons=reasons)


def _all_statements(policies: Policies, request: Request) -> Iterator[tuple[Kind, str, str, Statement]]:
    for kind, level, policy in _looked_at(policies, request):
        for statement in policy.statements:
            if kind != "resource" or names_directly(statement, request) or names_account(statement, request):
                yield kind, level, policy.name, statement


def _looked_at(policies: Policies, request: Request) -> Iterator[tuple[Kind, str, AttachedPolicy]]:
    if not request.is_service_linked:
        if not request.service_principals:
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


def _implicit(policies: Policies, request: Request) -> Verdict | None:
    """The denial by the lack of an Allow, or that nobody knows; None when everything that must allows."""
    if not (request.is_service_linked or request.service_principals):
        for level in policies.service_control:
            allowed = True if level.full_access else _allows(level.policies, request)
            if allowed is not True:
                return _lack("service control", allowed, request, level.policies, level.name)
    if policies.identity is None:
        return None
    granted, kind, asked = _granted(policies, request)
    return None if granted is True else _lack(kind, granted, request, asked)


def _granted(policies: Policies, request: Request) -> tuple[Truth, Kind, tuple[AttachedPolicy, ...]]:
    """Whether identity and resource policies allow, inside boundary and session, and which kind is short of it."""
    resource = (policies.resource,) if policies.resource else ()
    direct = _resource_allows(resource, request, names_directly)
    account = any_of((direct, _resource_allows(resource, request, names_account)))
    if request.service_principals:
        return direct, "resource", resource
    if not _is_foreign(request) and _resource_allows(resource, request, names_session) is True:
        return True, "resource", ()
    identity = True if request.is_root_user else _allows(policies.identity or (), request)
    steps: list[tuple[Truth, Kind, tuple[AttachedPolicy, ...]]] = []
    if _needs_resource_policy(request) or _is_foreign(request):
        steps.append((account, "resource", resource))
    if _is_foreign(request) or direct is not True:
        steps.append((identity, "identity", policies.identity or ()))
    for kind, policy in (("boundary", policies.boundary), ("session", policies.session)):
        if policy is not None:
            steps.append((_allows((policy,), request), kind, (policy,)))  # type: ignore[arg-type]
    granted = all_of([step[0] for step in steps])
    if granted is True:
        return True, "identity", ()
    _, kind, asked = next(step for step in steps if step[0] is granted)
    return granted, kind, asked


def _needs_resource_policy(request: Request) -> bool:
    """Keys and roles: without their own policy, no identity policy lets anybody in.

    Source: AWS KMS developer guide, Key policies; IAM user guide, Role trust policies.
    """
    return request.service == "kms" or request.action.lower().startswith("sts:assumerole")


def _is_foreign(request: Request) -> bool:
    """Whether principal and resource are known to be of different accounts."""
    owner = "".join((request.values("aws:ResourceAccount") or ())[:1]) or account_of(request.resource)
    return bool(owner and request.principal_account) and owner != request.principal_account


def _allows(policies: Sequence[AttachedPolicy], request: Request) -> Truth:
    return any_of([applies(s, request) for p in policies for s in p.statements if s.effect == "Allow"])


def _resource_allows(
    policies: Sequence[AttachedPolicy], request: Request, names: Callable[[Statement, Request], bool]
) -> Truth:
    return any_of(
        [applies(s, request) for p in policies for s in p.statements if s.effect == "Allow" and names(s, request)]
    )


def _lack(kind: Kind, granted: Truth, request: Request, asked: Sequence[AttachedPolicy], level: str = "") -> Verdict:
    if granted is False:
        return Verdict(decision="denied", kind=kind, level=level, reasons=(f"no {kind} policy allows it",))
    keys = (
        key
        for policy in asked
        for statement in policy.statements
        if statement.effect == "Allow" and applies(statement, request) is None
        for key in missing(statement, request)
    )
    return Verdict(decision="unknown", kind=kind, level=level, missing=tuple(dict.fromkeys(keys)))
