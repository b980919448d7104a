"""Access to AWS: one identity and its typed clients."""

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import sleep
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from baseline import __version__
from baseline.cloud.aws_errors import error_classes, passes
from baseline.cloud.refusals import Refusal, translated
from baseline.errors import AwsError
from baseline.frozen import frozen

if TYPE_CHECKING:  # installed for development alone
    from types_boto3_account import AccountClient
    from types_boto3_cloudcontrol import CloudControlApiClient
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudtrail import CloudTrailClient
    from types_boto3_config import ConfigServiceClient
    from types_boto3_controltower import ControlTowerClient
    from types_boto3_guardduty import GuardDutyClient
    from types_boto3_iam import IAMClient
    from types_boto3_identitystore import IdentityStoreClient
    from types_boto3_kms import KMSClient
    from types_boto3_organizations import OrganizationsClient
    from types_boto3_sso_admin import SSOAdminClient
    from types_boto3_sts import STSClient

_REPEATS = 20
"""Number of retries for transient errors, three poll intervals apart: usually five minutes."""

_CONNECT_SECONDS, _READ_SECONDS = 10, 30
"""Timeouts of one try. CloudFormation answers in seconds; botocore's default of 60 could cost ten silent minutes."""

_LOOKS = ("Describe", "List", "Get")

T = TypeVar("T")


@frozen
class SessionOptions:
    """The identity to use, and the polling interval.

    Attributes:
        profile: Name of an AWS CLI profile; "" for the default credential chain.
        assume_role: ARN of a role to assume first, or "".
        external_id: The external id that the role requires, or "".
        execution_role: ARN of the role that CloudFormation uses for ordinary stacks; "" for the caller's permissions.
        delegated_admin: Whether the caller is a delegated administrator for StackSets, in a member account.
        poll_seconds: Polling interval for operations, in seconds.
        adaptive: Whether calls slow down when AWS throttles them, for many calls in a row.
        session_name: Name of the sessions with assumed roles, as CloudTrail records it.
    """

    profile: str = ""
    assume_role: str = ""
    external_id: str = ""
    execution_role: str = ""
    delegated_admin: bool = False
    poll_seconds: float = 5.0
    adaptive: bool = False
    session_name: str = "baseline-deploy"


@dataclass(kw_only=True)
class CallCount:
    """Number of calls by `service.Operation`; every page of a list counts, retries do not. Safe to share."""

    by_name: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str) -> None:
        """Count one call."""
        with self._lock:
            self.by_name[name] += 1


