"""API calls of the baseline that moto 5.2 does not support: small models that store what they receive."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from moto.macie2.models import macie2_backends
from moto.organizations.models import organizations_backends
from moto.ssoadmin.models import ssoadmin_backends

from baseline.aws.regions import REGIONS
from tests.emulator.detective import Detective
from tests.emulator.macie import MacieAccount, answer_macie
from tests.emulator.protocol import Operation, RefusedError
from tests.emulator.security_hub import HubAdministrators

Answer = dict[str, Any]


@dataclass
class Gaps:
    """State by subject of the operation. `region_polls` is the number of polls until a Region is enabled.

    Few Regions are enabled, so that checks of all Regions are fast.
    `delegated` are the delegated administrators, `management` is the management account. `given` are responses by
    `service.Operation` that a test sets.
    """

    management: str = ""
    delegated: dict[str, set[str]] = field(default_factory=dict)
    switches: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    regions: dict[tuple[str, str], int] = field(default_factory=dict)
    region_polls: int = 1
    instance_region: str = "eu-west-1"
    landing_zones: list[dict[str, str]] = field(default_factory=list)
    given: dict[str, Answer] = field(default_factory=dict)
    missing_policy_types: frozenset[str] = frozenset()
    delegation_policy: bool = False
    disabled_regions: set[str] = field(default_factory=set)
    graphs: dict[str, list[str]] = field(default_factory=dict)
    macie: dict[tuple[str, str], MacieAccount] = field(default_factory=dict)
    hub_administrators: dict[tuple[str, str], str] = field(default_factory=dict)
    enabled_regions: frozenset[str] = frozenset({"eu-west-1", "eu-central-1", "us-east-1", "us-east-2"})

    def answer(self, operation: Operation) -> Answer | None:
        """The response to a call that moto does not support; None if moto supports it."""
        name = f"{operation.service}.{operation.name}"
        if name in self.given or name in EMPTY:
            return self.given.get(name) or EMPTY[name]
        if operation.service == "macie2":
            account = self.macie.setdefault((operation.account, operation.region), MacieAccount())
            found = answer_macie(account, operation)
            if found is not None:
                return found
        if operation.service == "detective":
            found = Detective(graphs=self.graphs, delegated=self.delegated).answer(operation)
            if found is not None:
                return found
        if operation.service == "securityhub":
            hub = HubAdministrators(management=self.management, administrators=self.hub_administrators)
            found = hub.answer(operation)
            if found is not None:
                return found
        answer = _ANSWERS.get(name)
        return answer(self, operation) if answer else None

    def is_open(self, account: str, region: str) -> bool:
        """Whether the Region is enabled in the account, by default or by opt-in."""
        opt_in = region in REGIONS and REGIONS[region].opt_in
        return not opt_in or region in self.enabled_regions or self.regions.get((account, region)) == 0

    def told(self, subject: str, region: str = "us-east-1") -> dict[str, Any] | None:
        """The arguments of the last call about `subject` in that Region."""
        return self.switches.get((subject, region))


def _keep(subject: str, **answer: Any) -> Callable[[Gaps, Operation], Answer]:
    def keep(gaps: Gaps, operation: Operation) -> Answer:
        gaps.switches[subject, operation.region] = operation.parameters
        return answer

    return keep


def _drop(subject: str, **answer: Any) -> Callable[[Gaps, Operation], Answer]:
    def drop(gaps: Gaps, operation: Operation) -> Answer:
        gaps.switches.pop((subject, operation.region), None)
        return answer

    return drop


def _linked_role(gaps: Gaps, operation: Operation) -> Answer | None:
    """moto creates it; for an existing role it returns EntityAlreadyExists, where IAM returns InvalidInput."""
    service = operation.parameters["AWSServiceName"]
    if gaps.switches.setdefault(("linked-role", service), {}):
        message = f"Service role name for {service} has been taken in this account, please try a different suffix."
        raise RefusedError("InvalidInput", message)
    gaps.switches["linked-role", service] = operation.parameters
    return None


def _enable_region(gaps: Gaps, operation: Operation) -> Answer:
    gaps.regions[operation.account, operation.parameters["RegionName"]] = gaps.region_polls
    return {}


def _region_status(gaps: Gaps, operation: Operation) -> Answer:
    name = operation.parameters["RegionName"]
    left = gaps.regions.get((operation.account, name))
    if left:
        gaps.regions[operation.account, name] = left - 1
    return {"RegionName": name, "RegionOptStatus": "DISABLED" if left is None else "ENABLING" if left else "ENABLED"}


@cache
def _every_region() -> list[str]:
    return list(botocore.session.get_session().get_available_regions("ec2"))


def _regions(gaps: Gaps, operation: Operation) -> Answer:
    on = gaps.enabled_regions - gaps.disabled_regions
    statuses = {name: "ENABLED_BY_DEFAULT" if name in on else "DISABLED" for name in _every_region()}
    statuses |= {
        name: "ENABLED" for (account, name), left in gaps.regions.items() if account == operation.account and not left
    }
    wanted = operation.parameters.get("RegionOptStatusContains") or ["ENABLED", "ENABLED_BY_DEFAULT", "DISABLED"]
    return {
        "Regions": [
            {"RegionName": name, "RegionOptStatus": status} for name, status in statuses.items() if status in wanted
        ]
    }


def _trusted_access(_: Gaps, operation: Operation) -> Answer | None:
    """moto has its own list of services, which lacks some."""
    lacking = ("iam.amazonaws.com", "observabilityadmin.amazonaws.com")
    return {} if operation.parameters["ServicePrincipal"] in lacking else None


def _delegate(gaps: Gaps, operation: Operation) -> Answer:
    given = operation.parameters
    gaps.delegated.setdefault(given["AccountId"], set()).add(given["ServicePrincipal"])
    return {}


def _undelegate(gaps: Gaps, operation: Operation) -> Answer:
    given = operation.parameters
    services = gaps.delegated.get(given["AccountId"], set())
    services.discard(given["ServicePrincipal"])
    if not services:
        gaps.delegated.pop(given["AccountId"], None)
    return {}


def _delegated(gaps: Gaps, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html."""
    if operation.account not in (gaps.management, *gaps.delegated):
        raise RefusedError("AccessDeniedException", "You don't have permissions to access this resource.")
    wanted = operation.parameters.get("ServicePrincipal")
    arn = f"arn:aws:organizations::{gaps.management}:account/"
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
            for account, services in gaps.delegated.items()
            if wanted is None or wanted in services
        ]
    }


