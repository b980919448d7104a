"""Alarms on metrics. moto has no `PutCompositeAlarm`."""

from typing import Any

from tests.emulator.services.place import Handler, Made, Place, Properties, names

_METRIC = names(
    "AlarmName AlarmDescription ActionsEnabled AlarmActions OKActions InsufficientDataActions MetricName Namespace"
    " Statistic ExtendedStatistic Dimensions Period Unit EvaluationPeriods DatapointsToAlarm Threshold"
    " ComparisonOperator TreatMissingData Metrics ThresholdMetricId"
)


def _create_metric(place: Place, properties: Properties) -> Made:
    name = properties.get("AlarmName", properties[""])
    _put_metric(place, name, properties)
    return Made(physical=name, attributes={"Arn": place.arn("cloudwatch", f"alarm:{name}")})


def _put_metric(place: Place, name: str, properties: Properties) -> None:
    place.client("cloudwatch").put_metric_alarm(**{**_given(properties, _METRIC), "AlarmName": name})


def _given(properties: Properties, known: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name in known}


def _delete(place: Place, name: str, _: Properties) -> None:
    place.client("cloudwatch").delete_alarms(AlarmNames=[name])


HANDLERS = {
    "AWS::CloudWatch::Alarm": Handler(create=_create_metric, update=_put_metric, delete=_delete, passed=_METRIC),
}
