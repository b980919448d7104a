"""Event buses with their policies, and rules."""

import json
from typing import Any

from tests.emulator.services.place import Handler, Made, Place, Properties, chosen, names


def _create_bus(place: Place, properties: Properties) -> Made:
    given = chosen(properties, "Name Description KmsKeyIdentifier")
    arn = place.client("events").create_event_bus(**given)["EventBusArn"]
    return Made(physical=properties["Name"], attributes={"Arn": arn, "Name": properties["Name"]})


def _update_bus(place: Place, name: str, properties: Properties) -> None:
    place.client("events").update_event_bus(Name=name, **chosen(properties, "Description KmsKeyIdentifier"))


def _delete_bus(place: Place, name: str, _: Properties) -> None:
    place.client("events").delete_event_bus(Name=name)


def _create_policy(place: Place, properties: Properties) -> Made:
    _put_policy(place, "", properties)
    return Made(physical=properties[""])


def _put_policy(place: Place, _: str, properties: Properties) -> None:
    statement = {**properties["Statement"], "Sid": properties["StatementId"]}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    place.client("events").put_permission(EventBusName=_bus(properties), Policy=text)


def _delete_policy(place: Place, _: str, properties: Properties) -> None:
    events = place.client("events")
    events.remove_permission(EventBusName=_bus(properties), StatementId=properties["StatementId"])


def _bus(properties: Properties) -> str:
    return str(properties.get("EventBusName", "default"))


def _create_rule(place: Place, properties: Properties) -> Made:
    name = properties.get("Name", properties[""])
    _put_rule(place, name, properties)
    bus = _bus(properties).rpartition("/")[2]
    path = name if bus == "default" else f"{bus}/{name}"
    return Made(physical=name, attributes={"Arn": place.arn("events", f"rule/{path}")})


def _put_rule(place: Place, name: str, properties: Properties) -> None:
    events = place.client("events")
    given: dict[str, Any] = chosen(properties, "Description EventBusName State RoleArn ScheduleExpression")
    if "EventPattern" in properties:
        given["EventPattern"] = json.dumps(properties["EventPattern"])
    events.put_rule(Name=name, **given)
    _clear(place, name, properties)
    if properties.get("Targets"):
        events.put_targets(Rule=name, EventBusName=_bus(properties), Targets=properties["Targets"])


def _clear(place: Place, name: str, properties: Properties) -> None:
    events = place.client("events")
    found = events.list_targets_by_rule(Rule=name, EventBusName=_bus(properties))["Targets"]
    if found:
        ids = [item["Id"] for item in found]
        events.remove_targets(Rule=name, EventBusName=_bus(properties), Ids=ids)


def _delete_rule(place: Place, name: str, properties: Properties) -> None:
    _clear(place, name, properties)
    place.client("events").delete_rule(Name=name, EventBusName=_bus(properties))


HANDLERS = {
    "AWS::Events::EventBus": Handler(
        create=_create_bus, update=_update_bus, delete=_delete_bus, passed=names("Name Description KmsKeyIdentifier")
    ),
    "AWS::Events::EventBusPolicy": Handler(
        create=_create_policy,
        update=_put_policy,
        delete=_delete_policy,
        passed=names("EventBusName Statement StatementId"),
    ),
    "AWS::Events::Rule": Handler(
        create=_create_rule,
        update=_put_rule,
        delete=_delete_rule,
        passed=names("Name Description EventBusName EventPattern ScheduleExpression State RoleArn Targets"),
    ),
}
