"""Detectors and their filters."""

from typing import Any

from tests.emulator.services.place import Handler, Made, Place, Properties, chosen, names


def _create_detector(place: Place, properties: Properties) -> Made:
    found = place.client("guardduty").create_detector(**_given(properties))["DetectorId"]
    return Made(physical=found, attributes={"Id": found})


def _update_detector(place: Place, detector: str, properties: Properties) -> None:
    place.client("guardduty").update_detector(DetectorId=detector, **_given(properties))


def _given(properties: Properties) -> dict[str, Any]:
    return chosen(properties, "Enable FindingPublishingFrequency Features")


def _delete_detector(place: Place, detector: str, _: Properties) -> None:
    place.client("guardduty").delete_detector(DetectorId=detector)


def _create_filter(place: Place, properties: Properties) -> Made:
    name = properties.get("Name", properties[""])
    place.client("guardduty").create_filter(Name=name, **_filter(properties))
    return Made(physical=name)


def _update_filter(place: Place, name: str, properties: Properties) -> None:
    place.client("guardduty").update_filter(FilterName=name, **_filter(properties))


def _filter(properties: Properties) -> dict[str, Any]:
    return chosen(properties, "DetectorId Action Description Rank FindingCriteria")


def _delete_filter(place: Place, name: str, properties: Properties) -> None:
    place.client("guardduty").delete_filter(DetectorId=properties["DetectorId"], FilterName=name)


HANDLERS = {
    "AWS::GuardDuty::Detector": Handler(
        create=_create_detector,
        update=_update_detector,
        delete=_delete_detector,
        passed=names("Enable FindingPublishingFrequency Features"),
    ),
    "AWS::GuardDuty::Filter": Handler(
        create=_create_filter,
        update=_update_filter,
        delete=_delete_filter,
        passed=names("Name DetectorId Action Description Rank FindingCriteria"),
    ),
}
