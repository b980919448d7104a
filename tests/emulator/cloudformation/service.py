"""CloudFormation over HTTP: moto parses requests and serializes responses, the engine does the work."""

import json
from collections.abc import Iterator, Mapping
from threading import RLock
from typing import Any

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.utils import get_service_model
from moto.utilities.utils import get_partition
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from tests.emulator.cloudformation.api import Answer, ApiError, Request, StacksApi
from tests.emulator.cloudformation.functions import Functions
from tests.emulator.cloudformation.stack_sets import StackSetsApi
from tests.emulator.cloudformation.stacks import Deployed, Engine, Stack
from tests.emulator.cut import changes_something
from tests.emulator.foreign import ForeignResources
from tests.emulator.organization import EmulatedOrganization
from tests.emulator.policies import POLICY, drop_policy, keep_policy
from tests.emulator.protocol import Operation, RefusedError, error_response
from tests.emulator.query_response import query_response
from tests.emulator.refusals import refusals
from tests.emulator.services.reach import Services

_TOKENS = ("ClientToken", "ClientRequestToken", "OperationId")
"""What tells CloudFormation that a request is one that it has answered already."""


_MANGLING = ("GetTemplate", "DescribeStacks", "DescribeStackSet")
"""Answers in which CloudFormation writes `?` for a character outside ASCII
(github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220; of DescribeStackSet nobody has said it)."""


