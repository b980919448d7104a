"""AWS Organizations: policies, delegated administrators, trusted access."""

from moto.macie2.models import macie2_backends
from moto.organizations.models import organizations_backends

from tests.emulator.calls.state import Answer, Answers, State, drop, keep
from tests.emulator.protocol import Operation, RefusedError


def _trusted_access(_: State, operation: Operation) -> Answer | None:
    """moto has its own list of services, which lacks some."""
    lacking = ("iam.amazonaws.com", "observabilityadmin.amazonaws.com")
    return {} if operation.parameters["ServicePrincipal"] in lacking else None


def _delegate(state: State, operation: Operation) -> Answer:
    given = operation.parameters
    state.delegated.setdefault(given["AccountId"], set()).add(given["ServicePrincipal"])
    return {}


def _undelegate(state: State, operation: Operation) -> Answer:
    given = operation.parameters
    services = state.delegated.get(given["AccountId"], set())
    services.discard(given["ServicePrincipal"])
    if not services:
        state.delegated.pop(given["AccountId"], None)
    return {}


def _delegated(state: State, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html."""
    if operation.account not in (state.management, *state.delegated):
        raise RefusedError("AccessDeniedException", "You don't have permissions to access this resource.")
    wanted = operation.parameters.get("ServicePrincipal")
    arn = f"arn:aws:organizations::{state.management}:account/"
    return {
        "DelegatedAdministrators": [
            {
                "Id": account,
                "Arn": f"{arn}{account}",
                "Name": account,
                "Email": f"{account}@example.com",
                "Status": "ACTIVE",
                "JoinedMethod": "CREATED",
            }
            for account, services in state.delegated.items()
            if wanted is None or wanted in services
        ]
    }


def _delegated_services(state: State, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedServicesForAccount.html."""
    services = sorted(state.delegated.get(operation.parameters["AccountId"], ()))
    return {"DelegatedServices": [{"ServicePrincipal": service} for service in services]}


def _enable_policy_type(state: State, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html."""
    if operation.parameters["PolicyType"] in state.missing_policy_types:
        code = "PolicyTypeNotAvailableForOrganizationException"
        raise RefusedError(code, "You can't use the specified policy type with the feature set currently enabled.")
    state.switches["policy-type", operation.region] = operation.parameters
    return {"Root": {}}


def _accounts(state: State, operation: Operation) -> Answer | None:
    """moto lists an organization's accounts for the management account only; AWS also does for administrators.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    """
    if organizations_backends[operation.account]["aws"].org is not None:
        return None
    administrators = {item.organization_admin_account_id for item in macie2_backends[state.management].values()}
    if operation.account not in {*state.delegated, *administrators}:
        raise RefusedError("AccessDeniedException", "You don't have permissions to access this resource.")
    accounts = organizations_backends[state.management]["aws"].accounts
    found = [item.describe() for item in accounts]
    return {"Accounts": [{"Id": it["Id"], "Email": it["Email"], "State": it["Status"]} for it in found]}


def _policies(state: State, operation: Operation) -> Answer | None:
    """moto only lists SCPs and management policies of the older types."""
    filter_, target = operation.parameters["Filter"], operation.parameters.get("TargetId")
    if filter_ in ("SERVICE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY"):
        return None
    policies = organizations_backends[state.management]["aws"].policies
    found = [item for item in policies if item.type == filter_]
    if target:
        found = [item for item in found if any(attached.id == target for attached in item.attachments)]
    return {"Policies": [item.describe()["Policy"]["PolicySummary"] for item in found]}


def _delegation_policy(state: State, _: Operation) -> Answer:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResourcePolicy.html."""
    if not state.delegation_policy:
        raise RefusedError("ResourcePolicyNotFoundException", "We can't find a resource policy request.")
    return {"ResourcePolicy": {"ResourcePolicySummary": {"Id": "rp-0123456789"}, "Content": "{}"}}


def _telemetry_status(state: State, operation: Operation) -> Answer:
    """Source: API reference of CloudWatch Observability Admin, GetTelemetryEvaluationStatusForOrganization."""
    started = state.told("telemetry", operation.region) is not None
    return {"Status": "RUNNING" if started else "NOT_STARTED"}


ANSWERS: Answers = {
    "cloudformation.ActivateOrganizationsAccess": keep("stacksets"),
    "health.EnableHealthServiceAccessForOrganization": keep("health"),
    "health.DisableHealthServiceAccessForOrganization": drop("health"),
    "cloudtrail.RegisterOrganizationDelegatedAdmin": keep("cloudtrail"),
    "observabilityadmin.GetTelemetryEvaluationStatusForOrganization": _telemetry_status,
    "observabilityadmin.StartTelemetryEvaluationForOrganization": keep("telemetry"),
    "observabilityadmin.StopTelemetryEvaluationForOrganization": drop("telemetry"),
    "organizations.DescribeResourcePolicy": _delegation_policy,
    "organizations.ListAccounts": _accounts,
    "organizations.ListPolicies": _policies,
    "organizations.ListPoliciesForTarget": _policies,
    "organizations.EnableAWSServiceAccess": _trusted_access,
    "organizations.DisableAWSServiceAccess": _trusted_access,
    "organizations.EnablePolicyType": _enable_policy_type,
    "organizations.DisablePolicyType": drop("policy-type", Root={}),
    "organizations.RegisterDelegatedAdministrator": _delegate,
    "organizations.DeregisterDelegatedAdministrator": _undelegate,
    "organizations.ListDelegatedAdministrators": _delegated,
    "organizations.ListDelegatedServicesForAccount": _delegated_services,
    "controltower.ListLandingZones": lambda state, _: {"landingZones": state.landing_zones},
}
