"""AWS's errors by class: the reaction to them, and the advice for the user."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from enum import Enum
from functools import cache
from pathlib import Path
from traceback import extract_tb

import tomli

from baseline.cloud.refusals import NoAnswer, Refusal, translated
from baseline.errors import AwsError
from baseline.frozen import frozen

REPORT = "this is a defect of baseline: report it with this message; the same command may be run again"

EXPIRED = frozenset(
    {
        *("ExpiredToken", "ExpiredTokenException", "RequestExpired"),
        *("InvalidClientTokenId", "UnrecognizedClientException"),
    }
)
"""Error codes of credentials that do not work, or no longer."""

DISABLED_REGION_CODES = frozenset({"InvalidClientTokenId", "UnrecognizedClientException"})
"""Error codes that valid credentials also get in a Region that is disabled."""


class Answer(Enum):
    """The reaction of `baseline` to an error."""

    RETRY = "retry"
    DONE = "done"
    REFUSE = "refuse"


@frozen
class ErrorClass:
    """Errors with the same meaning and remedy.

    Attributes:
        name: Id of the class.
        action: What `baseline` does.
        meaning: One sentence for the documentation.
        waits: Whether it is transient, so that the call is retried.
        fix: Advice for the user; `{profile}` is replaced by the option for the AWS CLI profile.
        codes: Error codes of the APIs.
        words: Parts of messages that distinguish errors with a general code.
        raised: Names of botocore's exceptions.
    """

    name: str
    action: Answer
    meaning: str
    fix: str
    waits: bool = False
    codes: frozenset[str] = field(default_factory=frozenset)
    words: tuple[str, ...] = ()
    raised: frozenset[str] = field(default_factory=frozenset)


@cache
def error_classes() -> Mapping[str, ErrorClass]:
    """Every class by name, in the order of comparison."""
    text = Path(__file__).with_name("aws_errors.toml").read_text(encoding="utf-8")
    return {
        name: ErrorClass(
            name=name,
            action=Answer(entry["action"]),
            meaning=entry["meaning"],
            fix=entry["fix"],
            waits=entry.get("waits", False),
            codes=frozenset(entry.get("codes", ())),
            words=tuple(entry.get("words", ())),
            raised=frozenset(entry.get("raised", ())),
        )
        for name, entry in tomli.loads(text).items()
    }


def class_of(code: str, message: str = "") -> ErrorClass | None:
    """The class of an AWS error; None if unclassified. The message takes precedence over the code."""
    classes = error_classes().values()
    by_words = (item for item in classes if any(words in message for words in item.words))
    by_code = (item for item in classes if code in item.codes)
    return next(by_words, None) or next(by_code, None)


def passes(code: str, message: str) -> bool:
    """Whether an error, or the reason for a failed resource, is transient."""
    found = class_of(code, message)
    return found is not None and found.waits


def unexpected(error: Exception) -> str:
    """One line about a bug in baseline: the exception and the line of code."""
    frames = [frame for frame in extract_tb(error.__traceback__) if "baseline" in Path(frame.filename).parts]
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"unexpected {type(error).__name__}: {error}{place}"


@contextmanager
def aws_errors(profile: str = "") -> Iterator[None]:
    """Turn AWS's errors and missing responses into our own errors, without contents of the request.

    Args:
        profile: Name of the AWS CLI profile in use, for hints that name it.
    """
    try:
        with translated():
            yield
    except Refusal as error:
        said = f"AWS refused {error.operation}: {error.code}: {error.message}"
        raise AwsError(said, hint=_hint(class_of(error.code, error.message), profile)) from error
    except NoAnswer as error:
        if error.is_page:
            page = " ".join(str(error).split())[:200]
            hint = _hint(error_classes()["foreign-answer"], profile)
            raise AwsError(f"the response is not from AWS: {page}", hint=hint) from error
        found = _raised_class(error)
        reached = found is None or found.name == "unreachable"
        said = "AWS could not be reached" if reached else "the credentials cannot be used"
        raise AwsError(f"{said}: {error}", hint=_hint(found, profile)) from error


def _raised_class(error: NoAnswer) -> ErrorClass | None:
    """The class of botocore's exception; a base class decides only if no class lists the exception itself."""
    classes = error_classes().values()
    return next((item for name in error.raised for item in classes if name in item.raised), None)


def _hint(found: ErrorClass | None, profile: str) -> str:
    if found is None:
        return "look the error up in the service's documentation; if it passes, run the same command again"
    return found.fix.replace("{profile}", f" --profile {profile}" if profile else "")
