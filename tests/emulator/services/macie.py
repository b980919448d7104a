"""Amazon Macie: its session, allow lists and custom data identifiers."""

from typing import Any

from tests.emulator.services.place import Handler, Made, Place, Properties, lowered, names


def _create_session(place: Place, properties: Properties) -> Made:
    place.client("macie2").enable_macie(**_given(properties))
    return Made(physical=place.account)


def _update_session(place: Place, _: str, properties: Properties) -> None:
    place.client("macie2").enable_macie(**_given(properties))  # moto cannot update it otherwise


def _given(properties: Properties) -> dict[str, Any]:
    found: dict[str, Any] = lowered({key: value for key, value in properties.items() if key})
    return found


def _delete_session(place: Place, _: str, __: Properties) -> None:
    place.client("macie2").disable_macie()


def _create_list(place: Place, properties: Properties) -> Made:
    made = place.client("macie2").create_allow_list(clientToken="x", **_given(properties))
    return Made(physical=made["id"], attributes={"Arn": made["arn"]})


def _create_identifier(place: Place, properties: Properties) -> Made:
    made = place.client("macie2").create_custom_data_identifier(**_given(properties))
    found = made["customDataIdentifierId"]
    return Made(physical=found, attributes={"Arn": place.arn("macie2", f"custom-data-identifier/{found}")})


def _stay(_: Place, __: str, ___: Properties) -> None:
    """Do nothing: only names are kept."""


def _delete_list(place: Place, name: str, _: Properties) -> None:
    place.client("macie2").delete_allow_list(id=name)


def _delete_identifier(place: Place, name: str, _: Properties) -> None:
    place.client("macie2").delete_custom_data_identifier(id=name)


HANDLERS = {
    "AWS::Macie::Session": Handler(
        create=_create_session,
        update=_update_session,
        delete=_delete_session,
        passed=names("Status FindingPublishingFrequency"),
    ),
    "AWS::Macie::AllowList": Handler(
        create=_create_list, update=_stay, delete=_delete_list, passed=names("Name Description Criteria")
    ),
    "AWS::Macie::CustomDataIdentifier": Handler(
        create=_create_identifier,
        update=_stay,
        delete=_delete_identifier,
        passed=names("Name Description Regex Keywords IgnoreWords MaximumMatchDistance"),
    ),
}
