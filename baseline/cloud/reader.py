"""Read-only calls by name, for the inventory: it reads many services and keeps few values of each."""

from collections.abc import Iterator, Mapping
from typing import Any

from baseline.cloud.inventory_calls import ALLOWED
from baseline.cloud.paging import pages, tokens
from baseline.cloud.refusals import Refusal
from baseline.cloud.session import Session
from baseline.frozen import frozen


@frozen
class Reader:
    """Reads one account in one Region."""

    session: Session
    account: str
    region: str

    def get(self, call: str, **arguments: object) -> Mapping[str, Any]:
        """The response to a call, such as `guardduty.GetDetector`.

        Raises:
            Refusal: if AWS returns an error.
            ValueError: if the call is not on the list of the inventory's calls.
        """
        client, method = self._method(call)
        response: Mapping[str, Any] = getattr(client, method)(**arguments)
        return response

    def find(self, call: str, *absent: str, **arguments: object) -> Mapping[str, Any] | None:
        """The response, or None for an error whose code is one of `absent`: the resource does not exist.

        A value of `absent` can be `CODE: TEXT`, for a code that also means something else.
        """
        try:
            return self.get(call, **arguments)
        except Refusal as error:
            for item in absent:
                code, _, text = item.partition(": ")
                if error.code == code and text in error.message:
                    return None
            raise

    def items(self, call: str, key: str, **arguments: object) -> Iterator[Any]:
        """Every item of a list, page by page."""
        client, method = self._method(call)
        if client.can_paginate(method):
            return pages(client, method, key, **arguments)
        return tokens(getattr(client, method), key, **arguments)

    def _method(self, call: str) -> tuple[Any, str]:
        if call not in ALLOWED:
            raise ValueError(f"{call} is not on the list of the inventory's calls")
        from botocore import xform_name

        service, _, operation = call.partition(".")
        return self.session.untyped_client(service, self.region), xform_name(operation)
