"""Change sets of type IMPORT: what CloudFormation refuses, and the resources that a stack takes over.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-manually.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.emulator.cloudformation.resolve import parsed, schema
from tests.emulator.cloudformation.stacks import Deployed, Engine, Stack, new_resource

_OUTPUTS = "As part of the import operation, you cannot modify or add [Outputs]"


def import_contents(engine: Engine, stack: Stack, request: Mapping[str, Any]) -> dict[str, Any]:
    """The change set as CreateChangeSet creates it; `status` is FAILED if it cannot be executed."""
    wrong = "; ".join(_refusals(engine, stack, request))
    named = {item["LogicalResourceId"]: item for item in request["ResourcesToImport"]}
    changes = [
        {
            "LogicalResourceId": logical_id,
            "ResourceType": item["ResourceType"],
            "Action": "Import",
            "PhysicalResourceId": physical_of(item),
        }
        for logical_id, item in named.items()
    ]
    made = {"request": request, "parameters": stack.parameters, "changes": changes, "imports": named}
    return {**made, "status": "FAILED" if wrong else "CREATE_COMPLETE", "reason": wrong}


def carry_out(engine: Engine, stack: Stack, change_set: Mapping[str, Any]) -> None:
    """Take the resources over without changing them."""
    text = change_set["request"]["TemplateBody"]
    is_new = not stack.resources
    verb = "IMPORT"
    stack.note(stack.name, "AWS::CloudFormation::Stack", f"{verb}_IN_PROGRESS", "User Initiated")
    taken = {}
    for logical_id, item in change_set["imports"].items():
        body = parsed(text)["Resources"][logical_id]
        fault = engine.fault_of(stack, logical_id, body["Type"])
        if fault:
            stack.note(logical_id, body["Type"], "IMPORT_FAILED", fault)
            stack.text = text if is_new else stack.text
            stack.become("IMPORT_ROLLBACK_COMPLETE", fault, polls=engine.polls, during="IMPORT_IN_PROGRESS")
            return
        taken[logical_id] = _imported(engine, stack, logical_id, item, body)
    for logical_id, resource in taken.items():
        stack.resources[logical_id] = resource
        engine.existing[(resource.type, stack.account, stack.region, resource.name)] = resource
    stack.text = text
    stack.parameters = {} if is_new else stack.parameters
    stack.become("IMPORT_COMPLETE", polls=engine.polls, during="IMPORT_IN_PROGRESS")


def physical_of(item: Mapping[str, Any]) -> str:
    """What `Ref` of the imported resource returns: the last part of its identifier, as these types have it."""
    return str(list(item["ResourceIdentifier"].values())[0 if "GroupId" in item["ResourceIdentifier"] else -1])


def _imported(
    engine: Engine, stack: Stack, logical_id: str, item: Mapping[str, Any], body: Mapping[str, Any]
) -> Deployed:
    live = engine.live(item["ResourceType"], stack, "|".join(item["ResourceIdentifier"].values())) or {}
    resource = new_resource(stack, logical_id, body, dict(body["Properties"]))
    resource.physical = physical_of(item)
    resource.name = resource.name if resource.named else resource.physical
    resource.attributes = {name: str(live[name]) for name in ("Id", "Arn") if name in live}
    return resource


def _refusals(engine: Engine, stack: Stack, request: Mapping[str, Any]) -> Iterator[str]:
    template, before = parsed(request["TemplateBody"]), parsed(stack.text) if stack.text else {"Resources": {}}
    if template.get("Outputs", {}) != before.get("Outputs", {}):
        yield _OUTPUTS
    named = {item["LogicalResourceId"] for item in request["ResourcesToImport"]}
    others = {name: body for name, body in template["Resources"].items() if name not in named}
    if others != before["Resources"]:
        yield "As part of the import operation, you cannot modify or add resources that are not imported"
    for item in request["ResourcesToImport"]:
        yield from _refusals_of(engine, stack, item, template["Resources"].get(item["LogicalResourceId"], {}))


def _refusals_of(engine: Engine, stack: Stack, item: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[str]:
    type_, identifier = item["ResourceType"], item["ResourceIdentifier"]
    if "DeletionPolicy" not in body:
        yield f"Resources [{item['LogicalResourceId']}] is missing DeletionPolicy attribute"
    keys = [path.split("/")[2] for path in schema(stack.region, type_).get("primaryIdentifier", ())]
    if keys != list(identifier):
        yield f"{type_} is identified by {keys}, not by {list(identifier)}"
    missing = set(schema(stack.region, type_).get("required", ())) - (body.get("Properties") or {}).keys()
    if missing:
        yield f"Model validation failed: required keys {sorted(missing)}"
    if engine.live(type_, stack, "|".join(identifier.values())) is None:
        yield f"Resource of type '{type_}' with identifier '{identifier}' was not found."
    if any(
        other.physical == physical_of(item) and other.type == type_
        for stacks in engine.stacks.values()
        for found in stacks.values()
        for other in found.resources.values()
    ):
        yield f"{physical_of(item)} belongs to a stack already"
