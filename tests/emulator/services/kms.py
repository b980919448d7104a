"""Keys and aliases."""

import json

from tests.emulator.services.place import Handler, Made, Place, Properties, chosen, names


def _create_key(place: Place, properties: Properties) -> Made:
    kms = place.client("kms")
    found = kms.create_key(
        Policy=json.dumps(properties["KeyPolicy"]),
        **chosen(properties, "Description KeySpec KeyUsage MultiRegion Origin"),
    )["KeyMetadata"]
    _rotate(place, found["KeyId"], properties)
    return Made(physical=found["KeyId"], attributes={"Arn": found["Arn"], "KeyId": found["KeyId"]})


def _rotate(place: Place, key: str, properties: Properties) -> None:
    if properties.get("EnableKeyRotation"):
        place.client("kms").enable_key_rotation(KeyId=key, **chosen(properties, "RotationPeriodInDays"))
    else:
        place.client("kms").disable_key_rotation(KeyId=key)


def _update_key(place: Place, key: str, properties: Properties) -> None:
    kms = place.client("kms")
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(properties["KeyPolicy"]))
    kms.update_key_description(KeyId=key, Description=properties.get("Description", ""))
    _rotate(place, key, properties)


def _delete_key(place: Place, key: str, properties: Properties) -> None:
    place.client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=properties.get("PendingWindowInDays", 30))


def _create_alias(place: Place, properties: Properties) -> Made:
    place.client("kms").create_alias(**chosen(properties, "AliasName TargetKeyId"))
    return Made(physical=properties["AliasName"])


def _update_alias(place: Place, alias: str, properties: Properties) -> None:
    place.client("kms").update_alias(AliasName=alias, TargetKeyId=properties["TargetKeyId"])


def _delete_alias(place: Place, alias: str, _: Properties) -> None:
    place.client("kms").delete_alias(AliasName=alias)


HANDLERS = {
    "AWS::KMS::Key": Handler(
        create=_create_key,
        update=_update_key,
        delete=_delete_key,
        passed=names(
            "KeyPolicy Description KeySpec KeyUsage MultiRegion Origin EnableKeyRotation RotationPeriodInDays"
            " PendingWindowInDays"
        ),
    ),
    "AWS::KMS::Alias": Handler(
        create=_create_alias, update=_update_alias, delete=_delete_alias, passed=names("AliasName TargetKeyId")
    ),
}
