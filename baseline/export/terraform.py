"""Terraform, in its JSON syntax: stacks and service-managed StackSets with the templates as they are.

Attributes: documentation of the provider hashicorp/aws, version 6, resources aws_cloudformation_stack,
aws_cloudformation_stack_set, aws_cloudformation_stack_set_instance, aws_organizations_policy and
aws_organizations_policy_attachment; since version 6 every resource that is regional has `region`, and a stack instance
has `stack_set_instance_region` beside it (version 6 upgrade guide). `depends_on_stack_sets`: documentation of version
6.41 (pull request 47269 of hashicorp/terraform-provider-aws). The data source aws_kms_key accepts the ARN of an alias,
and is read after everything in its `depends_on` (developer.hashicorp.com/terraform/language/data-sources). The provider
cannot protect a stack from termination: its issue 3496. JSON syntax: …/terraform/language/syntax/json.

Every unit has instances of its own. The provider replaces instances whose `deployment_targets` change (its pull request
37898), and `outputs` of a stack are unknown while it changes (CustomizeDiff in internal/service/cloudformation/stack.go
of the provider): one resource for several units, or one that follows an output, would delete the stacks of all units to
create them again. A change of `operation_preferences` fails where units are targeted (issue 40675).
"""

import json
from collections.abc import Mapping
from typing import Any

from baseline.export.outputs import Output, Outputs, alias_arn, parameters_of, rollback_losses
from baseline.export.policies import NativePolicy, split_policies
from baseline.export.source import (
    Export,
    Piece,
    Source,
    pieces_of,
    prerequisites,
    require_expressible,
    targeted_units,
    unique_names,
    unit_id,
)
from baseline.plan.model import Method, ParameterValue, Stack
from baseline.plan.operations import auto_deployment_dependencies, is_auto_deployed, operation_preferences
from baseline.text.markdown import markdown_code
from baseline.text.slug import slug

_STACK = "aws_cloudformation_stack"
_STACK_SET = "aws_cloudformation_stack_set"
_INSTANCE = "aws_cloudformation_stack_set_instance"
_POLICY = "aws_organizations_policy"
_ATTACHMENT = "aws_organizations_policy_attachment"
_KEY = "aws_kms_key"
_UNIT = "OuId_"
_POLICY_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
_CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
_TIMEOUT = "6h"
"""Time for an operation. The default, 30 minutes, is too short for many accounts in many Regions."""

LOSSES = (
    "Change sets: Terraform shows a changed template as one text, not resource by resource.",
    "Termination protection: the provider cannot set it.",
    "The checks of `baseline preflight` and `deploy`: ownership, data that would be lost, drift of instances.",
)
_NATIVE_LOSSES = ("Stacks of `baseline deploy` with these policies: delete them first, since their names are taken.",)


