"""CloudFormation's resources in moto's back ends, so that the services' APIs return them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.emulator.cloudformation.stacks import Deployed, FailedError, Stack
from tests.emulator.services.place import Handler, Place, role_credentials
from tests.emulator.services.registry import HANDLERS


class Services:
    """Creates, updates and deletes resources in the account and Region of their stack through `url`."""

    def __init__(self, url: str, members: Callable[[], list[str]]) -> None:
        self.url, self.members = url, members
        self._credentials: dict[str, dict[str, str]] = {}
        self._places: dict[tuple[str, str], Place] = {}

    def create(self, stack: Stack, resource: Deployed) -> None:
        """Create the resource in its service; types without a handler are only recorded.

        Raises:
            FailedError: if the service rejects it, or if the handler does not know a property.
        """
        handler = HANDLERS.get(resource.type)
        if handler is None:
            return
        _check(handler, resource)
        # The name that CloudFormation makes up stands where none is given.
        with _reported(resource):
            made = handler.create(self.place(stack), _named(resource))
        resource.physical, resource.attributes = made.physical, made.attributes

    def update(self, stack: Stack, resource: Deployed) -> None:
        """Update the resource to its properties, as `create` does."""
        handler = HANDLERS.get(resource.type)
        if handler is None:
            return
        _check(handler, resource)
        with _reported(resource):
            handler.update(self.place(stack), resource.physical, _named(resource))

    def delete(self, stack: Stack, resource: Deployed) -> None:
        """Delete the resource, unless its service never created it."""
        handler = HANDLERS.get(resource.type)
        if handler is None or resource.attributes is None:
            return
        with _reported(resource):
            handler.delete(self.place(stack), resource.physical, _named(resource))

    def place(self, stack: Stack) -> Place:
        """The stack's account and Region."""
        key = (stack.account, stack.region)
        if key not in self._places:
            if stack.account not in self._credentials:
                self._credentials[stack.account] = role_credentials(stack.account)
            self._places[key] = Place(
                account=stack.account,
                region=stack.region,
                partition=stack.partition,
                url=self.url,
                credentials=self._credentials[stack.account],
                members=self.members,
            )
        return self._places[key]


def _check(handler: Handler, resource: Deployed) -> None:
    unknown = sorted(resource.properties.keys() - handler.passed - handler.recorded)
    if unknown:
        raise FailedError(resource.logical_id, f"property {unknown[0]} of {resource.type} is not emulated")


def _named(resource: Deployed) -> dict[str, Any]:
    return {"": resource.name, **resource.properties}


@contextmanager
def _reported(resource: Deployed) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise FailedError(resource.logical_id, f"{resource.type}: {error}") from error
