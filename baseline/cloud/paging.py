"""Iteration over paginated lists of AWS."""

from collections.abc import Callable, Iterator
from typing import Any

from baseline.cloud.refusals import translated


def pages(client: Any, operation: str, key: str, **arguments: object) -> Iterator[Any]:  # noqa: ANN401 - any client
    """Every item of a list with a paginator in botocore."""
    with translated():
        for page in client.get_paginator(operation).paginate(**arguments):
            yield from page[key]


def tokens(call: Callable[..., Any], key: str, **arguments: object) -> Iterator[Any]:
    """Every item of a list without a paginator in botocore."""
    token: dict[str, str] = {}
    while True:
        page = call(**arguments, **token)
        yield from page.get(key, ())
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}
