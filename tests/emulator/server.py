"""An emulated AWS: moto's server over HTTP, with a front end that records calls and fails on demand.

`gaps.py` handles operations that moto does not support; unknown operations give an error with their name.
"""

import json
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Self

import moto.backends
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.securityhub.models import SecurityHubBackend
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from tests.emulator.cloudformation.functions import Functions
from tests.emulator.cloudformation.service import CloudFormation
from tests.emulator.cut import Cut, Meanwhile, Pictures
from tests.emulator.direct import DIRECTLY, LISTENING, Application, HungUpError, answered_directly
from tests.emulator.gaps import Gaps
from tests.emulator.protocol import Operation, RefusedError, error_response, operation_of, success_response
from tests.emulator.refusals import code_in_closed_region
from tests.emulator.services.reach import Services
from tests.emulator.services.s3 import leave_bucket_policies_to_us
from tests.emulator.spare_work import spare_work


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that reached the emulator."""

    service: str
    operation: str
    region: str
    parameters: dict[str, Any]
    attempt: int = 1


@dataclass(kw_only=True)
class Fault:
    """Failures of calls to `service.operation` (`*` for any): `times` calls, or all if None.

    `drop` closes the connection; `page` is a proxy's response instead of AWS's. `first_attempts` limits it to first
    attempts, `about` to operations whose name contains one of these words. `struck` are the failed calls.
    """

    on: str
    code: str = ""
    status: int = 400
    message: str = "as the test asked"
    region: str = ""
    times: int | None = None
    drop: bool = False
    page: str = ""
    first_attempts: bool = False
    about: tuple[str, ...] = ()
    struck: list[str] = field(default_factory=list)

    def strikes(self, call: Call) -> bool:
        """Whether the call fails."""
        if not self._is_meant(call):
            return False
        self.struck.append(call.operation)
        return True

    def _is_meant(self, call: Call) -> bool:
        names = ("*", f"{call.service}.*", f"{call.service}.{call.operation}")
        if self.on not in names or self.region not in ("", call.region):
            return False
        if self.first_attempts and call.attempt > 1:
            return False
        if self.about and not any(word in call.operation for word in self.about):
            return False
        if self.times is not None:
            self.times -= 1
        return self.times is None or self.times >= 0


@dataclass(kw_only=True)
class Emulator:
    """The server. `calls` are the calls since the last `reset`, in order, answered or failed."""

    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    lost_answers: int = 0
    cut: Cut | Meanwhile | Pictures | None = None
    gaps: Gaps = field(default_factory=Gaps)
    cloudformation: CloudFormation = field(default_factory=CloudFormation)
    _server: BaseWSGIServer | None = None
    _application: Application | None = None

    def __post_init__(self) -> None:
        spare_work()
        leave_bucket_policies_to_us()

    def __enter__(self) -> Self:
        dispatcher: Any = DomainDispatcherApplication(create_backend_app)

        def application(environ: dict[str, Any], start: Any) -> Any:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            request = Request({**environ, "wsgi.input": BytesIO(body)})
            if request.path.startswith("/answers"):
                return self._keep_answer(request)(environ, start)
            operation = operation_of(request)

            def answered() -> Any:
                response = self._front(request, operation)
                if response is None:
                    response = _asked_moto(dispatcher, {**environ, "wsgi.input": BytesIO(body)}, operation)
                return response(environ, start)

            return self._cut(environ, start, operation, answered) if self.cut else answered()

        self._application = application
        self._server = make_server("127.0.0.1", 0, application, threaded=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        LISTENING[self._server.server_port] = self
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server
        del LISTENING[self._server.server_port]
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address, with a host name, so that S3 Control can prepend the account id."""
        assert self._server
        return f"http://localhost:{self._server.server_port}"

    def answer(self, request: Any) -> AWSResponse | None:
        """The response in process, or None to use the network.

        Raises:
            ConnectionClosedError: if the connection is interrupted, as botocore raises it.
        """
        if isinstance(self.cut, Meanwhile) or any(fault.drop for fault in self.faults):
            return None
        assert self._application
        try:
            return answered_directly(self._application, request)
        except HungUpError:
            raise ConnectionClosedError(endpoint_url=request.url) from None

    def reset(self) -> None:
        """Reset everything: calls, faults, and every resource of every service."""
        self.calls.clear()
        self.faults.clear()
        self.answers.clear()
        self.lost_answers = 0
        self.cut = None
        self.gaps = Gaps()
        self.cloudformation = CloudFormation()
        find: Any = moto.backends.get_backend
        for name in _STATEFUL:
            for per_account in list(find(name).values()):
                per_account.clear()  # made again when asked for: resetting makes every Region's networks anew
        for name, shared in (("organizations", "master_accounts"), ("s3", "bucket_accounts")):
            getattr(find(name), shared).clear()
        SecurityHubBackend._org_configs.clear()

    def run_functions(self) -> None:
        """Make custom resources run their function's code; otherwise they are only recorded."""
        self.cloudformation.engine.functions = Functions(self.url, self.answers)

    def run_services(self) -> None:
        """Create the resources of stacks in moto, too; otherwise they are only recorded."""
        organization = self.cloudformation.organization
        self.cloudformation.engine.services = Services(self.url, organization.everyone_but_management)

    def called(self) -> list[str]:
        """`service.operation` of every call."""
        return [f"{call.service}.{call.operation}" for call in self.calls]

    def _front(self, request: Request, operation: Operation) -> Response | None:
        call = Call(
            service=operation.service,
            operation=operation.name,
            region=operation.region,
            parameters=operation.parameters,
            attempt=_attempt(request),
        )
        self.calls.append(call)
        for fault in self.faults:
            if fault.strikes(call):
                return _failed(request, operation, fault)
        organization = self.cloudformation.organization
        self.gaps.management, self.gaps.delegated = organization.management, organization.delegated
        self.cloudformation.engine.instance_region = self.gaps.instance_region
        organization.is_open = self.gaps.is_open
        if not self.gaps.is_open(operation.account, operation.region):
            return error_response(operation, *code_in_closed_region(operation.protocol), 401)
        self.cloudformation.engine.missing_policy_types = self.gaps.missing_policy_types
        try:
            answer = (
                self.cloudformation.read_resource(operation)
                or self.cloudformation.describe_key(operation)
                or self.cloudformation.list_sinks(operation)
                or self.cloudformation.describe_hub_v2(operation)
                or self.gaps.answer(operation)
            )
        except RefusedError as error:
            return error_response(operation, error.code, error.message, 400)
        if answer is None and operation.service == "cloudformation":
            return self.cloudformation.respond(request, operation)
        return None if answer is None else success_response(operation, answer)

    def _cut(self, environ: dict[str, Any], start: Any, operation: Operation, answered: Callable[[], Any]) -> Any:
        assert self.cut
        lost, taken = self.cut.falls(operation.name)
        answer = answered() if taken else Response()(environ, start)
        if lost and isinstance(self.cut, Cut):
            self.cut.then()
            _hang_up(environ)
        return answer

    def _keep_answer(self, request: Request) -> Response:
        if self.lost_answers:
            self.lost_answers -= 1
            return Response(status=503)
        body = request.get_data()
        self.answers.append({**json.loads(body), "bytes": len(body), "type": request.headers.get("Content-Type")})
        return Response(status=200)


