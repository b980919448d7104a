"""AWS's errors by class: retry, answer or refusal; and how to report them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from traceback import extract_tb

import tomli

from baseline.cloud.refusals import NoAnswer, Refusal, translated
from baseline.errors import AwsError

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
    """What `baseline` does after an error."""

    RETRY = "retry"
    DONE = "done"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class ErrorClass:
    """Errors with one meaning and one remedy.

    Attributes:
        name: Id of the class.
        action: What `baseline` does.
        meaning: One sentence for the documentation.
        waits: Whether it passes by itself within minutes: the call is repeated.
        fix: What the user can do; `{profile}` stands for the option that names the AWS CLI profile.
        codes: Error codes of the APIs.
        words: Parts of messages that decide where a code is general.
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
    """Every class by name, in the order in which they are compared."""
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
    """The class of an error of AWS; None for an unclassified one. A message decides before a code."""
    classes = error_classes().values()
    by_words = (item for item in classes if any(words in message for words in item.words))
    by_code = (item for item in classes if code in item.codes)
    return next(by_words, None) or next(by_code, None)


def passes(code: str, message: str) -> bool:
    """Whether an error, or the reason of a failed resource, passes by itself within minutes."""
    found = class_of(code, message)
    return found is not None and found.waits


def unexpected(error: Exception) -> str:
    """One line about a defect of ours: the exception, and the line of this program that it comes from."""
    frames = [frame for frame in extract_tb(error.__traceback__) if "baseline" in Path(frame.filename).parts]
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"unexpected {type(error).__name__}: {error}{place}"


@contextmanager
def aws_errors(profile: str = "") -> Iterator[None]:
    """Turn AWS's refusals and missing answers into errors of ours: what AWS said and what to do, no request's contents.

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
            raise AwsError(f"the answer is not AWS's: {page}", hint=hint) from error
        found = _raised_class(error)
        reached = found is None or found.name == "unreachable"
        said = "AWS could not be reached" if reached else "the credentials cannot be used"
        raise AwsError(f"{said}: {error}", hint=_hint(found, profile)) from error


def _raised_class(error: NoAnswer) -> ErrorClass | None:
    """The class of botocore's exception; its base classes decide only for one that no class lists."""
    classes = error_classes().values()
    return next((item for name in error.raised for item in classes if name in item.raised), None)


def _hint(found: ErrorClass | None, profile: str) -> str:
    if found is None:
        return "look the error up in the service's documentation; if it passes, run the same command again"
    return found.fix.replace("{profile}", f" --profile {profile}" if profile else "")