@dataclass(kw_only=True)
class Session:
    """One identity. Safe to share between threads.

    Attributes:
        home_region: The Region of StackSets, and the default for clients.
        options: As given.
        stop: Set if the user wants to stop, which ends waits early.
        calls: The number of calls so far; sessions of members add to it.
    """

    home_region: str
    options: SessionOptions
    stop: threading.Event = field(default_factory=threading.Event)
    calls: CallCount = field(default_factory=CallCount)
    _boto: Any = None
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _seen: dict[str, Any] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @overload
    def client(self, service: Literal["account"], region: str = "") -> "AccountClient": ...
    @overload
    def client(self, service: Literal["cloudcontrol"], region: str = "") -> "CloudControlApiClient": ...
    @overload
    def client(self, service: Literal["cloudformation"], region: str = "") -> "CloudFormationClient": ...
    @overload
    def client(self, service: Literal["cloudtrail"], region: str = "") -> "CloudTrailClient": ...
    @overload
    def client(self, service: Literal["config"], region: str = "") -> "ConfigServiceClient": ...
    @overload
    def client(self, service: Literal["controltower"], region: str = "") -> "ControlTowerClient": ...
    @overload
    def client(self, service: Literal["guardduty"], region: str = "") -> "GuardDutyClient": ...
    @overload
    def client(self, service: Literal["iam"], region: str = "") -> "IAMClient": ...
    @overload
    def client(self, service: Literal["identitystore"], region: str = "") -> "IdentityStoreClient": ...
    @overload
    def client(self, service: Literal["kms"], region: str = "") -> "KMSClient": ...
    @overload
    def client(self, service: Literal["organizations"], region: str = "") -> "OrganizationsClient": ...
    @overload
    def client(self, service: Literal["sso-admin"], region: str = "") -> "SSOAdminClient": ...
    @overload
    def client(self, service: Literal["sts"], region: str = "") -> "STSClient": ...
    def client(self, service: str, region: str = "") -> object:
        """The client of a service in a Region; the home Region when none is named.

        Its calls raise `Refusal` and `NoAnswer`, never botocore's exceptions.
        """
        return self.untyped_client(service, region)

    def untyped_client(self, service: str, region: str = "") -> Any:  # noqa: ANN401 - botocore makes clients as it runs
        """The client of a service whose types are not installed."""
        key = (service, region or self.home_region)
        with self._lock:
            if key not in self._clients:
                with translated():
                    self._clients[key] = self._new_client(*key)
            return self._clients[key]

    def _new_client(self, service: str, region: str) -> Any:  # noqa: ANN401 - botocore makes clients as it runs
        from botocore.config import Config

        # Both modes wait a random part of an exponentially growing time: full jitter. Adaptive mode also limits rates.
        mode: Literal["adaptive", "standard"] = "adaptive" if self.options.adaptive else "standard"
        config = Config(
            retries={"mode": mode, "total_max_attempts": 10},
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            user_agent_extra=f"secure-baseline/{__version__}",
            max_pool_connections=32,
        )
        client = self._session().client(service, region_name=region, config=config)
        client.meta.events.register("needs-retry", self._delay)
        client.meta.events.register("after-call", _refuse_page)
        if self.options.delegated_admin:
            client.meta.events.register("provide-client-params.cloudformation", _as_delegate)
        call = client._make_api_call  # noqa: SLF001 - what every operation of a client goes through

        def translating(operation: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401
            self.calls.add(f"{service}.{operation}")
            with translated():
                return call(operation, parameters)

        def seen_or_asked(operation: str, parameters: dict[str, Any]) -> Any:  # noqa: ANN401
            if not operation.startswith(_LOOKS):
                self._seen = None
            key = (service, region, operation, parameters)
            return self._seen_or(key, lambda: translating(operation, parameters))

        client._make_api_call = seen_or_asked  # noqa: SLF001
        return client

    @contextmanager
    def one_look(self) -> Iterator[None]:
        """Send identical reads to AWS only once, until the first other call or the first wait.

        Several checks and previews read the same stacks, and AWS throttles such calls early.
        """
        self._seen = {}
        try:
            yield
        finally:
            self._seen = None

    def in_this_look(self, key: str, read: Callable[[], T]) -> T | None:
        """Result of `read`, which is called once within `one_look`; None outside, or if AWS rejects the call."""
        seen = self._seen
        if seen is None:
            return None
        if key not in seen:
            try:
                seen[key] = read()
            except Refusal:
                seen[key] = None
        found: T | None = seen[key]
        return found

    def _seen_or(self, key: object, ask: Callable[[], Any]) -> Any:  # noqa: ANN401
        """AWS's cached answer or refusal, or else a new answer."""
        seen = self._seen
        if seen is None:
            return ask()
        text = json.dumps(key, sort_keys=True, default=str)
        if text not in seen:
            try:
                seen[text] = ask()
            except Refusal as refusal:
                seen[text] = refusal
        if isinstance(seen[text], Refusal):
            raise seen[text]
        return seen[text]

    def member(self, role: str) -> "Session":
        """A session with a role in another account, which this identity assumes."""
        options = replace(self.options, delegated_admin=False, assume_role="")
        session = Session(home_region=self.home_region, options=options, stop=self.stop, calls=self.calls)
        with self._lock, translated():
            session._boto = self._assumed(self._session(), role, external_id="")
        return session

    def regions_of(self, service: str, partition: str) -> frozenset[str]:
        """The Regions of a partition for which botocore has an endpoint of the service."""
        with translated():
            return frozenset(self._session().get_available_regions(service, partition_name=partition))

    def until(self, look: Callable[[], bool]) -> bool:
        """Poll `look` until it returns True; return False if the user wants to stop first."""
        self._seen = None
        while not look():
            if self.stop.is_set():
                return False
            self.pause()
        return True

    def pause(self, times: int = 1) -> None:
        """Wait for some poll intervals, or until the user wants to stop."""
        if self.options.poll_seconds:
            self.stop.wait(times * self.options.poll_seconds)
        else:
            sleep(0)

    def _delay(self, response: Any, operation: Any, attempts: int, **_: object) -> float | None:  # noqa: ANN401
        """Seconds until the retry of a call with a transient error; None to leave the decision to botocore."""
        error: dict[str, Any] = response[1].get("Error") or {} if response else {}
        code, message = str(error.get("Code", "")), str(error.get("Message", ""))
        waits = code == "OperationNotFoundException" or not operation.name.startswith(_LOOKS)
        if not waits or not passes(code, message) or attempts > _REPEATS or self.stop.is_set():
            return None
        return 3 * self.options.poll_seconds

    def _session(self) -> Any:  # noqa: ANN401
        if self._boto is None:
            import boto3

            plain = boto3.Session(profile_name=self.options.profile or None, region_name=self.home_region)
            _ask_for_codes_on_a_terminal(plain._session)  # noqa: SLF001 - boto3 gives it no other name
            role, external_id = self.options.assume_role, self.options.external_id
            self._boto = self._assumed(plain, role, external_id=external_id) if role else plain
        return self._boto

    def _assumed(self, plain: Any, role: str, *, external_id: str) -> Any:  # noqa: ANN401
        """A session with the role, whose credentials botocore renews during the deployment."""
        import boto3
        from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
        from botocore.exceptions import NoCredentialsError
        from botocore.session import get_session

        source = plain._session  # noqa: SLF001 - boto3 gives its botocore session no other name
        credentials = source.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        extra = {"RoleSessionName": self.options.session_name}
        if external_id:
            extra["ExternalId"] = external_id
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=source.create_client,
            source_credentials=credentials,
            role_arn=role,
            extra_args=extra,
        )
        session: Any = get_session()
        session.register_component("data_loader", source.get_component("data_loader"))  # reads each model once
        session._credentials = DeferredRefreshableCredentials(  # noqa: SLF001 - botocore's own recipe
            refresh_using=fetcher.fetch_credentials, method="assume-role"
        )
        return boto3.Session(botocore_session=session, region_name=self.home_region)


