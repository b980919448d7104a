"""Trails. An organization trail is visible in every member account, as in AWS."""

from typing import Any

from moto.cloudtrail.models import cloudtrail_backends

from tests.emulator.services.place import Handler, Made, Place, Properties, names

_SPELLINGS = {
    "S3BucketName": "S3BucketName",
    "S3KeyPrefix": "S3KeyPrefix",
    "SnsTopicName": "SnsTopicName",
    "IncludeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail": "IsMultiRegionTrail",
    "EnableLogFileValidation": "EnableLogFileValidation",
    "CloudWatchLogsLogGroupArn": "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
    "KMSKeyId": "KmsKeyId",
    "IsOrganizationTrail": "IsOrganizationTrail",
}


def _create(place: Place, properties: Properties) -> Made:
    name = properties.get("TrailName", properties[""])
    arn = place.client("cloudtrail").create_trail(Name=name, **_arguments(properties))["TrailARN"]
    _settle(place, name, properties)
    _show(place, name, properties)
    return Made(physical=name, attributes={"Arn": arn})


def _update(place: Place, name: str, properties: Properties) -> None:
    place.client("cloudtrail").update_trail(Name=name, **_arguments(properties))
    _settle(place, name, properties)
    _show(place, name, properties)


def _arguments(properties: Properties) -> dict[str, Any]:
    return {theirs: properties[ours] for ours, theirs in _SPELLINGS.items() if ours in properties}


def _settle(place: Place, name: str, properties: Properties) -> None:
    cloudtrail = place.client("cloudtrail")
    selectors = {key: properties[key] for key in ("EventSelectors", "AdvancedEventSelectors") if key in properties}
    if selectors:
        cloudtrail.put_event_selectors(TrailName=name, **selectors)
    # moto adds to the insights that are there.
    cloudtrail_backends[place.account][place.region].get_trail(name).insight_selectors.clear()
    cloudtrail.put_insight_selectors(TrailName=name, InsightSelectors=properties.get("InsightSelectors", []))
    if properties["IsLogging"]:
        cloudtrail.start_logging(Name=name)
    else:
        cloudtrail.stop_logging(Name=name)


def _show(place: Place, name: str, properties: Properties) -> None:
    """https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html."""
    _hide(place, name)
    if properties.get("IsOrganizationTrail"):
        trail = cloudtrail_backends[place.account][place.region].get_trail(name)
        for member in place.members():
            cloudtrail_backends[member][place.region].trails[name] = trail


def _hide(place: Place, name: str) -> None:
    for member in place.members():
        found = cloudtrail_backends[member][place.region].trails
        if name in found and found[name].account_id == place.account:
            del found[name]


def _delete(place: Place, name: str, _: Properties) -> None:
    place.client("cloudtrail").delete_trail(Name=name)
    _hide(place, name)


HANDLERS = {
    "AWS::CloudTrail::Trail": Handler(
        create=_create,
        update=_update,
        delete=_delete,
        passed=frozenset(
            {*_SPELLINGS, *names("TrailName IsLogging EventSelectors AdvancedEventSelectors InsightSelectors")}
        ),
    )
}
