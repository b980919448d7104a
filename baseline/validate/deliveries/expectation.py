"""One request, and the expected decision of the rendered policies."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from baseline.frozen import frozen
from baseline.policy.decide import AttachedPolicy, Policies, decide
from baseline.policy.document import Path, Principal, Statement
from baseline.policy.request import Request
from baseline.validate.estate import FOREIGN, FOREIGN_ORGANIZATION, MEMBER, ORGANIZATION, Owned

PROBE = "baseline-probe"
"""Name of an administrator's role that no policy mentions."""
_OTHER_SERVICE = "workspaces.amazonaws.com"
"""A service to which the baseline grants nothing."""
_TLS = {"aws:securetransport": ("true",), "s3:tlsversion": ("1.3",)}


def _open(*principals: Principal) -> AttachedPolicy:
    """A policy that allows everything; as a resource policy, it allows these principals."""
    statement = Statement(
        path=(),
        sid="",
        effect="Allow",
        principals=principals,
        not_principals=(),
        actions=("*",),
        not_actions=(),
        resources=("*",),
        not_resources=(),
        conditions=(),
    )
    return AttachedPolicy(name="everything", statements=(statement,))


_EVERYTHING = _open()


@frozen
class Expectation:
    """A request that must be allowed or denied.

    Attributes:
        owner: The resource, role or key with the policy.
        path: Where that policy is in its template.
        what: The request in words: `CloudTrail writes a log file`.
        allowed: Whether it must be allowed.
        policies: The rendered policies.
        request: The request.
        source: Where AWS documents it.
    """

    owner: Owned
    path: Path
    what: str
    allowed: bool
    policies: Policies
    request: Request
    source: str = ""

    def is_met(self) -> bool:
        """Whether the decision engine returns the expected decision; an undecided request does not meet it."""
        decision = decide(self.policies, self.request).decision
        return decision == ("allowed" if self.allowed else "denied")


@frozen
class Delivery:
    """A producer's delivery to a resource.

    Attributes:
        to: The resource with the policy.
        path: Where its policy is in its template.
        policy: The policy.
        what: A description, without the outcome.
        service: The service principal that makes the calls.
        actions: The calls.
        resource: ARN of the resource.
        sent: Condition keys about the source that the service sends: `aws:SourceArn` and the like.
        extra: Further condition keys: headers and encryption contexts.
        source: Where AWS documents it.
    """

    to: Owned
    path: Path
    policy: AttachedPolicy
    what: str
    service: str
    actions: tuple[str, ...]
    resource: str
    sent: Mapping[str, str]
    extra: Mapping[str, str]
    source: str

    def expectations(self) -> Iterator[Expectation]:
        """Allowed for this organization; denied for another one, another service and a foreign administrator."""
        for action in self.actions:
            request = self._request(action, self.service, self.sent, self.extra)
            yield self._expect(f"{self.what} ({action})", request, allowed=True)
            if self.sent:
                foreign = {key: _foreign(value) for key, value in self.sent.items()}
                request = self._request(action, self.service, foreign, self.extra)
                yield self._expect(f"{self.what} ({action}) for a foreign account", request, allowed=False)
            request = self._request(action, _OTHER_SERVICE, self.sent, self.extra)
            yield self._expect(f"{self.what} ({action}) by another service", request, allowed=False)
            yield self._expect(
                f"{self.what} ({action}) by an administrator of another account",
                by_role(action, self.resource, f"arn:aws:iam::{MEMBER}:role/{PROBE}", extra=self.extra),
                allowed=False,
            )
        if "s3:PutObject" in self.actions:
            yield from self.without_grants("s3:GetObject", "s3:PutObjectAcl")

    def succeeds(self) -> Iterator[Expectation]:
        """Allowed; for services that do not send the organization, so that another account may do the same."""
        for action in self.actions:
            request = self._request(action, self.service, self.sent, self.extra)
            yield self._expect(f"{self.what} ({action})", request, allowed=True)

    def elsewhere(self, resource: str, what: str) -> Iterator[Expectation]:
        """The same delivery to a place that this producer does not use."""
        for action in self.actions:
            request = replace(self._request(action, self.service, self.sent, self.extra), resource=resource)
            yield self._expect(f"{self.what} ({action}) {what}", request, allowed=False)

    def from_elsewhere(self, sent: Mapping[str, str], what: str) -> Iterator[Expectation]:
        """The same delivery by the same service, for an unrelated source of this organization."""
        for action in self.actions:
            request = self._request(action, self.service, {**self.sent, **sent}, self.extra)
            yield self._expect(f"{self.what} ({action}) {what}", request, allowed=False)

    def without_grants(self, *actions: str) -> Iterator[Expectation]:
        """Calls that the producer never needs."""
        for action in actions:
            request = self._request(action, self.service, self.sent, self.extra)
            yield self._expect(f"{self.service} calls {action}", request, allowed=False)

    def _request(self, action: str, service: str, sent: Mapping[str, str], extra: Mapping[str, str]) -> Request:
        keys = {**extra, **sent, "aws:PrincipalServiceName": service, "aws:PrincipalIsAWSService": "true"}
        context = {key.lower(): (value,) for key, value in keys.items()}
        return Request(action=action, resource=self.resource, context={**_TLS, **context}, complete=True)

    def _expect(self, what: str, request: Request, *, allowed: bool) -> Expectation:
        return Expectation(
            owner=self.to,
            path=self.path,
            what=what,
            allowed=allowed,
            policies=Policies(resource=self.policy, identity=()),
            request=request,
            source=self.source,
        )


