"""CloudFormation itself: a parent template for each wave and Region, which refers to the templates in a bucket.

The templates of an organization can together exceed the maximum size of a parent (1 MB, CloudFormation quotas), so the
parents name them by TemplateURL. A nested stack is in its parent's Region: the management account's stacks in other
Regions have separate parents there. StackSets are in the home Region's parents.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

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
from baseline.plan.operations import is_auto_deployed, operation_preferences
from baseline.text.markdown import markdown_code
from baseline.text.slug import slug

_CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
_BASE = "TemplateBaseUrl"

LOSSES = (
    "Names of the management account's stacks: nested stacks have generated names. StackSets keep theirs.",
    "The order in which AWS deploys StackSets to an account that joins (`DependsOn` of auto-deployment).",
    "Change sets: those of a parent show nested stacks on request only, and nothing inside StackSets.",
    "The checks of `baseline preflight` and `deploy`.",
)


def export_stacksets(source: Source) -> Export:
    """A parent for each wave and Region with stacks; parents are deployed in the order of their names."""
    parents: dict[tuple[int, str], list[tuple[str, Piece]]] = {}
    for piece in pieces_of(source.plan):
        is_stack = piece.deployment.method is Method.STACK
        for region in piece.deployment.regions if is_stack else (source.plan.home_region,):
            parents.setdefault((piece.wave, region), []).append((region, piece))
    order = sorted(parents, key=lambda key: (key[0], key[1] != source.plan.home_region, key[1]))
    places = [(f"wave-{wave:02}-{region}", region) for wave, region in order]
    files = {
        f"{name}.json": _parent(source, key[0], parents[key]) for (name, _), key in zip(places, order, strict=True)
    }
    steps = (
        *prerequisites(source.plan),
        "Copy `templates/` to a bucket that the management account can read: its address is `TemplateBaseUrl`.",
        *(f"Then, in the management account: {markdown_code(_command(name, region))}" for name, region in places),
    )
    return Export(files={**files, **source.templates()}, losses=LOSSES, steps=steps)


def _command(name: str, region: str) -> str:
    return (
        f"aws cloudformation deploy --region {region} --stack-name {name} --template-file {name}.json "
        f"--capabilities CAPABILITY_NAMED_IAM --parameter-overrides "
        f"{_BASE}=https://BUCKET.s3.REGION.amazonaws.com/PREFIX"
    )


def _parent(source: Source, wave: int, pieces: list[tuple[str, Piece]]) -> bytes:
    parent = _Parent(source)
    for region, piece in pieces:
        if piece.deployment.method is Method.STACK:
            parent.add_stack(piece)
        else:
            parent.add_stack_set(piece)
        place = region
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Wave {wave} of the security baseline of {source.plan.organization} in {place}.",
        "Parameters": {
            _BASE: {
                "Type": "String",
                "Description": "Address of the directory with the templates, without a slash at its end.",
                "AllowedPattern": "https://.+[^/]",
            },
            **dict(sorted(parent.parameters.items())),
        },
        "Resources": parent.resources,
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


class _Parent:
    """The resources of one parent, and the parameters that they need."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.parameters: dict[str, dict[str, str]] = {}
        self.resources: dict[str, dict[str, Any]] = {}
        self._ids = dict(source.plan.ou_ids)
        self._units = unique_names(targeted_units(source.plan), _unit_name, joint="x")
        resources = [_resource_name(piece) for piece in pieces_of(source.plan)]
        self._logical_ids = unique_names(resources, _id, joint="x")

    def add_stack(self, piece: Piece) -> None:
        """A nested stack."""
        self.resources[self._logical_ids[_resource_name(piece)]] = self._stack(piece.stack)

    def _stack(self, stack: Stack) -> dict[str, Any]:
        values = {item.name: self._value(item) for item in stack.parameters}
        return {
            "Type": "AWS::CloudFormation::Stack",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "TemplateURL": _url(stack),
                **({"Parameters": values} if values else {}),
                **self._tags(stack),
            },
        }

    def add_stack_set(self, piece: Piece) -> None:
        """A StackSet, or another group of its instances."""
        stack = piece.stack
        logical_id = self._logical_ids[_resource_name(piece)]
        if logical_id not in self.resources:
            self.resources[logical_id] = self._stack_set(stack)
        groups = self.resources[logical_id]["Properties"]["StackInstancesGroup"]
        groups.append({"DeploymentTargets": self._targets(piece), "Regions": list(piece.deployment.regions)})

    def _stack_set(self, stack: Stack) -> dict[str, Any]:
        parameters = [{"ParameterKey": item.name, "ParameterValue": self._value(item)} for item in stack.parameters]
        automatic = is_auto_deployed(stack)
        return {
            "Type": "AWS::CloudFormation::StackSet",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "StackSetName": stack.name,
                "Description": stack.description,
                "PermissionModel": "SERVICE_MANAGED",
                "Capabilities": _CAPABILITIES,
                "TemplateURL": _url(stack),
                **({"Parameters": parameters} if parameters else {}),
                "AutoDeployment": {
                    "Enabled": automatic,
                    **({"RetainStacksOnAccountRemoval": True} if automatic else {}),
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

    def _value(self, parameter: ParameterValue) -> str | dict[str, str]:
        value = self.source.value(parameter)
        return value if value is not None else self._parameter(parameter.name, parameter.how)

    def _unit(self, path: str) -> str | dict[str, str]:
        return self._ids.get(path) or self._parameter(self._units[path], unit_id(path))

    def _parameter(self, name: str, how: str) -> dict[str, str]:
        self.parameters[name] = {"Type": "String", "Description": how}
        return {"Ref": name}


def _url(stack: Stack) -> Mapping[str, str]:
    return {"Fn::Sub": f"${{{_BASE}}}/{stack.name}.yaml"}


def _resource_name(piece: Piece) -> str:
    """Deployments by one StackSet are one resource."""
    is_stack = piece.deployment.method is Method.STACK
    return f"{piece.name}-stack" if is_stack else f"{piece.stack.name}-stack-set"


def _unit_name(path: str) -> str:
    return f"OuId{_id(path) or 'Root'}"


def _id(name: str) -> str:
    """A logical id: the words of the name, joined."""
    return "".join(_words(name))


def _words(name: str) -> Iterator[str]:
    yield from (word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", slug(name)) if word)
