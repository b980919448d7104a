"""Services that detect: settings of the organization."""

from tests.emulator.calls.state import Answer, Answers, State, drop, keep
from tests.emulator.protocol import Operation, RefusedError


def _administer_lake(state: State, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/security-lake/latest/APIReference/API_RegisterDataLakeDelegatedAdministrator.html."""
    if operation.parameters["accountId"] == state.management:
        raise RefusedError("BadRequestException", "The management account cannot be the delegated administrator.")
    state.delegated.setdefault(operation.parameters["accountId"], set()).add("securitylake.amazonaws.com")
    return {}


def _undo_lake(state: State, _: Operation) -> Answer:
    for services in state.delegated.values():
        services.discard("securitylake.amazonaws.com")
    return {}


def _lake_accounts(state: State, operation: Operation) -> Answer:
    return state.told("lake-accounts", operation.region) or {"autoEnableNewAccount": []}


def _fms_administrator(state: State, operation: Operation) -> Answer:
    told = state.told("fms", operation.region)
    return {"AdminAccount": told["AdminAccount"], "RoleStatus": "READY"} if told else {}


def _configure_inspector(state: State, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/inspector/v2/APIReference/API_UpdateConfiguration.html: omitted parts stay."""
    subject = f"inspector of {operation.account}"
    state.switches[subject, operation.region] = {
        **(state.told(subject, operation.region) or {}),
        **operation.parameters,
    }
    return {}


def _inspector_configuration(state: State, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/inspector/v2/APIReference/API_GetConfiguration.html."""
    kept = state.told(f"inspector of {operation.account}", operation.region) or {}
    answer: Answer = {}
    if "ecrConfiguration" in kept:
        answer["ecrConfiguration"] = {"rescanDurationState": {**kept["ecrConfiguration"], "status": "SUCCESS"}}
    if "ec2Configuration" in kept:
        mode = kept["ec2Configuration"]["scanMode"]
        answer["ec2Configuration"] = {"scanModeState": {"scanMode": mode, "scanModeStatus": "SUCCESS"}}
    return answer


ANSWERS: Answers = {
    "guardduty.DisableOrganizationAdminAccount": drop("guardduty"),
    "macie2.DisableOrganizationAdminAccount": drop("macie2"),
    "securitylake.RegisterDataLakeDelegatedAdministrator": _administer_lake,
    "securitylake.DeregisterDataLakeDelegatedAdministrator": _undo_lake,
    "securitylake.CreateDataLakeOrganizationConfiguration": keep("lake-accounts"),
    "securitylake.DeleteDataLakeOrganizationConfiguration": drop("lake-accounts"),
    "securitylake.GetDataLakeOrganizationConfiguration": _lake_accounts,
    "detective.UpdateOrganizationConfiguration": keep("detective"),
    "detective.UpdateDatasourcePackages": keep("detective-packages"),
    "inspector2.UpdateConfiguration": _configure_inspector,
    "inspector2.GetConfiguration": _inspector_configuration,
    "fms.GetAdminAccount": _fms_administrator,
    "fms.AssociateAdminAccount": keep("fms"),
}
