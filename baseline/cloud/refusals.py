"""Errors of AWS's calls as exceptions of our own: no other room has to know botocore's, which are loaded late."""

from collections.abc import Iterator
from contextlib import contextmanager

from baseline.errors import AwsError

_MISSING = "deploying needs boto3"


class Refusal(Exception):  # noqa: N818 - AWS answered: for many calls an error code is an answer like any other
    """AWS answered a call with an error.

    Attributes:
        operation: Name of the call, such as `DescribeStacks`.
        code: AWS's error code.
        message: AWS's own words.
    """

    def __init__(self, said: str, *, operation: str, code: str, message: str) -> None:
        super().__init__(said)
        self.operation = operation
        self.code = code
        self.message = message


class NoAnswer(Exception):  # noqa: N818 - the counterpart of a refusal
    """AWS did not answer: it cannot be reached, the credentials cannot be used, or a proxy answered.

    Attributes:
        raised: Names of botocore's exception and of its base classes.
    """

    def __init__(self, said: str, *, raised: tuple[str, ...]) -> None:
        super().__init__(said)
        self.raised = raised

    @property
    def is_page(self) -> bool:
        """Whether something else than AWS answered, such as a proxy."""
        return "ResponseParserError" in self.raised

    @property
    def is_absent(self) -> bool:
        """Whether the service has no reachable endpoint there."""
        return "EndpointConnectionError" in self.raised


@contextmanager
def translated() -> Iterator[None]:
    """Turn botocore's exceptions into `Refusal` and `NoAnswer`, which keep botocore's words.

    Raises:
        AwsError: if boto3 is not installed.
    """
    try:
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError
    except ImportError as error:
        raise AwsError(_MISSING, hint="install it with: pip install 'boto3>=1.40,<2'") from error
    try:
        yield
    except ClientError as error:
        answer = error.response.get("Error", {})
        raise Refusal(
            str(error),
            operation=error.operation_name,
            code=str(answer.get("Code", "")),
            message=str(answer.get("Message", "")) or str(error),
        ) from error
    except (BotoCoreError, ResponseParserError) as error:
        raise NoAnswer(str(error), raised=tuple(kind.__name__ for kind in type(error).__mro__)) from error
