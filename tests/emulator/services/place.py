"""The place of a resource, and the interface of a resource type's handler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from moto.sts.models import sts_backends

Properties = Mapping[str, Any]


def role_credentials(account: str) -> dict[str, str]:
    """Credentials of an administrator role of the account, in boto3's format."""
    backend = sts_backends[account]["aws"]
    role = backend.assume_role(
        region_name="us-east-1",
        role_session_name="emulator",
        role_arn=f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole",
        policy="",
        duration=3600,
        external_id="",
    )
    return {
        "aws_access_key_id": role.access_key_id,
        "aws_secret_access_key": role.secret_access_key,
        "aws_session_token": role.session_token,
    }


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account and Region, with clients for the emulator at `url`."""

    account: str
    region: str
    partition: str
    url: str
    credentials: Mapping[str, str]
    members: Callable[[], list[str]]
    _clients: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def _session(self) -> Any:
        return boto3.Session(region_name=self.region, **self.credentials)

    def client(self, service: str) -> Any:
        """A client of the service in this place."""
        if service not in self._clients:
            path = Config(s3={"addressing_style": "path"})
            self._clients[service] = self._session.client(service, endpoint_url=self.url, config=path)
        return self._clients[service]

    def arn(self, service: str, name: str) -> str:
        """The ARN of a resource in this place."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{name}"


@dataclass(frozen=True, kw_only=True)
class Made:
    """The result of a creation: the id that `Ref` returns, and the attributes."""

    physical: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Handler:
    """Functions that create, update and delete resources of a type in their service.

    `passed` are the properties for moto; `recorded` those that moto does not support. Any other is an error.
    """

    create: Callable[[Place, Properties], Made]
    update: Callable[[Place, str, Properties], None]
    delete: Callable[[Place, str, Properties], None]
    passed: frozenset[str]
    recorded: frozenset[str] = frozenset()


def names(text: str) -> frozenset[str]:
    """Property names, separated by spaces."""
    return frozenset(text.split())


def lowered(value: Any) -> Any:
    """The value with lower camel case keys, as JSON services spell them."""
    if isinstance(value, Mapping):
        return {key[0].lower() + key[1:]: lowered(item) for key, item in value.items()}
    return [lowered(item) for item in value] if isinstance(value, list) else value


def chosen(properties: Properties, text: str) -> dict[str, Any]:
    """The named properties that exist."""
    return {name: properties[name] for name in text.split() if name in properties}
