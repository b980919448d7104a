"""Less work for botocore and moto, which make the same things again for each client and each call."""

import functools
import logging
import os
from collections.abc import Iterator, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary
from xml.sax.saxutils import escape

import botocore.auth
import botocore.client
import botocore.endpoint
import botocore.handlers
import botocore.hooks
import botocore.httpsession
import botocore.regions
import botocore.session
import botocore.useragent
import moto.backends
import moto.core.responses
import moto.core.serialize
import moto.iam.models
from moto.iam.models import iam_backends
from moto.utilities.utils import PARTITION_NAMES
from werkzeug.routing import Rule

from tests.emulator.direct import answered_here


def spare_work() -> None:
    """Skip expensive work that the tests do not need. Repeated calls have no effect."""
    session: Any = botocore.session
    if hasattr(session.create_loader, "cache_clear"):
        return
    handlers: Any = botocore.handlers
    needed = [item for item in handlers.BUILTIN_HANDLERS if not item[0].startswith("docs.")]
    handlers.BUILTIN_HANDLERS = [*needed, ("before-send", answered_here)]
    hooks: Any = botocore.hooks
    session.create_loader = functools.cache(session.create_loader)
    accepts = functools.cache(hooks.accepts_kwargs)
    hooks.accepts_kwargs = lambda handler: accepts(getattr(handler, "__func__", handler))
    moto.backends.list_of_moto_modules = partial(tuple, tuple(moto.backends.list_of_moto_modules()))
    _share_client_classes()
    _share_event_names()
    _copy_handlers_at_once()
    _share_what_a_client_needs()
    _sign_nothing()
    _write_xml()
    _remember_accounts()
    _build_no_addresses()
    responses: Any = moto.core.responses
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


def _share_client_classes() -> None:
    """Share one class and one endpoint rule set per service among the clients of all sessions."""
    creator: Any = botocore.client.ClientCreator
    make, classes = creator._create_client_class, {}

    def class_of(self: Any, service: str, model: Any) -> Any:
        if service not in classes:
            classes[service] = make(self, service, model)
        return classes[service]

    creator._create_client_class = class_of
    regions: Any = botocore.regions
    provide, providers = regions.EndpointProvider, {}

    def provider_of(*, ruleset_data: Any, **others: Any) -> Any:
        key = id(ruleset_data)  # the loader keeps what it has read, so an id is never used twice
        if key not in providers:
            providers[key] = provide(ruleset_data=ruleset_data, **others)
        return providers[key]

    regions.EndpointProvider = provider_of


def _share_event_names() -> None:
    """Share the event names among all clients."""
    aliaser: Any = botocore.hooks.EventAliaser
    begin = aliaser.__init__
    names: dict[str, str] = {}

    def begin_with_names(self: Any, *arguments: Any, **others: Any) -> None:
        begin(self, *arguments, **others)
        self._alias_name_cache = names

    aliaser.__init__ = begin_with_names


def _copy_handlers_at_once() -> None:
    """Copy the handlers of a new client without a call for each list of them."""
    hooks: Any = botocore.hooks
    nodes = hooks.NodeList

    def copied(tree: dict[str, Any]) -> dict[str, Any]:
        return {
            key: nodes(value.first[:], value.middle[:], value.last[:])
            if type(value) is nodes
            else copied(value)
            if type(value) is dict
            else value
            for key, value in tree.items()
        }

    hooks._PrefixTrie._recursive_copy = lambda _, tree: copied(tree)


def _share_what_a_client_needs() -> None:
    """Share service models and the contexts of TLS, which the emulator does not use; look for no proxies."""
    creator: Any = botocore.client.ClientCreator
    load, models = creator._load_service_model, {}

    def model_of(self: Any, service: str, api_version: str | None = None) -> Any:
        if service not in models:
            models[service] = load(self, service, api_version)
        return models[service]

    creator._load_service_model = model_of
    creator._register_endpoint_discovery = lambda *_: None  # of services that the project does not call
    connections: Any = botocore.httpsession
    connections.create_urllib3_context = functools.cache(connections.create_urllib3_context)
    endpoints: Any = botocore.endpoint
    endpoints.get_environ_proxies = lambda _: {}


def _sign_nothing() -> None:
    """Name the credentials without a signature, which nobody verifies; make the user agent once per client."""
    version_4: Any = botocore.auth.SigV4Auth
    version_4.canonical_request = version_4.string_to_sign = version_4.headers_to_sign = lambda *_: ""
    version_4.signed_headers = lambda *_: "host"
    version_4.signature = lambda *_: "0" * 64
    agent: Any = botocore.useragent.UserAgentString
    make, made = agent.to_string, WeakKeyDictionary[Any, str]()

    def made_once(self: Any) -> str:
        if self not in made:
            made[self] = make(self)
        return made[self]

    agent.to_string = made_once


def _write_xml() -> None:
    """Write moto's responses without a content handler."""
    serialize: Any = moto.core.serialize
    slow = serialize.xmltodict.unparse

    def unparse(body: Mapping[str, Any], **options: Any) -> str:
        if options.get("pretty") or options.get("full_document"):
            return str(slow(body, **options))
        return "".join(text for name, value in body.items() for text in _elements(name, value))

    serialize.xmltodict = SimpleNamespace(unparse=unparse)


def _elements(name: str, value: Any) -> Iterator[str]:
    """The elements of a value in xmltodict's form: `@` marks attributes, `#text` the text, a list several elements."""
    for item in value if isinstance(value, list | tuple) else (value,):
        if isinstance(item, Mapping):
            named = item.items()
            attributes = "".join(f' {key[1:]}="{escape(str(it))}"' for key, it in named if key.startswith("@"))
            inside = "".join(text for key, it in named if key[0] not in "@#" for text in _elements(key, it))
            inside += escape(str(item.get("#text", "")))
            yield f"<{name}{attributes}>{inside}</{name}>"
        elif isinstance(item, bool):
            yield f"<{name}>{str(item).lower()}</{name}>"
        else:
            yield f"<{name}>{'' if item is None else escape(str(item))}</{name}>"


def _remember_accounts() -> None:
    """Look for the account of an access key first where it was last time."""
    search = moto.iam.models.get_account_id_from
    found: dict[str, tuple[str, str]] = {}

    def account_of(access_key: str) -> str:
        account, partition = found.get(access_key, ("", ""))
        if not account or access_key not in iam_backends[account][partition].access_keys:
            account = str(search(access_key))
            keys = ((it, iam_backends[account][it].access_keys) for it in PARTITION_NAMES)
            found[access_key] = (account, next((it for it, has in keys if access_key in has), "aws"))
        return account

    moto.iam.models.get_account_id_from = account_of


def _build_no_addresses() -> None:
    """Compile no functions that build an address from a route, which moto only matches.

    Python before 3.11.8 can fail when several threads compile syntax trees (python/cpython#106905), and servers do.
    """

    def refuse(_: Rule, **values: Any) -> tuple[str, str]:
        raise NotImplementedError(f"no address is built from a route: {values}")

    rule: Any = Rule
    rule._compile_builder = lambda *_: refuse
