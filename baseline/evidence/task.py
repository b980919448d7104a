"""A task for people."""

from datetime import date
from typing import Literal

from baseline.evidence.states import Met
from baseline.frozen import frozen

Status = Literal["open", "attested", "overdue"]


@frozen
class Task:
    """A manual task.

    Attributes:
        requirements: Framework and id of each requirement with this task, such as `cis-7.0/4.2`; urgent ones first.
        state: Headline state of the first requirement.
        what: The work.
        owner: The person or team of the attestation or exception; else the role that the framework's file names.
        interval: How often it is done according to the attestation, or else the framework's minimum; empty if neither
            names one.
        last_done: The day on which it was last done, if the profile names it.
        next_due: The due date, if the profile says when it was last done, or when it ends.
        evidence: Where it can be verified.
        signer: Who signed it, or approved it.
        is_attested: Whether the profile attests it.
    """

    requirements: tuple[str, ...]
    state: Met
    what: str
    owner: str
    interval: str = ""
    last_done: date | None = None
    next_due: date | None = None
    evidence: tuple[str, ...] = ()
    signer: str = ""
    is_attested: bool = False

    def status(self, as_of: date | None = None) -> Status:
        """Whether the task is attested, or overdue on a day; without a day, nothing is overdue."""
        if as_of is not None and self.next_due is not None and self.next_due < as_of:
            return "overdue"
        return "attested" if self.is_attested else "open"
