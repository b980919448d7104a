"""AWS Config: recorder, delivery channel, rules and aggregator."""

import json
from typing import Any

from tests.emulator.services.place import Handler, Made, Place, Properties, lowered, names

_DEFAULT = "default"


def _create_recorder(place: Place, properties: Properties) -> Made:
    name = properties.get("Name", _DEFAULT)
    _put_recorder(place, name, properties)
    _start(place)
    return Made(physical=name)


def _put_recorder(place: Place, name: str, properties: Properties) -> None:
    recorder = {
        "name": name,
        "roleARN": properties["RoleARN"],
        "recordingGroup": lowered(properties.get("RecordingGroup", {"AllSupported": True})),
    }
    if "RecordingMode" in properties:
        recorder["recordingMode"] = lowered(properties["RecordingMode"])
    place.client("config").put_configuration_recorder(ConfigurationRecorder=recorder)


def _delete_recorder(place: Place, name: str, _: Properties) -> None:
    config = place.client("config")
    config.stop_configuration_recorder(ConfigurationRecorderName=name)
    for channel in config.describe_delivery_channels()["DeliveryChannels"]:
        config.delete_delivery_channel(DeliveryChannelName=channel["name"])
    config.delete_configuration_recorder(ConfigurationRecorderName=name)


def _create_channel(place: Place, properties: Properties) -> Made:
    name = properties.get("Name", _DEFAULT)
    _put_channel(place, name, properties)
    _start(place)
    return Made(physical=name)


def _put_channel(place: Place, name: str, properties: Properties) -> None:
    given = {key: value for key, value in properties.items() if key not in ("", "Name")}
    spelled = {{"SnsTopicARN": "snsTopicARN"}.get(key, key[0].lower() + key[1:]): lowered(given[key]) for key in given}
    place.client("config").put_delivery_channel(DeliveryChannel={"name": name, **spelled})


def _delete_channel(place: Place, name: str, _: Properties) -> None:
    config = place.client("config")
    for recorder in config.describe_configuration_recorders()["ConfigurationRecorders"]:
        config.stop_configuration_recorder(ConfigurationRecorderName=recorder["name"])
    config.delete_delivery_channel(DeliveryChannelName=name)


def _start(place: Place) -> None:
    """Start the recorder, as CloudFormation does after its channel exists."""
    config = place.client("config")
    if config.describe_delivery_channels()["DeliveryChannels"]:
        for recorder in config.describe_configuration_recorders()["ConfigurationRecorders"]:
            config.start_configuration_recorder(ConfigurationRecorderName=recorder["name"])


def _create_rule(place: Place, properties: Properties) -> Made:
    name = properties.get("ConfigRuleName", properties[""])
    _put_rule(place, name, properties)
    return Made(physical=name, attributes={"Arn": place.arn("config", f"config-rule/{name}")})


def _put_rule(place: Place, name: str, properties: Properties) -> None:
    rule: dict[str, Any] = {key: value for key, value in properties.items() if key and key != "InputParameters"}
    if "InputParameters" in properties:
        rule["InputParameters"] = json.dumps(properties["InputParameters"])
    place.client("config").put_config_rule(ConfigRule={**rule, "ConfigRuleName": name})


def _delete_rule(place: Place, name: str, _: Properties) -> None:
    place.client("config").delete_config_rule(ConfigRuleName=name)


def _create_aggregator(place: Place, properties: Properties) -> Made:
    name = properties.get("ConfigurationAggregatorName", properties[""])
    _put_aggregator(place, name, properties)
    return Made(physical=name)


def _put_aggregator(place: Place, name: str, properties: Properties) -> None:
    given = {key: value for key, value in properties.items() if key}
    place.client("config").put_configuration_aggregator(**{**given, "ConfigurationAggregatorName": name})


def _delete_aggregator(place: Place, name: str, _: Properties) -> None:
    place.client("config").delete_configuration_aggregator(ConfigurationAggregatorName=name)


HANDLERS = {
    "AWS::Config::ConfigurationRecorder": Handler(
        create=_create_recorder,
        update=_put_recorder,
        delete=_delete_recorder,
        passed=names("Name RoleARN RecordingGroup"),
        recorded=names("RecordingMode"),
    ),
    "AWS::Config::DeliveryChannel": Handler(
        create=_create_channel,
        update=_put_channel,
        delete=_delete_channel,
        passed=names("Name S3BucketName S3KeyPrefix S3KmsKeyArn SnsTopicARN ConfigSnapshotDeliveryProperties"),
    ),
    "AWS::Config::ConfigRule": Handler(
        create=_create_rule,
        update=_put_rule,
        delete=_delete_rule,
        passed=names("ConfigRuleName Description InputParameters MaximumExecutionFrequency Scope Source"),
    ),
    "AWS::Config::ConfigurationAggregator": Handler(
        create=_create_aggregator,
        update=_put_aggregator,
        delete=_delete_aggregator,
        passed=names("ConfigurationAggregatorName OrganizationAggregationSource AccountAggregationSources"),
    ),
}
