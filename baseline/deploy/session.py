"""Who talks to AWS: one identity, its clients, and AWS's errors as ours."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import sleep
from typing import Any

from baseline import __version__
from baseline.errors import AwsError

_MISSING = "deploying needs boto3"
EXPIRED = frozenset(
    {
        *("ExpiredToken", "ExpiredTokenException", "RequestExpired"),
        *("InvalidClientTokenId", "UnrecognizedClientException"),
    }
)
"""AWS's codes for credentials that do not work, or no longer."""

OFF = frozenset({"InvalidClientTokenId", "UnrecognizedClientException"})
"""Those of them that good credentials get, too: in a Region that is off."""

_REFUSED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})

_BUSY = frozenset(
    {
        *("AlreadyExistsException", "ChangeSetNotFound", "InvalidChangeSetStatus"),
        *("NameAlreadyExistsException", "OperationInProgressException", "StaleRequestException"),
    }
)
"""AWS's codes where somebody else works on the same stack or StackSet."""

_BUSY_WORDS = ("already exists and cannot be created again", "_IN_PROGRESS state")
"""What AWS says of that under a code that means anything."""


@dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """Which identity to use, and how patiently.

    Attributes:
        profile: Name of an AWS CLI profile; "" for the default credential chain.
        assume_role: ARN of a role to assume first, or "".
        external_id: The external id that the role asks for, or "".
        execution_role: ARN of the role that CloudFormation works with in ordinary stacks; "" for the caller's.
        delegated_admin: Whether the caller is a delegated administrator for StackSets, in a member account.
        poll_seconds: How long to wait between two looks at an operation.
    """

    profile: str = ""
    assume_role: str = ""
    external_id: str = ""
    execution_role: str = ""
    delegated_admin: bool = False
    poll_seconds: float = 5.0


@dataclass(kw_only=True)
class Session:
    """One identity. Safe to share between threads.

    Attributes:
        home_region: Where StackSets and clients without a Region of their own are.
        options: As given.
        stop: Set when the user wants to stop: waits then end early.
    """

    home_region: str
    options: SessionOptions
    stop: threading.Event = field(default_factory=threading.Event)
    _boto: Any = None
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self, service: str, region: str = "") -> Any:  # noqa: ANN401 - botocore makes clients as it runs
        """The client of a service in a Region; the home Region when none is named."""
        key = (service, region or self.home_region)
        with self._lock:
            if key not in self._clients:
                from botocore.config import Config

                # Standard mode waits a random part of an exponentially growing time: full jitter.
                config = Config(
                    retries={"mode": "standard", "total_max_attempts": 10},
                    user_agent_extra=f"secure-baseline/{__version__}",
                    max_pool_connections=32,
                )
                self._clients[key] = self._session().client(service, region_name=key[1], config=config)
                if self.options.delegated_admin:
                    self._clients[key].meta.events.register("provide-client-params.cloudformation", _as_delegate)
            return self._clients[key]

    def pages(self, client: Any, operation: str, key: str, **arguments: object) -> Iterator[Any]:  # noqa: ANN401
        """Every item of a paged list."""
        for page in client.get_paginator(operation).paginate(**arguments):
            yield from page[key]

    def tokens(self, call: Callable[..., Any], key: str, **arguments: object) -> Iterator[Any]:
        """Every item of a list for whose pages botocore has no paginator."""
        token: dict[str, str] = {}
        while True:
            page = call(**arguments, **token)
            yield from page.get(key, ())
            if not page.get("NextToken"):
                return
            token = {"NextToken": page["NextToken"]}

    def until(self, look: Callable[[], bool]) -> bool:
        """Look, and again after every pause, until `look` is content; False when the user wants to stop first."""
        while not look():
            if self.stop.is_set():
                return False
            self.pause()
        return True

    def pause(self) -> None:
        """Wait for one poll interval, or until the user wants to stop."""
        if self.options.poll_seconds:
            self.stop.wait(self.options.poll_seconds)
        else:
            sleep(0)

    def _session(self) -> Any:  # noqa: ANN401
        if self._boto is None:
            import boto3

            plain = boto3.Session(profile_name=self.options.profile or None, region_name=self.home_region)
            self._boto = self._assumed(boto3, plain) if self.options.assume_role else plain
        return self._boto

    def _assumed(self, boto3: Any, plain: Any) -> Any:  # noqa: ANN401
        """A session of the role, renewed by botocore for as long as the deployment takes."""
        from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
        from botocore.exceptions import NoCredentialsError
        from botocore.session import get_session

        source = plain._session  # noqa: SLF001 - boto3 gives its botocore session no other name
        credentials = source.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        extra = {"RoleSessionName": "baseline-deploy"}
        if self.options.external_id:
            extra["ExternalId"] = self.options.external_id
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=source.create_client,
            source_credentials=credentials,
            role_arn=self.options.assume_role,
            extra_args=extra,
        )
        session = get_session()
        session._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - botocore's own recipe
            refresh_using=fetcher.fetch_credentials, method="assume-role"
        )
        return boto3.Session(botocore_session=session, region_name=self.home_region)


def _as_delegate(params: dict[str, Any], model: Any, **_: object) -> dict[str, Any] | None:  # noqa: ANN401
    """The request as a delegated administrator makes it, where it is one about StackSets."""
    members = model.input_shape.members if model.input_shape else {}
    return {"CallAs": "DELEGATED_ADMIN", **params} if "CallAs" in members else None


@contextmanager
def aws_errors() -> Iterator[None]:
    """Make botocore's errors ours: what AWS said and what to do, never a request's parameters."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise AwsError(_MISSING, hint="install it with: pip install 'boto3>=1.40,<2'") from error
    try:
        yield
    except ClientError as error:
        raise _translated(error) from error
    except BotoCoreError as error:
        raise AwsError(f"AWS could not be reached: {error}", hint=_hint(type(error).__name__)) from error


def code_of(error: Any) -> str:  # noqa: ANN401
    """AWS's error code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: Any) -> str:  # noqa: ANN401
    """AWS's own words."""
    return str(error.response.get("Error", {}).get("Message", "")) or str(error)


def _translated(error: Any) -> AwsError:  # noqa: ANN401
    code, message = code_of(error), message_of(error)
    busy = code in _BUSY or any(words in message for words in _BUSY_WORDS)
    return AwsError(f"AWS refused {error.operation_name}: {code}: {message}", hint=_WAIT if busy else _hint(code))


_WAIT = (
    "somebody else, or another run, works on it at the same time: wait until that has ended, and run the same command "
    "again: it goes on where it stopped"
)


def _hint(code: str) -> str:
    if code in EXPIRED:
        return "renew the credentials and run the same command again: it goes on where it stopped"
    if code in _REFUSED:
        return "use an identity that may do this, or name a role with --assume-role"
    if "Credential" in code or "Profile" in code:
        return "set AWS credentials, or name a profile of the AWS CLI with --profile"
    return "run the same command again: it goes on where it stopped"