def _mangled(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("ascii", "replace").decode()
    if isinstance(value, list):
        return [_mangled(item) for item in value]
    return {key: _mangled(item) for key, item in value.items()} if isinstance(value, dict) else value


_ONE_AT_A_TIME = RLock()
"""A deployment calls from several threads."""


class CloudFormation:
    """The service with all its resources."""

    def __init__(self) -> None:
        self.organization = EmulatedOrganization()
        self.foreign = ForeignResources(organization=self.organization)
        self.engine = _Engine(organization=self.organization, foreign=self.foreign)
        self.stacks = StacksApi(self.engine)
        self.stack_sets = StackSetsApi(self.stacks, self.organization)
        self.stack_sets.refusal = self._refused_stack_set
        self.answered: dict[tuple[str, str], Answer] = {}

    def stack(self, name: str, account: str, region: str) -> Stack:
        """A stack by name; StackSets create theirs as `StackSet-` and their name."""
        return self.engine.of(account, region)[name]

    def _refused_stack_set(self) -> str:
        """The reason why StackSets are not available yet, or an empty text."""
        found = next(item for item in refusals() if item.type == "AWS::CloudFormation::StackSet")
        trusted = self.organization.has_stack_sets or self.engine.settings(found.needs_setting)
        return "" if trusted else found.message

    def describe_key(self, operation: Operation) -> Answer | None:
        """KMS's response for the alias ARN of a key in a stack; None to ask KMS itself.

        https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
        """
        asked = str(operation.parameters.get("KeyId", ""))
        if (operation.service, operation.name) != ("kms", "DescribeKey") or ":alias/" not in asked:
            return None
        region, account = asked.split(":")[3:5]
        key = self.engine.key_of(asked)
        if key is None or region != operation.region:
            raise RefusedError("NotFoundException", f"Alias {asked} is not found.")
        if operation.account != account and not _may_describe(key.properties["KeyPolicy"], operation.account):
            raise RefusedError("AccessDeniedException", "no resource-based policy allows the kms:DescribeKey action")
        arn = str(key.attribute("Arn"))
        return {"KeyMetadata": {"KeyId": arn.rpartition("/")[2], "Arn": arn, "AWSAccountId": account}}

    def read_resource(self, operation: Operation) -> Answer | None:
        """Cloud Control's response for a resource of a stack, or one that a test created."""
        if (operation.service, operation.name) != ("cloudcontrol", "GetResource"):
            return None
        type_, name = operation.parameters["TypeName"], operation.parameters["Identifier"]
        place = (type_, operation.account, operation.region)
        found = (item for key, item in list(self.engine.existing.items()) if key[:3] == place)
        live = self.foreign.properties(type_, place[1:], name)
        if live is not None:
            return {"TypeName": type_, "ResourceDescription": {"Identifier": name, "Properties": json.dumps(live)}}
        if not any(name.endswith(item.name) or name == item.physical for item in found):
            raise RefusedError("ResourceNotFoundException", f"Resource of type '{type_}' with {name} was not found.")
        return {"TypeName": type_, "ResourceDescription": {"Identifier": name, "Properties": "{}"}}

    def list_sinks(self, operation: Operation) -> Answer | None:
        """Observability Access Manager's response: the sinks of stacks."""
        if (operation.service, operation.name) != ("oam", "ListSinks"):
            return None
        sinks = self.engine.resources_in("AWS::Oam::Sink", operation.account, operation.region)
        return {"Items": [{"Arn": item.arn, "Name": item.properties["Name"]} for item in sinks]}

    def describe_hub_v2(self, operation: Operation) -> Answer | None:
        """Security Hub's response: the hub of a stack.

        https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeSecurityHubV2.html
        """
        if (operation.service, operation.name) != ("securityhub", "DescribeSecurityHubV2"):
            return None
        for hub in self.engine.resources_in("AWS::SecurityHub::HubV2", operation.account, operation.region):
            return {"HubV2Arn": hub.arn}
        raise RefusedError("ResourceNotFoundException", "Security Hub is not enabled in this account and Region.")

    def respond(self, http: HttpRequest, operation: Operation) -> Response:
        """The response to a call."""
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
        return Response(query_response("cloudformation", operation.name, answer), content_type="text/xml")


def _may_describe(policy: Mapping[str, Any], account: str) -> bool:
    statements = (item for item in policy["Statement"] if item["Effect"] == "Allow" and item["Principal"] != "*")
    root = f"arn:aws:iam::{account}:root"
    return any(root == item["Principal"].get("AWS") and "kms:DescribeKey" in item["Action"] for item in statements)


class _Engine(Engine):
    """The initial state: `linked_role_services` have their role, `recording_accounts` a recorder, and
    `subscribed_accounts` AWS Shield Advanced, `audited_accounts` AWS Audit Manager.

    `earlier` are manually made custom settings, each with kind and arguments.
    """

    def __init__(self, organization: EmulatedOrganization, foreign: ForeignResources) -> None:
        super().__init__()
        self.organization, self.foreign = organization, foreign
        self.functions: Functions | None = None
        self.instance_region = ""
        self.missing_policy_types: frozenset[str] = frozenset()
        self.linked_role_services: set[str] = set()
        self.recording_accounts: set[str] = set()
        self.subscribed_accounts: set[str] = set()
        self.audited_accounts: set[str] = set()
        self.earlier: list[tuple[str, Mapping[str, Any]]] = []
        self.services: Services | None = None

    def refusal(self, stack: Stack, resource: Deployed, *, update: bool = False) -> str:
        """Rejections that depend on other resources: `refusals.toml`."""
        if not self.organization.backend.org:
            return ""
        return next((it.message for it in refusals() if it.applies(stack, resource, self, update=update)), "")

    def live(self, type_: str, stack: Stack, identifier: str) -> Mapping[str, Any] | None:
        return self.foreign.properties(type_, (stack.account, stack.region), identifier)

    def is_open(self, account: str, region: str) -> bool:
        """Whether the Region is enabled in the account."""
        return self.organization.is_open(account, region)

    def linked_roles(self) -> set[str]:
        """Services whose service-linked role exists in the management account."""
        made = self.settings("service-linked-role")
        return self.linked_role_services | {str(arguments["AWSServiceName"]) for arguments in made}

    def settings(self, name: str) -> list[Mapping[str, Any]]:
        """Arguments of the custom settings of a kind in the management account's stacks."""
        resources = (item.properties for item in self._of_management() if item.type == "Custom::Setting")
        by_hand = [arguments for kind, arguments in self.earlier if kind == name]
        return by_hand + [it.get("Arguments", {}) for it in resources if it["Setting"] == name]

    def resources_of_type(self, type_: str) -> list[Deployed]:
        """Every resource of a type in any stack."""
        return [item for item in list(self.existing.values()) if item.type == type_]

    def resources_in(self, type_: str, account: str, region: str) -> list[Deployed]:
        """The resources of a type in one account and Region, in a stack or outside."""
        return [item for key, item in list(self.existing.items()) if key[:3] == (type_, account, region)]

    def without_recorder(self, region: str) -> set[str]:
        """Active accounts of the organization without a configuration recorder in the Region."""
        kind = "AWS::Config::ConfigurationRecorder"
        recording = {account for type_, account, where, _ in list(self.existing) if (type_, where) == (kind, region)}
        return self.organization.active_accounts() - recording - self.recording_accounts

    def key_of(self, alias: str) -> Deployed | None:
        """The key that an alias ARN refers to."""
        _, _, _, region, account, name = alias.split(":", 5)
        found = self.existing.get(("AWS::KMS::Alias", account, region, name))
        keys = self.resources_of_type("AWS::KMS::Key")
        return next((it for it in keys if found and it.physical == found.properties["TargetKeyId"]), None)

    def key_policy(self, arn: str) -> Mapping[str, Any] | None:
        """The policy of the KMS key with this ARN; None if there is none."""
        keys = self.resources_of_type("AWS::KMS::Key")
        return next((item.properties["KeyPolicy"] for item in keys if item.attribute("Arn") == arn), None)

    def _of_management(self) -> Iterator[Deployed]:
        management = self.organization.backend.org.master_account_id
        for (account, _), stacks in list(self.stacks.items()):
            for stack in list(stacks.values()) if account == management else ():
                yield from list(stack.resources.values())

    def _name_key(self, resource: Deployed) -> None:
        alias = str(resource.properties.get("KMSKeyId", ""))
        key = self.key_of(alias) if resource.type == "AWS::CloudTrail::Trail" and ":alias/" in alias else None
        resource.key = str(key.attribute("Arn")) if key else ""

    def created(self, stack: Stack, resource: Deployed) -> None:
        self._name_key(resource)
        self.organization.created(stack, resource)
        if self.services:
            self.services.create(stack, resource)
        self._ask(stack, resource, "Create")

    def changed(self, stack: Stack, resource: Deployed, old: Deployed) -> None:
        self._name_key(resource)
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
