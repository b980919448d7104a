"""AWS's wire protocols, as far as the emulator's front speaks them: which call a request is, and how to answer it."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

import botocore.session
from werkzeug.wrappers import Request, Response

_SCOPE = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A call as its service's model names it."""

    service: str
    name: str
    region: str
    protocol: str
    parameters: dict[str, Any]


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


@cache
def _routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    model = _model(service)
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = http["requestUri"].split("?")[0]
        pattern = re.sub(r"\\\{(\w+)\\\+?\\\}", r"(?P<\1>[^/]+)", re.escape(path))
        routes.append((http["method"], re.compile(f"{pattern}/?$"), name))
    return routes


def operation_of(request: Request) -> Operation:
    """What call a request is.

    Raises:
        LookupError: when it is none that the service has.
    """
    scope = _SCOPE.search(request.headers.get("Authorization", ""))
    if scope is None:
        raise LookupError("the request is not signed")
    service = "s3control" if request.headers.get("x-amz-account-id") else scope["service"]
    protocol = str(_model(service).protocol)
    found = {"service": service, "region": scope["region"], "protocol": protocol}
    target = request.headers.get("X-Amz-Target")
    if target:
        return Operation(**found, name=target.rpartition(".")[2], parameters=json.loads(request.get_data() or b"{}"))
    if protocol in {"query", "ec2"}:
        form = request.form.to_dict()
        return Operation(**found, name=form["Action"], parameters=form)
    for method, path, name in _routes(service):
        match = path.match(request.path) if method == request.method else None
        if match:
            body = request.get_data() if "json" in protocol else b""
            parameters = {key: unquote(value) for key, value in match.groupdict().items()}
            return Operation(**found, name=name, parameters={**parameters, **json.loads(body or b"{}")})
    raise LookupError(f"{service} has no operation for {request.method} {request.path}")


def success_response(operation: Operation, answer: dict[str, Any]) -> Response:
    """The answer in the service's protocol; for XML, texts and lists of texts only."""
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
