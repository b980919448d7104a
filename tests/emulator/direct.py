"""A request of botocore passed to the emulator in process: no socket, no thread, the same bytes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSResponse

Application = Callable[[dict[str, Any], Any], Any]


DIRECTLY = "tests.emulator.directly"
"""Key of an environment that no connection stands behind."""


class Answering(Protocol):
    """An emulator of this process."""

    def answer(self, request: Any) -> AWSResponse | None:
        """The response to a request, or None to use the network."""


LISTENING: dict[int, Answering] = {}
"""Port → the emulator that listens there."""


def answered_here(request: Any, **_: object) -> AWSResponse | None:
    """A handler of `before-send` for all clients: the response of an emulator of this process, if it is asked."""
    emulator = LISTENING.get(urlsplit(request.url).port or 0)
    return emulator.answer(request) if emulator else None


class HungUpError(Exception):
    """The connection is closed without a response."""


@dataclass(frozen=True, kw_only=True)
class _Body:
    """The response body that botocore reads."""

    data: bytes

    def stream(self) -> Iterator[bytes]:
        yield self.data


def answered_directly(application: Application, request: Any) -> AWSResponse:
    """The application's response to a signed request, in the form that botocore expects.

    Raises:
        HungUpError: if the application closes the connection.
    """
    said: list[tuple[str, list[tuple[str, str]]]] = []
    data = b"".join(application(_environ(request), lambda status, headers, *_: said.append((status, headers))))
    ((status, headers),) = said
    fields: Any = dict(headers)  # botocore asks for names alone
    return AWSResponse(request.url, int(status.split()[0]), fields, _Body(data=data))


def _environ(request: Any) -> dict[str, Any]:
    """PEP 3333's environment for the request."""
    parts = urlsplit(request.url)
    body = request.body.read() if hasattr(request.body, "read") else request.body or b""
    body = body.encode() if isinstance(body, str) else body
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": str(parts.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        DIRECTLY: True,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(body),
    }
    for name, value in request.headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = text
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_CONTENT_LENGTH", None)
    return environ
