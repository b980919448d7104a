"""Log groups and metric filters."""

from typing import Any

from tests.emulator.services.place import Handler, Made, Place, Properties, lowered, names


def _create_group(place: Place, properties: Properties) -> Made:
    name = properties.get("LogGroupName", properties[""])
    more = {"kmsKeyId": properties["KmsKeyId"]} if "KmsKeyId" in properties else {}
    place.client("logs").create_log_group(logGroupName=name, **more)
    _keep(place, name, properties)
    return Made(physical=name, attributes={"Arn": f"{place.arn('logs', f'log-group:{name}')}:*"})


def _keep(place: Place, name: str, properties: Properties) -> None:
    logs = place.client("logs")
    if "RetentionInDays" in properties:
        logs.put_retention_policy(logGroupName=name, retentionInDays=properties["RetentionInDays"])
    else:
        logs.delete_retention_policy(logGroupName=name)


def _delete_group(place: Place, name: str, _: Properties) -> None:
    place.client("logs").delete_log_group(logGroupName=name)


def _create_filter(place: Place, properties: Properties) -> Made:
    name = properties.get("FilterName", properties[""])
    _put_filter(place, name, properties)
    return Made(physical=name)


def _put_filter(place: Place, name: str, properties: Properties) -> None:
    place.client("logs").put_metric_filter(
        filterName=name,
        logGroupName=properties["LogGroupName"],
        filterPattern=properties["FilterPattern"],
        metricTransformations=[_transformation(item) for item in properties["MetricTransformations"]],
    )


def _transformation(value: Properties) -> dict[str, Any]:
    return {**lowered(value), "metricValue": str(value["MetricValue"])}


def _update_filter(place: Place, name: str, properties: Properties) -> None:
    """Replace the filter: moto would add a second one with the name; CloudFormation also deletes first."""
    _delete_filter(place, name, properties)
    _put_filter(place, name, properties)


def _delete_filter(place: Place, name: str, properties: Properties) -> None:
    place.client("logs").delete_metric_filter(filterName=name, logGroupName=properties["LogGroupName"])


HANDLERS = {
    "AWS::Logs::LogGroup": Handler(
        create=_create_group,
        update=_keep,
        delete=_delete_group,
        passed=names("LogGroupName KmsKeyId RetentionInDays"),
    ),
    "AWS::Logs::MetricFilter": Handler(
        create=_create_filter,
        update=_update_filter,
        delete=_delete_filter,
        passed=names("FilterName FilterPattern LogGroupName MetricTransformations"),
    ),
}
