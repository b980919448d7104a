"""Errors of AWS calls as our own exceptions, so that other packages do not import botocore, which is slow."""

from collections.abc import Iterator
from contextlib import contextmanager

from baseline.errors import AwsError

_MISSING = "calls of AWS need boto3"


class Refusal(Exception):  # noqa: N818 - AWS answered: for many calls an error code is an answer like any other
    """AWS returned an error.

    Attributes:
        operation: Name of the call, such as `DescribeStacks`.
        code: AWS's error code.
        message: AWS's message.
    """

    def __init__(self, said: str, *, operation: str, code: str, message: str) -> None:
        super().__init__(said)
        self.operation = operation
        self.code = code
        self.message = message


class NoAnswer(Exception):  # noqa: N818 - the counterpart of a refusal
    """AWS did not respond: it cannot be reached, the credentials cannot be used, or a proxy responded.

    Attributes:
        raised: Names of botocore's exception and of its base classes.
    """

    def __init__(self, said: str, *, raised: tuple[str, ...]) -> None:
        super().__init__(said)
        self.raised = raised

    @property
    def is_page(self) -> bool:
        """Whether another server, such as a proxy, responded."""
        return "ResponseParserError" in self.raised

    @property
    def is_absent(self) -> bool:
        """Whether the service has no reachable endpoint there."""
        return "EndpointConnectionError" in self.raised


@contextmanager
def translated() -> Iterator[None]:
    """Turn botocore's exceptions into `Refusal` and `NoAnswer`, with botocore's message.

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
