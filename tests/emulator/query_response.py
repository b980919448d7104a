"""Responses in the protocol "query", by the shapes of botocore's models."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ListShape, MapShape, Shape, StructureShape
from moto.core.utils import get_service_model

_Write = Callable[[Any], str]


def query_response(service: str, operation: str, answer: dict[str, Any]) -> str:
    """The document; values of None, and those that the model does not know, are left out."""
    result = _writer_of_result(service, operation)(answer)
    metadata = "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"
    return f"<{operation}Response>{result}{metadata}</{operation}Response>"


@cache
def _writer_of_result(service: str, operation: str) -> _Write:
    shape = get_service_model(service).operation_model(operation).output_shape
    return _within(f"{operation}Result", _writer(shape)) if shape else lambda _: ""


def _writer(shape: Shape) -> _Write:
    if isinstance(shape, StructureShape):
        names = {key: it.serialization.get("name", key) for key, it in shape.members.items()}
        members = {key: _within(names[key], _writer(it)) for key, it in shape.members.items()}
        return lambda value: _joined(members[k](it) for k, it in value.items() if it is not None and k in members)
    if isinstance(shape, ListShape):
        item = _within(shape.member.serialization.get("name", "member"), _writer(shape.member))
        return lambda value: _joined(map(item, value))
    if isinstance(shape, MapShape):
        key, inner = _within("key", _writer(shape.key)), _within("value", _writer(shape.value))
        return lambda value: _joined(f"<entry>{key(k)}{inner(it)}</entry>" for k, it in value.items())
    return _text


def _within(name: str, write: _Write) -> _Write:
    return lambda value: f"<{name}>{write(value)}</{name}>"


def _joined(texts: Iterable[str]) -> str:
    return "".join(texts)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime) else escape(str(value))