def _ask_for_codes_on_a_terminal(session: Any) -> None:  # noqa: ANN401
    """Let a profile with `mfa_serial` ask for its code only in a terminal."""
    provider = session.get_component("credential_provider").get_provider("assume-role")
    ask = provider._prompter  # noqa: SLF001 - botocore has no other way to set it

    def prompt(text: str) -> str:
        if sys.stdin is None or not sys.stdin.isatty():
            raise AwsError(
                f"the AWS CLI profile asks for an MFA code, and there is no terminal: {text.strip()}",
                hint=error_classes()["mfa"].fix,
            )
        return str(ask(text))

    provider._prompter = prompt  # noqa: SLF001


def _refuse_page(http_response: Any, **_: object) -> None:  # noqa: ANN401
    """Fail a call that a proxy answered: botocore would treat the page as an empty JSON response.

    Raises:
        ResponseParserError: as botocore does for services with XML.
    """
    from botocore.parsers import ResponseParserError

    page = http_response.content[:200]
    if page.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise ResponseParserError(f"a page in HTML: {page.decode('utf-8', 'replace')}")


def _as_delegate(params: dict[str, Any], model: Any, **_: object) -> dict[str, Any] | None:  # noqa: ANN401
    """Add the parameter for delegated administrators to StackSets requests."""
    members = model.input_shape.members if model.input_shape else {}
    return {"CallAs": "DELEGATED_ADMIN", **params} if "CallAs" in members else None
