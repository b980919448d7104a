"""What service control policies say about a request, level by level."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from baseline.policy.document import Statement
from baseline.policy.evaluate import Request, applies

_SERVICE_LINKED = ":role/aws-service-role/"


@dataclass(frozen=True, kw_only=True)
class AttachedPolicy:
    """A policy at one level."""

    name: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class Level:
    """The root, a unit or an account. AWS's FullAWSAccess is attached there too, and is not listed."""

    name: str
    policies: tuple[AttachedPolicy, ...]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found.

    Attributes:
        decision: Whether some statement denies; `unknown` when that hangs on what the request does not say.
        level: Where the statement is attached; empty when nothing denies, as are the next two.
        policy: Its policy.
        statement: Its Sid.
        missing: Condition keys whose values would decide.
        reason: Why no policy is looked at, where none holds.
    """

    decision: Literal["denied", "not denied", "unknown"]
    level: str = ""
    policy: str = ""
    statement: str = ""
    missing: tuple[str, ...] = ()
    reason: str = ""


def decide(levels: Sequence[Level], request: Request, *, management: bool = False) -> Verdict:
    """The first statement that denies, from the root downwards, or what would have to be known to say.

    A request that is not denied still needs an identity or resource policy that allows it.

    Args:
        levels: From the root to the account.
        request: With `aws:PrincipalArn` in its context where that is known.
        management: Whether the principal is of the management account.

    Source: AWS Organizations user guide, SCP evaluation, and Tasks and entities not restricted by SCPs.
    """
    if management:
        return Verdict(decision="not denied", reason="service control policies do not hold in the management account")
    if any(_SERVICE_LINKED in principal for principal in request.values("aws:PrincipalArn") or ()):
        return Verdict(decision="not denied", reason="service control policies do not bind service-linked roles")
    open_questions: list[Verdict] = []
    for level in levels:
        for policy in level.policies:
            for statement in policy.statements:
                about = applies(statement, request) if statement.effect == "Deny" else False
                found = Verdict(
                    decision="denied" if about else "unknown",
                    level=level.name,
                    policy=policy.name,
                    statement=statement.sid,
                    missing=() if about else _missing(statement, request),
                )
                if about:
                    return found
                if about is None:
                    open_questions.append(found)
    return open_questions[0] if open_questions else Verdict(decision="not denied")


def _missing(statement: Statement, request: Request) -> tuple[str, ...]:
    keys = (condition.key for condition in statement.conditions)
    return tuple(dict.fromkeys(key for key in keys if request.values(key) is None))
