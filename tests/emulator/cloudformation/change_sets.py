"""Contents of a change set: differences, early validation, and drift reversions."""

from collections.abc import Mapping
from typing import Any

from tests.emulator.cloudformation.resolve import ResolveError, parsed
from tests.emulator.cloudformation.stacks import WHEN, Engine, Stack

_EARLY = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early "
    "Validation errors, use the DescribeEvents API for detailed failure information."
)
_NO_CHANGES = "The submitted information didn't contain changes. Submit different information to create a change set."


def contents(engine: Engine, stack: Stack, request: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """A change set as CreateChangeSet creates it; `status` is FAILED if it cannot be executed."""
    made: dict[str, Any] = {"request": request, "parameters": parameters, "status": "CREATE_COMPLETE", "reason": ""}
    try:
        changes = engine.changes(stack, request["TemplateBody"], parameters)
    except ResolveError as error:
        return {**made, "changes": [], "status": "FAILED", "reason": str(error)}
    if request.get("DeploymentMode") == "REVERT_DRIFT":
        changes += _reversions(stack, changes)
    conflicts = _taken(engine, stack, changes)
    taken = [] if request.get("ImportExistingResources") else conflicts
    imported = {event["LogicalResourceId"] for event in conflicts} if not taken else set()
    for change in changes:
        change["Action"] = "Import" if change["LogicalResourceId"] in imported else change["Action"]
    if taken:
        return {**made, "changes": changes, "status": "FAILED", "reason": _EARLY, "events": taken}
    if stack.unchanged or (request["ChangeSetType"] == "UPDATE" and not changes and _is_same(stack, request)):
        return {**made, "changes": [], "status": "FAILED", "reason": _NO_CHANGES}
    return {**made, "changes": changes}


def _is_same(stack: Stack, request: Mapping[str, Any]) -> bool:
    """Whether tags and outputs stay: an update may be about these alone."""
    outputs = [parsed(text).get("Outputs") for text in (stack.text, request["TemplateBody"])]
    return outputs[0] == outputs[1] and bool(request.get("Tags", stack.tags) == stack.tags)


def execution_status(stack: Stack, change_set: dict[str, Any]) -> str:
    """The execution status in DescribeChangeSet: an executed change set remains visible."""
    if change_set["id"] not in stack.executed:
        return "AVAILABLE" if change_set["status"] == "CREATE_COMPLETE" else "UNAVAILABLE"
    if stack.polls:
        return "EXECUTE_IN_PROGRESS"
    return (
        "EXECUTE_COMPLETE"
        if stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
        else "EXECUTE_FAILED"
    )


def _taken(engine: Engine, stack: Stack, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Events of CloudFormation's early validation: new resources with names that are in use.

    https://github.com/aws-cloudformation/rain/pull/744 shows the messages.
    """
    return [
        {
            "EventId": f"event-{number}",
            "StackId": stack.id,
            "EventType": "VALIDATION_ERROR",
            "LogicalResourceId": change["LogicalResourceId"],
            "ResourceType": change["ResourceType"],
            "ValidationName": "NAME_CONFLICT_VALIDATION",
            "ValidationStatus": "FAILED",
            "ValidationStatusReason": f"Resource of type '{change['ResourceType']}' with identifier "
            f"'{change['PhysicalResourceId']}' already exists.",
            "Timestamp": WHEN,
        }
        for number, change in enumerate(changes)
        if change["Action"] == "Add"
        and (change["ResourceType"], stack.account, stack.region, change.get("PhysicalResourceId")) in engine.existing
    ]


def _reversions(stack: Stack, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The additional changes of a drift-aware change set.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
    """
    named = {change["LogicalResourceId"] for change in changes}
    return [
        {
            "LogicalResourceId": item.logical_id,
            "ResourceType": item.type,
            "Action": "Modify" if item.live else "Add",
            **({"Replacement": "False"} if item.live else {}),
            "ResourceDriftStatus": "MODIFIED" if item.live else "DELETED",
        }
        for item in stack.resources.values()
        if item.live is not None and item.live != item.properties and item.logical_id not in named
    ]