def _account_of(arn: str) -> str:
    """The account of an ARN; empty if it has none, or is no ARN."""
    return next(iter(arn.split(":")[4:5]), "")


def by_role(
    action: str,
    resource: str,
    role: str,
    *,
    extra: Mapping[str, str] | None = None,
    organization: str = ORGANIZATION,
) -> Request:
    """A request of a role's session, over TLS."""
    account, owner = _account_of(role), _account_of(resource)
    keys = {
        "aws:PrincipalArn": role,
        "aws:PrincipalAccount": account,
        "aws:PrincipalOrgID": FOREIGN_ORGANIZATION if account == FOREIGN else organization,
        "aws:PrincipalIsAWSService": "false",
        "kms:CallerAccount": account,
        **({"aws:ResourceAccount": owner} if owner else {}),
        **(extra or {}),
    }
    context = {key.lower(): (value,) for key, value in keys.items()}
    return Request(action=action, resource=resource, context={**_TLS, **context}, complete=True)


@dataclass(frozen=True)
class Guarded:
    """A resource's policy, evaluated for roles whose own policies allow everything."""

    owner: Owned
    path: Path
    policy: AttachedPolicy

    def expects(self, what: str, request: Request, *, allowed: bool, source: str = "") -> Expectation:
        """The expectation. Bucket ARNs have no account: the bucket is in the account of its policy."""
        if request.service == "s3":
            request = replace(request, context={**request.context, "aws:resourceaccount": (self.owner.account,)})
        return Expectation(
            owner=self.owner,
            path=self.path,
            what=what,
            allowed=allowed,
            policies=Policies(resource=self.policy, identity=(_EVERYTHING,)),
            request=request,
            source=source,
        )


@dataclass(frozen=True)
class Held:
    """A role's own policies, evaluated for resources whose policies allow everything."""

    owner: Owned
    path: Path
    policies: tuple[AttachedPolicy, ...]

    def expects(self, what: str, request: Request, *, allowed: bool) -> Expectation:
        """An expectation for a request of the role, with a resource policy that allows everything."""
        resource = _open(Principal(kind="AWS", value=request.principal_account))
        return Expectation(
            owner=self.owner,
            path=self.path,
            what=what,
            allowed=allowed,
            policies=Policies(identity=self.policies, resource=resource),
            request=request,
        )


def _foreign(value: str) -> str:
    """The same source in an account outside the organization."""
    if value == ORGANIZATION:
        return FOREIGN_ORGANIZATION
    if value.isdecimal():
        return FOREIGN
    parts = value.split(":")
    if len(parts) > 5 and parts[4]:
        parts[4] = FOREIGN
    return ":".join(parts)
