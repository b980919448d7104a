"""Security Hub: its status and administrator. moto has no standards, policies or aggregators."""

from typing import Any

from tests.emulator.services.place import Handler, Made, Place, Properties, names


def _create_hub(place: Place, properties: Properties) -> Made:
    standards = bool(properties.get("EnableDefaultStandards", True))
    place.client("securityhub").enable_security_hub(EnableDefaultStandards=standards)
    arn = place.arn("securityhub", "hub/default")
    return Made(physical=arn, attributes={"ARN": arn})


def _stay(_: Place, __: str, ___: Properties) -> None:
    """Do nothing: moto has nothing that could change."""


def _delete_hub(place: Place, _: str, __: Properties) -> None:
    place.client("securityhub").disable_security_hub()


def _create_administrator(place: Place, properties: Properties) -> Made:
    account = properties["AdminAccountId"]
    place.client("securityhub").enable_organization_admin_account(AdminAccountId=account)
    return Made(physical=f"{account}/{place.region}")


def _delete_administrator(place: Place, physical: str, _: Properties) -> None:
    account = physical.partition("/")[0]
    place.client("securityhub").disable_organization_admin_account(AdminAccountId=account)


def _update_organization(place: Place, _: str, properties: Properties) -> None:
    given: dict[str, Any] = {"AutoEnable": properties["AutoEnable"]}
    if "AutoEnableStandards" in properties:
        given["AutoEnableStandards"] = properties["AutoEnableStandards"]
    if "ConfigurationType" in properties:
        given["OrganizationConfiguration"] = {
            "ConfigurationType": properties["ConfigurationType"],
            "Status": "ENABLED",  # AWS says this itself; moto wants to be told
        }
    place.client("securityhub").update_organization_configuration(**given)


def _create_organization(place: Place, properties: Properties) -> Made:
    _update_organization(place, "", properties)
    return Made(physical=f"{place.account}/{place.region}")


def _leave_organization(place: Place, _: str, __: Properties) -> None:
    _update_organization(place, "", {"AutoEnable": False, "ConfigurationType": "LOCAL"})


HANDLERS = {
    "AWS::SecurityHub::Hub": Handler(
        create=_create_hub,
        update=_stay,
        delete=_delete_hub,
        passed=names("EnableDefaultStandards"),
        recorded=names("AutoEnableControls ControlFindingGenerator"),
    ),
    "AWS::SecurityHub::DelegatedAdmin": Handler(
        create=_create_administrator,
        update=_stay,
        delete=_delete_administrator,
        passed=names("AdminAccountId"),
    ),
    "AWS::SecurityHub::OrganizationConfiguration": Handler(
        create=_create_organization,
        update=_update_organization,
        delete=_leave_organization,
        passed=names("AutoEnable AutoEnableStandards ConfigurationType"),
    ),
}
