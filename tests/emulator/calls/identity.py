"""IAM and IAM Identity Center."""

from moto.ssoadmin.models import ssoadmin_backends

from tests.emulator.calls.state import Answer, Answers, State, drop, keep
from tests.emulator.protocol import Operation, RefusedError


def _linked_role(state: State, operation: Operation) -> Answer | None:
    """moto creates it; for an existing role it returns EntityAlreadyExists, where IAM returns InvalidInput."""
    service = operation.parameters["AWSServiceName"]
    if state.switches.setdefault(("linked-role", service), {}):
        message = f"Service role name for {service} has been taken in this account, please try a different suffix."
        raise RefusedError("InvalidInput", message)
    state.switches["linked-role", service] = operation.parameters
    return None


def _root_features(state: State, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html."""
    if operation.account != state.management:
        code = "AccountNotManagementOrDelegatedAdministratorException"
        raise RefusedError(code, "The request was rejected because the account is not the management account.")
    features = {"root-credentials": "RootCredentialsManagement", "root-sessions": "RootSessions"}
    on = [feature for subject, feature in features.items() if state.told(subject, operation.region) is not None]
    return {"OrganizationId": "o-a1b2c3d4e5", "EnabledFeatures": on}


def _identity_center(state: State, operation: Operation) -> Answer | None:
    """moto has an instance in every Region; AWS has one in a single Region, with a hexadecimal store id."""
    if operation.region != state.instance_region:
        return {"Instances": []}
    for instance in ssoadmin_backends[operation.account][operation.region].instances:
        instance.identity_store_id = "d-1234567890"
    return None


ANSWERS: Answers = {
    "iam.CreateServiceLinkedRole": _linked_role,
    "iam.EnableOrganizationsRootCredentialsManagement": keep("root-credentials", OrganizationId="o-a1b2c3d4e5"),
    "iam.DisableOrganizationsRootCredentialsManagement": drop("root-credentials", OrganizationId="o-a1b2c3d4e5"),
    "iam.EnableOrganizationsRootSessions": keep("root-sessions", OrganizationId="o-a1b2c3d4e5"),
    "iam.DisableOrganizationsRootSessions": drop("root-sessions", OrganizationId="o-a1b2c3d4e5"),
    "iam.ListOrganizationsFeatures": _root_features,
    "sso-admin.ListInstances": _identity_center,
    "sso.ListInstances": _identity_center,
}
