"""What a check of a policy document says."""

from dataclasses import dataclass

from baseline.findings import Severity
from baseline.policy.document import Path


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """Something in a policy document that AWS refuses, or that does not do what it seems to.

    Attributes:
        id: Stable, in kebab case: `policy-action`.
        path: Where it is in the document; () for the whole of it.
        message: What is wrong and why, without a full stop.
        fix: What to do, as an imperative.
        severity: How much it matters.
    """

    id: str
    path: Path
    message: str
    fix: str
    severity: Severity = Severity.ERROR
