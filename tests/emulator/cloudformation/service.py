"""CloudFormation over HTTP: moto reads the request and writes the answer, the engine does the work."""

from collections.abc import Iterator
from threading import RLock
from typing import Any

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import QuerySerializer
from moto.core.utils import get_service_model
from moto.utilities.utils import get_partition
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from tests.emulator.cloudformation.api import Answer, ApiError, Request, StacksApi
from tests.emulator.cloudformation.functions import Functions
from tests.emulator.cloudformation.stack_sets import StackSetsApi
from tests.emulator.cloudformation.stacks import Deployed, Engine, Stack
from tests.emulator.cut import changes_something
from tests.emulator.gaps import RefusedError
from tests.emulator.organization import EmulatedOrganization
from tests.emulator.policies import POLICY, drop_policy, keep_policy
from tests.emulator.protocol import Operation, error_response
from tests.emulator.refusals import Situation, linked_roles_of, refusals
from tests.emulator.services.reach import Services

_TOKENS = ("ClientToken", "ClientRequestToken", "OperationId")
"""What tells CloudFormation that a request is one that it has answered already."""


_MANGLING = ("GetTemplate", "DescribeStacks", "DescribeStackSet")
"""Answers in which CloudFormation writes `?` for a character outside ASCII
(github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220; of DescribeStackSet nobody has said it)."""


def _mangled(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(it if it.isascii() else "?" for it in value)
    if isinstance(value, list):
        return [_mangled(item) for item in value]
    return {key: _mangled(item) for key, item in value.items()} if isinstance(value, dict) else value


_ONE_AT_A_TIME = RLock()
"""A deployment calls from several threads."""


class CloudFormation:
    """The service, with everything that it has made."""

    def __init__(self) -> None:
        self.organization = EmulatedOrganization()
        self.engine = _Engine(organization=self.organization)
        self.stacks = StacksApi(self.engine)
        self.stack_sets = StackSetsApi(self.stacks, self.organization)
        self.answered: dict[tuple[str, str], Answer] = {}

    def stack(self, name: str, account: str, region: str) -> Stack:
        """A stack as it is; StackSets make theirs under `StackSet-` and their name."""
        return self.engine.of(account, region)[name]

    def read_resource(self, operation: Operation) -> Answer | None:
        """Cloud Control's answer about a resource that some stack has made, or that a test has put there."""
        if (operation.service, operation.name) != ("cloudcontrol", "GetResource"):
            return None
        type_, name = operation.parameters["TypeName"], operation.parameters["Identifier"]
        place = (type_, operation.account, operation.region)
        if not any(key[:3] == place and name.endswith(key[3]) for key in self.engine.existing):
            raise RefusedError("ResourceNotFoundException", f"Resource of type '{type_}' with {name} was not found.")
        return {"TypeName": type_, "ResourceDescription": {"Identifier": name, "Properties": "{}"}}

    def respond(self, http: HttpRequest, operation: Operation) -> Response:
        """The answer to a call."""
        handler = self.stacks.handler(operation.name) or self.stack_sets.handler(operation.name)
        if handler is None:
            return error_response(operation, "InternalFailure", f"{operation.name} is not emulated", 501)
        model = get_service_model("cloudformation").operation_model(operation.name)
        found: Any = PROTOCOL_PARSERS["query"](model, map_type=dict).parse(
            {
                "method": http.method,
                "values": http.values,
                "headers": http.headers,
                "body": http.get_data(),
                "url_path": http.path,
                "url_params": {},
            }
        )
        request = Request(
            account=operation.account,
            region=operation.region,
            partition=get_partition(operation.region),
            parameters=found,
        )
        about_sets = self.stacks.handler(operation.name) is None
        if about_sets and not self.organization.may_call(request.account, found.get("CallAs", "SELF")):
            return error_response(operation, "ValidationError", "Account used is not a delegated administrator", 400)
        token = next((str(found[name]) for name in _TOKENS if found.get(name)), "")
        asked = (operation.name, token if changes_something(operation.name) else "")
        try:
            with _ONE_AT_A_TIME:
                answer = self.answered[asked] if asked in self.answered else handler(request)
            if asked[1]:
                self.answered[asked] = answer
        except ApiError as error:
            return error_response(operation, error.code, error.message, error.status)
        answer = _mangled(answer) if operation.name in _MANGLING else answer
        serialized = QuerySerializer(operation_model=model).serialize(answer)
        return Response(serialized["body"], status=serialized["status_code"], content_type="text/xml")


class _Engine(Engine):
    def __init__(self, organization: EmulatedOrganization) -> None:
        super().__init__()
        self.organization = organization
        self.functions: Functions | None = None
        self.linked_roles: set[str] = set()
        self.instance_region = ""
        self.services: Services | None = None

    def refusal(self, stack: Stack, resource: Deployed, *, update: bool = False) -> str:
        """Of services that look for their role in the management account; `linked_roles` are there from before."""
        if not self.organization.backend.org:
            return ""
        roles = frozenset(self.linked_roles | linked_roles_of(self._of_management()))
        here = Situation(
            region=stack.region,
            instance_region=self.instance_region,
            linked_roles=roles,
            types=frozenset(type_ for type_, *_ in self.existing),
            update=update,
        )
        return next((it.message for it in refusals() if it.applies(resource.type, resource.properties, here)), "")

    def _of_management(self) -> Iterator[Deployed]:
        management = self.organization.backend.org.master_account_id
        for (account, _), stacks in list(self.stacks.items()):
            for stack in list(stacks.values()) if account == management else ():
                yield from list(stack.resources.values())

    def created(self, stack: Stack, resource: Deployed) -> None:
        self.organization.created(stack, resource)
        if self.services:
            self.services.create(stack, resource)
        self._ask(stack, resource, "Create")

    def changed(self, stack: Stack, resource: Deployed, old: Deployed) -> None:
        if self.services:
            self.services.update(stack, resource)
        self._ask(stack, resource, "Update", old)

    def removed(self, stack: Stack, resource: Deployed) -> None:
        if self.services:
            self.services.delete(stack, resource)
        self._ask(stack, resource, "Delete")

    def _ask(self, stack: Stack, resource: Deployed, request: str, old: Deployed | None = None) -> None:
        if resource.type == POLICY and self.organization.backend.org:
            if request == "Delete":
                drop_policy(self.organization.backend, resource)
            else:
                keep_policy(self.organization.backend, resource)
        if self.functions and resource.type.startswith("Custom::"):
            self.functions.call(self, stack, resource, request, old)
