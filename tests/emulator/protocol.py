"""AWS's wire protocols, as far as the emulator needs them: parsing requests, serializing responses."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

import botocore.session
import moto.iam.models
from werkzeug.wrappers import Request, Response

_KEY = re.compile(r"Credential=([^/]+)/")
_SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


class RefusedError(Exception):
    """An error response."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation, named as in its service's model."""

    service: str
    name: str
    region: str
    account: str
    protocol: str
    parameters: dict[str, Any]


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


@dataclass(frozen=True, kw_only=True)
class _Route:
    """The format of a REST call: `marks` are query words that distinguish it from others with its path."""

    method: str
    path: re.Pattern[str]
    marks: frozenset[str]
    name: str

    def parameters(self, request: Request) -> dict[str, str] | None:
        match = self.path.match(request.path) if request.method == self.method else None
        return match.groupdict() if match and self.marks <= request.args.keys() else None


@cache
def _routes(service: str) -> list[_Route]:
    model = _model(service)
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.+)", re.escape(path))
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern)
        marks = frozenset(word.partition("=")[0] for word in query.split("&") if word)
        routes.append(_Route(method=http["method"], path=re.compile(f"{pattern}/?$"), marks=marks, name=name))
    return sorted(routes, key=lambda route: -len(route.marks))


_SIGNED = {
    "access-analyzer": "accessanalyzer",
    "cloudcontrolapi": "cloudcontrol",
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "elasticmapreduce": "emr",
    "monitoring": "cloudwatch",
}
"""Services that sign with another name than botocore gives them."""


def _service(request: Request, signed: str) -> str:
    if signed == "s3" and request.headers.get("x-amz-account-id"):
        return "s3control"
    if signed == "apigateway" and request.path.startswith("/v2/"):
        return "apigatewayv2"
    return _SIGNED.get(signed, signed)


def operation_of(request: Request) -> Operation:
    """The operation of a request; if the service's model lacks it, named by method and path.

    Raises:
        LookupError: if the service is unknown.
    """
    scope = _SCOPE.search(request.headers.get("Authorization", ""))
    if scope is None:
        raise LookupError("the request is not signed")
    service = _service(request, scope["service"])
    protocol = str(_model(service).protocol)
    found = {"service": service, "region": scope["region"], "protocol": protocol, "account": _account(request)}
    target = request.headers.get("X-Amz-Target")
    if target:
        return Operation(**found, name=target.rpartition(".")[2], parameters=json.loads(request.get_data() or b"{}"))
    if "cbor" in request.headers.get("Content-Type", ""):
        return Operation(**found, name=request.path.rpartition("/")[2], parameters={})
    if protocol in {"query", "ec2"} or "Action" in request.form:
        form = request.form.to_dict()
        return Operation(
            **{**found, "protocol": "ec2" if protocol == "ec2" else "query"}, name=form["Action"], parameters=form
        )
    for route in _routes(service):
        parameters = route.parameters(request)
        if parameters is not None:
            body = json.loads((request.get_data() if "json" in protocol else b"") or b"{}")
            given = {key: unquote(value) for key, value in parameters.items()}
            return Operation(**found, name=route.name, parameters={**given, **body})
    return Operation(**found, name=f"{request.method} {request.path}", parameters={})


def _account(request: Request) -> str:
    key = _KEY.search(request.headers.get("Authorization", ""))
    return str(moto.iam.models.get_account_id_from(key[1])) if key else ""


def success_response(operation: Operation, answer: dict[str, Any]) -> Response:
    """A response in the service's protocol; in XML, only texts and lists of texts."""
    if "json" in operation.protocol:
        return Response(json.dumps(answer), content_type="application/json")
    fields = "".join(f"<{key}>{_xml(value)}</{key}>" for key, value in answer.items())
    result = f"<{operation.name}Result>{fields}</{operation.name}Result>" if operation.protocol == "query" else fields
    return Response(f"<{operation.name}Response>{result}</{operation.name}Response>", content_type="text/xml")


def _xml(value: Any) -> str:
    return "".join(f"<member>{escape(item)}</member>" for item in value) if isinstance(value, list) else escape(value)


def error_response(operation: Operation, code: str, message: str, status: int) -> Response:
    """An error in the service's protocol."""
    if "json" in operation.protocol:
        return Response(
            json.dumps({"__type": code, "message": message}),
            status=status,
            content_type="application/json",
            headers={"x-amzn-errortype": code},
        )
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    text = (
        f"<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"
        if operation.protocol == "ec2"
        else f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"
    )
    return Response(text, status=status, content_type="text/xml")
