"""The organization's policies in moto, so that tests can read and change them."""

import json
from typing import Any

from tests.emulator.cloudformation.stacks import Deployed, FailedError

POLICY = "AWS::Organizations::Policy"
_STAND_IN = "TAG_POLICY"


def keep_policy(backend: Any, resource: Deployed) -> None:
    """Create or update the policy in moto, with its targets."""
    properties = resource.properties
    found = next((item for item in backend.policies if item.id == resource.physical), None)
    if any(item.name == properties["Name"] for item in backend.policies if item is not found):
        # DuplicatePolicyException: AWS Organizations API reference, CreatePolicy and UpdatePolicy.
        raise FailedError(resource.logical_id, "A policy with the same name already exists.")
    if found is None:
        # moto refuses the types that are newer than itself.
        backend.create_policy(Name=properties["Name"], Type=_STAND_IN, Content="{}")
        found = backend.policies[-1]
    resource.physical = found.id
    found.name = properties["Name"]
    found.type, found.description = properties["Type"], properties.get("Description", "")
    content = properties["Content"]
    found.content = content if isinstance(content, str) else json.dumps(content)
    for target in [item.id for item in found.attachments]:
        backend.detach_policy(PolicyId=found.id, TargetId=target)
    for target in properties.get("TargetIds", ()):
        backend.attach_policy(PolicyId=found.id, TargetId=target)


def drop_policy(backend: Any, resource: Deployed) -> None:
    """Delete the policy."""
    for item in [item for item in backend.policies if item.id == resource.physical]:
        for target in [attached.id for attached in item.attachments]:
            backend.detach_policy(PolicyId=item.id, TargetId=target)
        backend.delete_policy(PolicyId=item.id)
