"""AWS's errors by class: retry, answer or refusal; and how to report them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from traceback import extract_tb
from typing import Any

import tomli

from baseline.errors import AwsError

REPORT = "this is a defect of baseline: report it with this message; the same command may be run again"
_MISSING = "deploying needs boto3"

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


def code_of(error: Any) -> str:  # noqa: ANN401
    """AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: Any) -> str:  # noqa: ANN401
    """AWS's own words."""
    return str(error.response.get("Error", {}).get("Message", "")) or str(error)


@contextmanager
def aws_errors(profile: str = "") -> Iterator[None]:
    """Turn botocore's errors into ours: what AWS answered and what to do, never a request's parameters.

    Args:
        profile: Name of the AWS CLI profile in use, for hints that name it.
    """
    try:
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError
    except ImportError as error:
        raise AwsError(_MISSING, hint="install it with: pip install 'boto3>=1.40,<2'") from error
    try:
        yield
    except ClientError as error:
        code, message = code_of(error), message_of(error)
        said = f"AWS refused {error.operation_name}: {code}: {message}"
        raise AwsError(said, hint=_hint(class_of(code, message), profile)) from error
    except ResponseParserError as error:
        page = " ".join(str(error).split())[:200]
        hint = _hint(error_classes()["foreign-answer"], profile)
        raise AwsError(f"the answer is not AWS's: {page}", hint=hint) from error
    except BotoCoreError as error:
        found = next((item for item in error_classes().values() if _names(error) & item.raised), None)
        reached = found is None or found.name == "unreachable"
        said = "AWS could not be reached" if reached else "the credentials cannot be used"
        raise AwsError(f"{said}: {error}", hint=_hint(found, profile)) from error


def _names(error: Exception) -> set[str]:
    """The name of the exception's class; those of its bases decide only for unlisted subclasses."""
    listed = {name for item in error_classes().values() for name in item.raised}
    return {next((kind.__name__ for kind in type(error).__mro__ if kind.__name__ in listed), "")}


def _hint(found: ErrorClass | None, profile: str) -> str:
    if found is None:
        return "look the error up in the service's documentation; if it passes, run the same command again"
    return found.fix.replace("{profile}", f" --profile {profile}" if profile else "")