def _attempt(request: Request) -> int:
    """The number of the attempt, from 1, as counted by botocore."""
    found = re.search(r"attempt=(\d+)", request.headers.get("amz-sdk-request", ""))
    return int(found[1]) if found else 1


def _asked_moto(dispatcher: Any, environ: dict[str, Any], operation: Operation) -> Response:
    """moto's response; for unknown operations an error with the operation's name, which is not retried."""
    try:
        service = dispatcher.get_application(environ)
    except AttributeError:  # how moto says that it has no such service
        service = None
    try:
        response = Response.from_app(service, environ) if service else None
    except NotImplementedError:
        response = None
    if response is None or (response.status_code == 404 and "<!doctype html>" in response.get_data(as_text=True)):
        return error_response(operation, "NotImplemented", f"{operation.service}.{operation.name} is not emulated", 501)
    if operation.service == "organizations" and b'"Status"' in response.get_data():
        response.set_data(json.dumps(_without_status(json.loads(response.get_data()))))
    return response


def _without_status(answer: Any) -> Any:
    """The response as AWS has returned it since 2026-09-09: accounts have `State` instead of `Status`.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    """
    if isinstance(answer, list):
        return [_without_status(item) for item in answer]
    if not isinstance(answer, dict):
        return answer
    kept = {key: _without_status(value) for key, value in answer.items() if key != "Status" or "Email" not in answer}
    return {**kept, "State": answer["Status"]} if "Email" in answer and "Status" in answer else kept


_STATEFUL = frozenset(
    {
        *("account", "config", "ec2", "guardduty", "iam", "inspector2", "macie2", "organizations", "ram", "s3control"),
        *("cloudtrail", "cloudwatch", "events", "kms", "logs", "s3", "securityhub", "sns", "sts"),
        *("budgets", "identitystore", "sso-admin"),
    }
)


def _failed(request: Request, operation: Operation, fault: Fault) -> Response:
    if fault.drop:
        _hang_up(request.environ)
    if fault.page:
        return Response(fault.page, status=fault.status, content_type="text/html")
    return error_response(operation, fault.code, fault.message, fault.status)


def _hang_up(environ: dict[str, Any]) -> None:
    if DIRECTLY in environ:
        raise HungUpError
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