def _delegated_services(gaps: Gaps, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedServicesForAccount.html."""
    services = sorted(gaps.delegated.get(operation.parameters["AccountId"], ()))
    return {"DelegatedServices": [{"ServicePrincipal": service} for service in services]}


def _blocked(subject: str, key: str) -> Callable[[Gaps, Operation], Answer]:
    def state(gaps: Gaps, operation: Operation) -> Answer:
        told = gaps.told(subject, operation.region) or {}
        return {key: told.get("State") or told.get("ImageBlockPublicAccessState") or "unblocked"}

    return state


def _root_features(gaps: Gaps, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html."""
    if operation.account != gaps.management:
        code = "AccountNotManagementOrDelegatedAdministratorException"
        raise RefusedError(code, "The request was rejected because the account is not the management account.")
    features = {"root-credentials": "RootCredentialsManagement", "root-sessions": "RootSessions"}
    on = [feature for subject, feature in features.items() if gaps.told(subject, operation.region) is not None]
    return {"OrganizationId": "o-a1b2c3d4e5", "EnabledFeatures": on}


def _identity_center(gaps: Gaps, operation: Operation) -> Answer | None:
    """moto has an instance in every Region; AWS has one in a single Region, with a hexadecimal store id."""
    if operation.region != gaps.instance_region:
        return {"Instances": []}
    for instance in ssoadmin_backends[operation.account][operation.region].instances:
        instance.identity_store_id = "d-1234567890"
    return None


def _enable_policy_type(gaps: Gaps, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html."""
    if operation.parameters["PolicyType"] in gaps.missing_policy_types:
        code = "PolicyTypeNotAvailableForOrganizationException"
        raise RefusedError(code, "You can't use the specified policy type with the feature set currently enabled.")
    gaps.switches["policy-type", operation.region] = operation.parameters
    return {"Root": {}}


def _accounts(gaps: Gaps, operation: Operation) -> Answer | None:
    """moto lists an organization's accounts for the management account only; AWS also does for administrators.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
    """
    if organizations_backends[operation.account]["aws"].org is not None:
        return None
    administrators = {item.organization_admin_account_id for item in macie2_backends[gaps.management].values()}
    if operation.account not in {*gaps.delegated, *administrators}:
        raise RefusedError("AccessDeniedException", "You don't have permissions to access this resource.")
    accounts = organizations_backends[gaps.management]["aws"].accounts
    found = [item.describe() for item in accounts]
    return {"Accounts": [{"Id": it["Id"], "Email": it["Email"], "State": it["Status"]} for it in found]}


def _administer_lake(gaps: Gaps, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/security-lake/latest/APIReference/API_RegisterDataLakeDelegatedAdministrator.html."""
    if operation.parameters["accountId"] == gaps.management:
        raise RefusedError("BadRequestException", "The management account cannot be the delegated administrator.")
    gaps.delegated.setdefault(operation.parameters["accountId"], set()).add("securitylake.amazonaws.com")
    return {}


def _undo_lake(gaps: Gaps, _: Operation) -> Answer:
    for services in gaps.delegated.values():
        services.discard("securitylake.amazonaws.com")
    return {}


def _lake_accounts(gaps: Gaps, operation: Operation) -> Answer:
    return gaps.told("lake-accounts", operation.region) or {"autoEnableNewAccount": []}


def _policies(gaps: Gaps, operation: Operation) -> Answer | None:
    """moto only lists SCPs and management policies of the older types."""
    filter_, target = operation.parameters["Filter"], operation.parameters.get("TargetId")
    if filter_ in ("SERVICE_CONTROL_POLICY", "TAG_POLICY", "BACKUP_POLICY", "AISERVICES_OPT_OUT_POLICY"):
        return None
    policies = organizations_backends[gaps.management]["aws"].policies
    found = [item for item in policies if item.type == filter_]
    if target:
        found = [item for item in found if any(attached.id == target for attached in item.attachments)]
    return {"Policies": [item.describe()["Policy"]["PolicySummary"] for item in found]}


def _delegation_policy(gaps: Gaps, _: Operation) -> Answer:
    """https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResourcePolicy.html."""
    if not gaps.delegation_policy:
        raise RefusedError("ResourcePolicyNotFoundException", "We can't find a resource policy request.")
    return {"ResourcePolicy": {"ResourcePolicySummary": {"Id": "rp-0123456789"}, "Content": "{}"}}


def _fms_administrator(gaps: Gaps, operation: Operation) -> Answer:
    told = gaps.told("fms", operation.region)
    return {"AdminAccount": told["AdminAccount"], "RoleStatus": "READY"} if told else {}


def _telemetry_status(gaps: Gaps, operation: Operation) -> Answer:
    """Source: API reference of CloudWatch Observability Admin, GetTelemetryEvaluationStatusForOrganization."""
    started = gaps.told("telemetry", operation.region) is not None
    return {"Status": "RUNNING" if started else "NOT_STARTED"}


def _configure_inspector(gaps: Gaps, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/inspector/v2/APIReference/API_UpdateConfiguration.html: omitted parts stay."""
    subject = f"inspector of {operation.account}"
    gaps.switches[subject, operation.region] = {**(gaps.told(subject, operation.region) or {}), **operation.parameters}
    return {}


def _inspector_configuration(gaps: Gaps, operation: Operation) -> Answer:
    """https://docs.aws.amazon.com/inspector/v2/APIReference/API_GetConfiguration.html."""
    kept = gaps.told(f"inspector of {operation.account}", operation.region) or {}
    answer: Answer = {}
    if "ecrConfiguration" in kept:
        answer["ecrConfiguration"] = {"rescanDurationState": {**kept["ecrConfiguration"], "status": "SUCCESS"}}
    if "ec2Configuration" in kept:
        mode = kept["ec2Configuration"]["scanMode"]
        answer["ec2Configuration"] = {"scanModeState": {"scanMode": mode, "scanModeStatus": "SUCCESS"}}
    return answer


EMPTY: dict[str, Answer] = {
    "accessanalyzer.ListAnalyzers": {"analyzers": []},
    "controlcatalog.ListControls": {"Controls": []},
    "controltower.ListBaselines": {"baselines": []},
    "controltower.ListEnabledBaselines": {"enabledBaselines": []},
    "controltower.ListEnabledControls": {"enabledControls": []},
    "logs.DescribeAccountPolicies": {"accountPolicies": []},
    "securityhub.GetEnabledStandards": {"StandardsSubscriptions": []},
    "securityhub.ListAggregatorsV2": {"AggregatorsV2": []},
}
"""Responses to reads that moto does not support, unless a test gives others."""


_ANSWERS: dict[str, Callable[[Gaps, Operation], Answer | None]] = {
    "iam.CreateServiceLinkedRole": _linked_role,
    "cloudformation.ActivateOrganizationsAccess": _keep("stacksets"),
    "iam.EnableOrganizationsRootCredentialsManagement": _keep("root-credentials", OrganizationId="o-a1b2c3d4e5"),
    "iam.DisableOrganizationsRootCredentialsManagement": _drop("root-credentials", OrganizationId="o-a1b2c3d4e5"),
    "iam.EnableOrganizationsRootSessions": _keep("root-sessions", OrganizationId="o-a1b2c3d4e5"),
    "iam.DisableOrganizationsRootSessions": _drop("root-sessions", OrganizationId="o-a1b2c3d4e5"),
    "iam.ListOrganizationsFeatures": _root_features,
    "health.EnableHealthServiceAccessForOrganization": _keep("health"),
    "health.DisableHealthServiceAccessForOrganization": _drop("health"),
    "cloudtrail.RegisterOrganizationDelegatedAdmin": _keep("cloudtrail"),
    "guardduty.DisableOrganizationAdminAccount": _drop("guardduty"),
    "macie2.DisableOrganizationAdminAccount": _drop("macie2"),
    "securitylake.RegisterDataLakeDelegatedAdministrator": _administer_lake,
    "securitylake.DeregisterDataLakeDelegatedAdministrator": _undo_lake,
    "securitylake.CreateDataLakeOrganizationConfiguration": _keep("lake-accounts"),
    "securitylake.DeleteDataLakeOrganizationConfiguration": _drop("lake-accounts"),
    "securitylake.GetDataLakeOrganizationConfiguration": _lake_accounts,
    "detective.UpdateOrganizationConfiguration": _keep("detective"),
    "detective.UpdateDatasourcePackages": _keep("detective-packages"),
    "inspector2.UpdateConfiguration": _configure_inspector,
    "inspector2.GetConfiguration": _inspector_configuration,
    "fms.GetAdminAccount": _fms_administrator,
    "observabilityadmin.GetTelemetryEvaluationStatusForOrganization": _telemetry_status,
    "observabilityadmin.StartTelemetryEvaluationForOrganization": _keep("telemetry"),
    "observabilityadmin.StopTelemetryEvaluationForOrganization": _drop("telemetry"),
    "organizations.DescribeResourcePolicy": _delegation_policy,
    "organizations.ListAccounts": _accounts,
    "organizations.ListPolicies": _policies,
    "organizations.ListPoliciesForTarget": _policies,
    "sso-admin.ListInstances": _identity_center,
    "sso.ListInstances": _identity_center,
    "fms.AssociateAdminAccount": _keep("fms"),
    # moto refuses policy types and services that are newer than itself.
    "organizations.EnableAWSServiceAccess": _trusted_access,
    "organizations.DisableAWSServiceAccess": _trusted_access,
    "organizations.EnablePolicyType": _enable_policy_type,
    "organizations.DisablePolicyType": _drop("policy-type", Root={}),
    "organizations.RegisterDelegatedAdministrator": _delegate,
    "organizations.DeregisterDelegatedAdministrator": _undelegate,
    "organizations.ListDelegatedAdministrators": _delegated,
    "organizations.ListDelegatedServicesForAccount": _delegated_services,
    "ec2.GetSnapshotBlockPublicAccessState": _blocked("snapshots", "state"),
    "ec2.GetImageBlockPublicAccessState": _blocked("images", "imageBlockPublicAccessState"),
    "ec2.GetSerialConsoleAccessStatus": lambda gaps, operation: {
        "serialConsoleAccessEnabled": "true" if gaps.told("serial-console", operation.region) is not None else "false"
    },
    "account.ListRegions": _regions,
    "controltower.ListLandingZones": lambda gaps, _: {"landingZones": gaps.landing_zones},
    "account.EnableRegion": _enable_region,
    "account.GetRegionOptStatus": _region_status,
    "ec2.ModifyEbsDefaultKmsKeyId": _keep("ebs-key"),
    "ec2.EnableSnapshotBlockPublicAccess": _keep("snapshots"),
    "ec2.DisableSnapshotBlockPublicAccess": _drop("snapshots"),
    "ec2.EnableImageBlockPublicAccess": _keep("images"),
    "ec2.DisableImageBlockPublicAccess": _drop("images"),
    "ec2.DisableSerialConsoleAccess": _keep("serial-console"),
    "ec2.EnableSerialConsoleAccess": _drop("serial-console"),
    "ec2.ModifyInstanceMetadataDefaults": _keep("metadata", **{"return": "true"}),
}
