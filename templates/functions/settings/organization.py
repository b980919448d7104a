"""Settings of the organization, made in its management account."""

from botocore.exceptions import ClientError

from templates.functions.settings.core import SETTINGS, Arguments, Calls, Setting, SettingError, call

SECURITY_LAKE = "securitylake.amazonaws.com"


def delegate(calls: Calls, arguments: Arguments) -> str:
    """Make an account the delegated administrator of a service; one that was it before has to be removed first."""
    _refuse_former(calls, "AccountId", arguments, arguments["ServicePrincipal"])
    calls("register_delegated_administrator", arguments, ("AccountAlreadyRegisteredException",))
    return "done"


def delegate_cloudtrail(calls: Calls, arguments: Arguments) -> str:
    """Make an account CloudTrail's delegated administrator; one that was it before has to be removed first."""
    _refuse_former(calls.to("organizations"), "MemberAccountId", arguments, "cloudtrail.amazonaws.com")
    calls("register_organization_delegated_admin", arguments, ("AccountRegisteredException",))
    return "done"


def delegate_security_lake(calls: Calls, arguments: Arguments) -> str:
    """Make an account the delegated administrator of Amazon Security Lake; a former one has to be removed first."""
    organizations = calls.to("organizations")
    _refuse_former(organizations, "AccountId", arguments, SECURITY_LAKE)
    present = organizations("list_delegated_administrators", {"ServicePrincipal": SECURITY_LAKE})
    if arguments["AccountId"] in [item["Id"] for item in present["DelegatedAdministrators"]]:
        return "was so already"
    calls("register_data_lake_delegated_administrator", {"accountId": arguments["AccountId"]})
    return "done"


def _refuse_former(organizations: Calls, key: str, arguments: Arguments, service: str) -> None:
    """An organization may have several administrators of a service: the former one would keep its power unnoticed."""
    former = organizations.former.get(key)
    if former in (None, arguments[key]):
        return
    present = organizations("list_delegated_administrators", {"ServicePrincipal": service})["DelegatedAdministrators"]
    if former in [item["Id"] for item in present]:
        raise SettingError(
            f"account {former} still administers {service}: run 'aws organizations deregister-delegated-administrator "
            f"--account-id {former} --service-principal {service}' in the management account, and deploy again"
        )


def create_linked_role(calls: Calls, arguments: Arguments) -> str:
    """Create a service's service-linked role, unless it exists: IAM answers InvalidInput then, as for a wrong name."""
    try:
        calls("create_service_linked_role", arguments)
    except ClientError as error:
        if "has been taken" not in error.response["Error"].get("Message", ""):
            raise
        return "was so already"
    return "done"


SETTINGS.update(
    {
        "trusted-access": Setting(
            "organizations", call("enable_aws_service_access"), call("disable_aws_service_access")
        ),
        "delegated-administrator": Setting(
            "organizations", delegate, call("deregister_delegated_administrator", "AccountNotRegisteredException")
        ),
        "policy-type": Setting(
            "organizations",
            call("enable_policy_type", "PolicyTypeAlreadyEnabledException"),
            call("disable_policy_type", "PolicyTypeNotEnabledException"),
        ),
        "service-linked-role": Setting("iam", create_linked_role),
        "security-hub": Setting("securityhub", call("enable_security_hub", "ResourceConflictException")),
        "stacksets-access": Setting("cloudformation", call("activate_organizations_access")),
        "root-credentials": Setting(
            "iam",
            call("enable_organizations_root_credentials_management"),
            call("disable_organizations_root_credentials_management"),
        ),
        "root-sessions": Setting(
            "iam", call("enable_organizations_root_sessions"), call("disable_organizations_root_sessions")
        ),
        "resource-sharing": Setting("ram", call("enable_sharing_with_aws_organization")),
        "health-view": Setting(
            "health",
            call("enable_health_service_access_for_organization"),
            call("disable_health_service_access_for_organization"),
        ),
        "cloudtrail-administrator": Setting("cloudtrail", delegate_cloudtrail),
        "security-lake-administrator": Setting(
            "securitylake",
            delegate_security_lake,
            call("deregister_data_lake_delegated_administrator", "ResourceNotFoundException", takes=()),
        ),
    }
)
