"""Every exception that the program raises on purpose, each with its exit code."""

from collections.abc import Sequence
from typing import ClassVar

from baseline.findings import Finding, sorted_findings


class BaselineError(Exception):
    """An error that the user can act on: `what: why`, and a hint with the fix.

    Any other exception that reaches the user is a bug and keeps its traceback.

    Attributes:
        message: What is wrong, and why.
        details: Further lines, such as one per file.
        hint: The fix.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", details: Sequence[str] = ()) -> None:
        super().__init__("\n  ".join((message, *details)))
        self.message = message
        self.details = tuple(details)
        self.hint = hint


class ProfileError(BaselineError):
    """The profile cannot be used; carries every problem found, sorted by place.

    Attributes:
        problems: The errors.
        notes: Warnings and notes about values that the errors do not touch.
    """

    exit_code: ClassVar[int] = 3
    subject: ClassVar[str] = "profile"

    def __init__(self, problems: Sequence[Finding], notes: Sequence[Finding] = (), *, hint: str = "") -> None:
        count = sum(problem.count for problem in problems)
        super().__init__(f"{self.subject} invalid: {count:,} problem{'s' if count != 1 else ''}", hint=hint)
        self.problems = tuple(problems)
        self.notes = tuple(notes)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Errors, warnings and notes, sorted by place."""
        return sorted_findings((*self.problems, *self.notes))


class LockFileError(ProfileError):
    """The file with the ids that AWS assigned cannot be used."""

    subject: ClassVar[str] = "lock file"


class RenderError(BaselineError):
    """A template could not be rendered, or its plan is inconsistent."""

    exit_code: ClassVar[int] = 4


class OutputError(BaselineError):
    """The output directory was not written; existing files are untouched."""

    exit_code: ClassVar[int] = 6


class UnknownKeyError(BaselineError):
    """A profile has no value under the requested key."""

    exit_code = 2


class UnknownTopicError(BaselineError):
    """The topic of an `explain` command does not exist."""

    exit_code: ClassVar[int] = 2


class ScanError(BaselineError):
    """The results of a live scan cannot be read."""

    exit_code: ClassVar[int] = 2


class InventoryError(BaselineError):
    """The inventory of a live organization cannot be used."""

    exit_code: ClassVar[int] = 2


class ExportError(BaselineError):
    """An output cannot be exported to a target."""

    exit_code: ClassVar[int] = 2


class PriceListError(BaselineError):
    """A price list cannot be read."""

    exit_code: ClassVar[int] = 2


class ImportFileError(BaselineError):
    """The configuration of another tool cannot be read."""

    exit_code: ClassVar[int] = 2


class TamperedError(BaselineError):
    """A written output differs from its plan: a file was changed or is missing."""

    exit_code: ClassVar[int] = 5


class NoOutputError(TamperedError):
    """The directory has no plan: it is not the output of `generate`."""

    exit_code: ClassVar[int] = 2


class SignatureFileError(BaselineError):
    """A signature or public key cannot be used, so the signer of the plan is unknown."""

    exit_code: ClassVar[int] = 2


class AwsError(BaselineError):
    """AWS rejected a call, failed or could not be reached."""

    exit_code: ClassVar[int] = 7


class DeclinedError(BaselineError):
    """The user did not agree."""

    exit_code: ClassVar[int] = 1
