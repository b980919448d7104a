"""CloudFormation itself: a parent template for each wave and Region, which refers to the templates in a bucket.

The templates of an organization can together exceed the maximum size of a parent (1 MB, CloudFormation quotas), so the
parents name them by TemplateURL. A nested stack is in its parent's Region: the management account's stacks in other
Regions have separate parents there. StackSets are in the home Region's parents.

`Fn::GetStackOutput` (template reference, intrinsic functions) reads an output of an earlier parent when a later one is
created or updated. It locks nothing: an earlier parent can lose a StackSet or an output before the later ones are
updated, which `Fn::ImportValue` would refuse. `AutoDeployment.DependsOn` takes ARNs; `Ref` of a StackSet returns its
id, the name and a UUID (template reference, AWS::CloudFormation::StackSet). `aws cloudformation deploy` needs a bucket
for a template of more than 51,200 bytes (aws-cli, awscli/customizations/cloudformation/deploy.py).

The address of a template has a part of its digest: CloudFormation updates a StackSet only if a property changes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from baseline.export.outputs import Output, Outputs, how_to_find, stacks_without_rollback
from baseline.export.source import (
    Export,
    Piece,
    Source,
    pieces_of,
    prerequisites,
    targeted_units,
    unique_names,
    unit_id,
)
from baseline.plan.model import Method, ParameterValue, Stack
from baseline.plan.operations import auto_deployment_dependencies, is_auto_deployed, operation_preferences
from baseline.text.markdown import markdown_code
from baseline.text.slug import slug

_CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
_BASE = "TemplateBaseUrl"
_ARN = "arn:${{AWS::Partition}}:cloudformation:${{AWS::Region}}:${{AWS::AccountId}}:stackset/{}"
_DIGITS = 12
_INLINE = 51_200
"""Bytes of a template that `aws cloudformation deploy` sends without a bucket."""

LOSSES = (
    "Names of the management account's stacks: nested stacks have generated names. StackSets keep theirs.",
    (
        "Stacks that change their wave in a later export: CloudFormation does not move a stack from one parent to "
        "another. Compare the resources of the parents first, and import those that moved into their new parent."
    ),
    "Change sets: those of a parent show nested stacks on request only, and nothing inside StackSets.",
    "The checks of `baseline preflight` and `deploy`.",
)


def export_stacksets(source: Source) -> Export:
    """A parent for each wave and Region with stacks; parents are deployed in the order of their names."""
    pieces: dict[tuple[int, str], list[Piece]] = {}
    for piece in pieces_of(source.plan):
        is_stack = piece.deployment.method is Method.STACK
        for region in piece.deployment.regions if is_stack else (source.plan.home_region,):
            pieces.setdefault((piece.wave, region), []).append(piece)
    order = sorted(pieces, key=lambda key: (key[0], key[1] != source.plan.home_region, key[1]))
    links = _Links(source)
    parents = [_Parent(source, links, wave, region, pieces[wave, region]) for wave, region in order]
    files = {f"{parent.name}.json": parent.template() for parent in parents}
    texts = source.written.texts
    templates = {f"templates/{_path(source, name)}": texts[name].encode("utf-8") for name in texts}
    return Export(
        files={**files, **templates},
        losses=LOSSES,
        steps=(*prerequisites(source.plan), *_steps(source, parents, files)),
    )


def _steps(source: Source, parents: "list[_Parent]", files: Mapping[str, bytes]) -> Iterator[str]:
    yield (
        "Copy the templates to a bucket that the management account can read: "
        f"{markdown_code('aws s3 cp templates s3://BUCKET/PREFIX --recursive')}"
    )
    yield "Then run these commands in their order in the management account."
    given: set[str] = set()
    for parent in parents:
        for name in (name for name in parent.parameters if name not in given):
            yield f"Find the value of {markdown_code(name)}: {markdown_code(parent.parameters[name]['Description'])}"
        given |= parent.parameters.keys()
        yield markdown_code(_command(source, parent, len(files[f"{parent.name}.json"])))
        if parent.is_resumed:
            yield "If this command fails, run it again: accounts and units that were created stay in their stack."
    protect = "aws cloudformation update-termination-protection --enable-termination-protection"
    yield f"Protect each parent: {markdown_code(f'{protect} --stack-name PARENT --region REGION')}"


def _command(source: Source, parent: "_Parent", size: int) -> str:
    suffix = "amazonaws.com.cn" if source.plan.partition == "aws-cn" else "amazonaws.com"
    values = "".join(f" {name}=VALUE" for name in sorted(parent.parameters))
    return (
        f"aws cloudformation deploy --region {parent.region} --stack-name {parent.name} "
        f"--template-file {parent.name}.json --capabilities CAPABILITY_NAMED_IAM --no-fail-on-empty-changeset"
        f"{' --disable-rollback' if parent.is_resumed else ''}"
        f"{' --s3-bucket BUCKET --s3-prefix parents' if size > _INLINE else ''} "
        f"--parameter-overrides {_BASE}=https://BUCKET.s3.REGION.{suffix}/PREFIX{values}"
    )


def _name(wave: int, region: str) -> str:
    return f"wave-{wave:02}-{region}"


class _Links:
    """References from one parent to another, and the outputs that they need: parent → name → value."""

    def __init__(self, source: Source) -> None:
        self.outputs: dict[str, dict[str, Any]] = {}
        self.made = Outputs(source)
        resources = [_resource_name(piece) for piece in pieces_of(source.plan)]
        self._logical_ids = unique_names(resources, _id, joint="x")
        self._home = source.plan.home_region
        self._waves = {piece.stack.name: piece.wave for piece in pieces_of(source.plan)}

    def logical_id(self, piece: Piece) -> str:
        """The name of a resource in its parent."""
        return self._logical_ids[_resource_name(piece)]

    def output(self, output: Output | None, wave: int) -> Mapping[str, Any] | None:
        """An output of a nested stack in an earlier wave."""
        if output is None or output.piece.wave >= wave:
            return None
        value = {"Fn::GetAtt": [self.logical_id(output.piece), f"Outputs.{output.name}"]}
        return self._reference(_name(output.piece.wave, output.region), output.region, output.name, value)

    def stack_set(self, name: str) -> Mapping[str, Any]:
        """The ARN of a StackSet."""
        logical_id = self._logical_ids[_stack_set_name(name)]
        value = {"Fn::Sub": _ARN.format(f"${{{logical_id}}}")}
        return self._reference(_name(self._waves[name], self._home), self._home, f"{logical_id}Arn", value)

    def _reference(self, parent: str, region: str, name: str, value: Mapping[str, Any]) -> Mapping[str, Any]:
        self.outputs.setdefault(parent, {})[name] = {"Value": value}
        return {"Fn::GetStackOutput": {"StackName": parent, "OutputName": name, "Region": region}}


class _Parent:
    """The resources of one parent, and the parameters that they need."""

    def __init__(self, source: Source, links: _Links, wave: int, region: str, pieces: list[Piece]) -> None:
        self.source = source
        self.name = _name(wave, region)
        self.region = region
        self.parameters: dict[str, dict[str, str]] = {}
        self.resources: dict[str, dict[str, Any]] = {}
        self.is_resumed = any(piece.stack.name in stacks_without_rollback(source) for piece in pieces)
        self._wave = wave
        self._links = links
        self._ids = dict(source.plan.ou_ids)
        self._units = unique_names(targeted_units(source.plan), _unit_name, joint="x")
        for piece in pieces:
            add = self.add_stack if piece.deployment.method is Method.STACK else self.add_stack_set
            add(piece)

    def template(self) -> bytes:
        """The parent's template, once every parent has been made."""
        outputs = self._links.outputs.get(self.name, {})
        document = {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": (
                f"Wave {self._wave} of the security baseline of {self.source.plan.organization} in {self.region}."
            ),
            "Parameters": {
                _BASE: {
                    "Type": "String",
                    "Description": "Address of the directory with the templates, without a slash at its end.",
                    "AllowedPattern": "https://.+[^/]",
                },
                **dict(sorted(self.parameters.items())),
            },
            "Resources": self.resources,
            **({"Outputs": dict(sorted(outputs.items()))} if outputs else {}),
        }
        return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8")

    def add_stack(self, piece: Piece) -> None:
        """A nested stack."""
        self.resources[self._links.logical_id(piece)] = self._stack(piece.stack)

    def _stack(self, stack: Stack) -> dict[str, Any]:
        values = {item.name: self._value(item) for item in stack.parameters}
        return {
            "Type": "AWS::CloudFormation::Stack",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "TemplateURL": _url(self.source, stack),
                **({"Parameters": values} if values else {}),
                **self._tags(stack),
            },
        }

    def add_stack_set(self, piece: Piece) -> None:
        """A StackSet, or another group of its instances."""
        stack = piece.stack
        logical_id = self._links.logical_id(piece)
        if logical_id not in self.resources:
            self.resources[logical_id] = self._stack_set(stack)
        groups = self.resources[logical_id]["Properties"]["StackInstancesGroup"]
        groups.append({"DeploymentTargets": self._targets(piece), "Regions": list(piece.deployment.regions)})

    def _stack_set(self, stack: Stack) -> dict[str, Any]:
        parameters = [{"ParameterKey": item.name, "ParameterValue": self._value(item)} for item in stack.parameters]
        automatic = is_auto_deployed(stack)
        awaited = [self._links.stack_set(name) for name in auto_deployment_dependencies(self.source.plan, stack)]
        return {
            "Type": "AWS::CloudFormation::StackSet",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "StackSetName": stack.name,
                "Description": stack.description,
                "PermissionModel": "SERVICE_MANAGED",
                "Capabilities": _CAPABILITIES,
                "TemplateURL": _url(self.source, stack),
                **({"Parameters": parameters} if parameters else {}),
                "AutoDeployment": {
                    "Enabled": automatic,
                    **({"RetainStacksOnAccountRemoval": True} if automatic else {}),
                    **({"DependsOn": awaited} if awaited else {}),
                },
                "ManagedExecution": {"Active": True},
                "OperationPreferences": operation_preferences(self.source.plan.preferences, stack.regions),
                "StackInstancesGroup": [],
                **self._tags(stack),
            },
        }

    def _targets(self, piece: Piece) -> dict[str, Any]:
        account = piece.deployment.account_id
        only = {"AccountFilterType": "INTERSECTION", "Accounts": [self._value(account)]} if account else {}
        return {"OrganizationalUnitIds": [self._unit(path) for path in piece.deployment.ous], **only}

    def _tags(self, stack: Stack) -> dict[str, Any]:
        tags = [{"Key": key, "Value": value} for key, value in self.source.plan.tags_of(stack)]
        return {"Tags": tags} if tags else {}

    def _value(self, parameter: ParameterValue) -> str | Mapping[str, Any]:
        value = self.source.value(parameter)
        if value is not None:
            return value
        made = self._links.output(self._links.made.value(parameter), self._wave)
        return made or self._parameter(parameter.name, how_to_find(self.source, parameter))

    def _unit(self, path: str) -> str | Mapping[str, Any]:
        known = self._ids.get(path) or self._links.output(self._links.made.unit(path), self._wave)
        return known or self._parameter(self._units[path], unit_id(path))

    def _parameter(self, name: str, how: str) -> dict[str, str]:
        self.parameters[name] = {"Type": "String", "Description": how}
        return {"Ref": name}


def _url(source: Source, stack: Stack) -> Mapping[str, str]:
    return {"Fn::Sub": f"${{{_BASE}}}/{_path(source, stack.name)}"}


def _path(source: Source, name: str) -> str:
    """The path of a template, which changes with its content."""
    digest = sha256(source.written.texts[name].encode("utf-8")).hexdigest()
    return f"{digest[:_DIGITS]}/{name}.yaml"


def _resource_name(piece: Piece) -> str:
    """Deployments by one StackSet are one resource."""
    is_stack = piece.deployment.method is Method.STACK
    return f"{piece.name}-stack" if is_stack else _stack_set_name(piece.stack.name)


def _stack_set_name(name: str) -> str:
    return f"{name}-stack-set"


def _unit_name(path: str) -> str:
    return f"OuId{_id(path) or 'Root'}"


def _id(name: str) -> str:
    """A logical id: the words of the name, joined."""
    return "".join(_words(name))


def _words(name: str) -> Iterator[str]:
    yield from (word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", slug(name)) if word)