def export_terraform(source: Source) -> Export:
    """A root module with a resource for each stack in a Region, each StackSet, and its instances.

    Raises:
        ExportError: with every value that a policy lacks.
    """
    policies, stacks = split_policies(source, _POLICY_TYPES)
    require_expressible("policies of Terraform", (problem for policy in policies for problem in policy.problems))
    names = {piece.name for piece in stacks}
    found = iter(policies)
    build = _Module(source)
    for piece in pieces_of(source.plan):
        if piece.name in names:
            build.add(piece)
        else:
            build.add_policy(piece, next(found))
    document = {
        "terraform": {
            "required_version": ">= 1.7.0",
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 6.41.0"}},
        },
        "provider": {"aws": {"region": source.plan.home_region}},
        **({"variable": dict(sorted(build.variables.items()))} if build.variables else {}),
        **({"data": {_KEY: dict(sorted(build.keys.items()))}} if build.keys else {}),
        "resource": {kind: items for kind, items in build.resources.items() if items},
        **({"moved": build.moved} if build.moved else {}),
        **({"removed": build.removed} if build.removed else {}),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return Export(
        files={"main.tf.json": text.encode("utf-8"), **source.templates(pieces=stacks if policies else None)},
        losses=(*LOSSES, *rollback_losses(source), *(_NATIVE_LOSSES if policies else ())),
        steps=(
            *prerequisites(source.plan),
            (
                "Run it with credentials of the account."
                if source.plan.standalone
                else "Run it with credentials of the management account: StackSets are created there."
            ),
            *(
                f"Give the variable {markdown_code(name)}. Its value: {markdown_code(item['description'])}"
                for name, item in sorted(build.variables.items())
            ),
        ),
    )


class _Module:
    """The resources, and the variables that they need."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.variables: dict[str, dict[str, str]] = {}
        self.keys: dict[str, dict[str, Any]] = {}
        self.moved: list[dict[str, Any]] = []
        self.removed: list[dict[str, Any]] = []
        self.resources: dict[str, dict[str, Any]] = {
            kind: {} for kind in (_STACK, _STACK_SET, _INSTANCE, _POLICY, _ATTACHMENT)
        }
        self._addresses: dict[str, list[str]] = {}
        self._ids = dict(source.plan.ou_ids)
        self._units = unique_names(targeted_units(source.plan), _unit_name)
        self._outputs = Outputs(source)

    def add(self, piece: Piece) -> None:
        """Add the resources of one deployment; those that it depends on have been added before."""
        after = self._after(piece)
        if piece.deployment.method is Method.STACK:
            for region in piece.deployment.regions:
                body = {"name": piece.stack.name, "region": region, **self._template(piece.stack, after)}
                more = {"timeouts": _timeouts("create", "update", "delete"), **_depends(after)}
                self._put(_STACK, f"{piece.name}_{region}", piece.stack, {**body, **more})
        else:
            if piece.stack.name not in self.resources[_STACK_SET]:
                self._put(
                    _STACK_SET,
                    piece.stack.name,
                    piece.stack,
                    {**self._stack_set(piece.stack, after), **_depends(after)},
                )
            for region in piece.deployment.regions:
                self._add_instances(piece, region, after)

    def _add_instances(self, piece: Piece, region: str, after: list[str]) -> None:
        """Add the instances in a Region: of a single account, or of each unit."""
        name = f"{piece.name}_{region}"
        units = piece.deployment.ous
        if piece.deployment.account:
            self._put(_INSTANCE, name, piece.stack, self._instance(piece, region, units, after))
            return
        names = [f"{name}_{self._units[path].removeprefix(_UNIT)}" for path in units]
        for path, own in zip(units, names, strict=True):
            self._put(_INSTANCE, own, piece.stack, self._instance(piece, region, (path,), after))
        if len(names) == 1:  # version 0.2.0 exported one resource for all units
            self.moved.append({"from": f"{_INSTANCE}.{name}", "to": f"{_INSTANCE}.{names[0]}"})
        else:
            self.removed.append({"from": f"{_INSTANCE}.{name}", "lifecycle": {"destroy": False}})

    def add_policy(self, piece: Piece, policy: NativePolicy) -> None:
        """Add a policy and its attachments, in the place of its stack."""
        body = {
            "name": literal(policy.name),
            "description": literal(policy.description),
            "type": policy.type,
            "content": literal(policy.document),
            **self._tags(piece.stack),
        }
        self._put(_POLICY, piece.name, piece.stack, {**body, **_depends(self._after(piece))})
        parameters = {parameter.name: parameter for parameter in piece.stack.parameters}
        for target in policy.targets:
            ids = {"policy_id": f"${{{_POLICY}.{piece.name}.id}}", "target_id": self._value(parameters[target])}
            self._put(_ATTACHMENT, f"{piece.name}_{target}", piece.stack, ids)

    def _after(self, piece: Piece) -> list[str]:
        return [address for name in piece.stack.depends_on for address in self._addresses[name]]

    def _tags(self, stack: Stack) -> dict[str, Any]:
        tags = {key: literal(value) for key, value in self.source.plan.tags_of(stack)}
        return {"tags": tags} if tags else {}

    def _put(self, kind: str, name: str, stack: Stack, body: Mapping[str, Any]) -> None:
        self.resources[kind][name] = body
        self._addresses.setdefault(stack.name, []).append(f"{kind}.{name}")

    def _template(self, stack: Stack, after: list[str]) -> dict[str, Any]:
        values = {parameter.name: self._value(parameter, after) for parameter in stack.parameters}
        return {
            "capabilities": _CAPABILITIES,
            "template_body": f'${{file("${{path.module}}/templates/{stack.name}.yaml")}}',
            **({"parameters": values} if values else {}),
            **self._tags(stack),
        }

    def _stack_set(self, stack: Stack, after: list[str]) -> dict[str, Any]:
        names = auto_deployment_dependencies(self.source.plan, stack)
        awaited = [f"${{{_STACK_SET}.{name}.arn}}" for name in names]
        return {
            "name": stack.name,
            "description": literal(stack.description),
            "permission_model": "SERVICE_MANAGED",
            **self._template(stack, after),
            "auto_deployment": {
                "enabled": is_auto_deployed(stack),
                **({"retain_stacks_on_account_removal": True} if is_auto_deployed(stack) else {}),
                **({"depends_on_stack_sets": awaited} if awaited else {}),
            },
            "managed_execution": {"active": True},
            "operation_preferences": self._preferences(stack.regions),
            "timeouts": _timeouts("update"),
            "lifecycle": {"ignore_changes": ["administration_role_arn"]},
        }

    def _instance(self, piece: Piece, region: str, units: tuple[str, ...], after: list[str]) -> dict[str, Any]:
        account = piece.deployment.account_id
        only = {"account_filter_type": "INTERSECTION", "accounts": [self._value(account)]} if account else {}
        return {
            "stack_set_name": f"${{{_STACK_SET}.{piece.stack.name}.name}}",
            "stack_set_instance_region": region,
            "deployment_targets": {"organizational_unit_ids": [*map(self._unit, units)], **only},
            "operation_preferences": {
                **self._preferences((region,)),
                "concurrency_mode": "SOFT_FAILURE_TOLERANCE",
            },
            "timeouts": _timeouts("create", "update", "delete"),
            "lifecycle": {"ignore_changes": ["deployment_targets", "operation_preferences"]},
            **_depends(after),
        }

    def _preferences(self, regions: tuple[str, ...]) -> dict[str, Any]:
        wanted = operation_preferences(self.source.plan.preferences, regions)
        return {
            "region_concurrency_type": wanted["RegionConcurrencyType"],
            **({"region_order": wanted["RegionOrder"]} if "RegionOrder" in wanted else {}),
            "max_concurrent_percentage": wanted["MaxConcurrentPercentage"],
            "failure_tolerance_percentage": wanted["FailureTolerancePercentage"],
        }

    def _value(self, parameter: ParameterValue, after: list[str] | None = None) -> str:
        value = self.source.value(parameter)
        if value is not None:
            return literal(value)
        made = self._output(self._outputs.value(parameter))
        if made:
            return made
        if parameter.key_alias and after:
            return self._key(parameter, after)
        return self._variable(parameter.name, parameter.how)

    def _key(self, parameter: ParameterValue, after: list[str]) -> str:
        """The ARN of a key, which is read after the stack that creates it."""
        others = parameters_of(self.source)
        body = {
            "region": parameter.key_alias.split(":")[3],
            "key_id": alias_arn(
                parameter, lambda name: self._value(others.get(name) or ParameterValue(name=name, value=None))
            ),
            **_depends(after),
        }
        self.keys.setdefault(parameter.name, body)
        return f"${{data.{_KEY}.{parameter.name}.arn}}"

    def _unit(self, path: str) -> str:
        known = self._ids.get(path) or self._output(self._outputs.unit(path))
        return known or self._variable(self._units[path], unit_id(path))

    def _output(self, output: Output | None) -> str | None:
        """A reference to an output of a stack that has been added before."""
        name = f"{output.piece.name}_{output.region}" if output else ""
        if output is None or name not in self.resources[_STACK]:
            return None
        return f'${{{_STACK}.{name}.outputs["{output.name}"]}}'

    def _variable(self, name: str, how: str) -> str:
        self.variables[name] = {"type": "string", "description": literal(how)}
        return f"${{var.{name}}}"


def _unit_name(path: str) -> str:
    return f"{_UNIT}{slug(path).replace('-', '_') or 'root'}"


def literal(text: str) -> str:
    """Text that Terraform does not read as a template: `${` and `%{` are doubled."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _timeouts(*operations: str) -> dict[str, str]:
    return dict.fromkeys(operations, _TIMEOUT)


def _depends(after: list[str]) -> dict[str, Any]:
    return {"depends_on": after} if after else {}
