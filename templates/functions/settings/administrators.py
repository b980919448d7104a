"""Delegated administrators of services that have one, and an API of their own for it."""

from dataclasses import dataclass

from templates.functions.settings.core import LONGEST_PAUSE, SETTINGS, Arguments, Calls, Setting, SettingError

LEAVING = frozenset({"DELETING", "DISABLE_IN_PROGRESS", "DISABLING_IN_PROGRESS", "PENDING_DELETION"})


@dataclass(frozen=True)
class Delegation:
    """How a service that has one delegated administrator lists, names and removes it; the words of its API.

    `items` is the list in the answer of `lists`, empty where the answer is the administrator; `account` and `status`
    are its keys there, `argument` the account's when it is named. All three calls have the `fixed` arguments.
    """

    lists: str
    items: str
    account: str
    status: str
    argument: str
    enable: str
    disable: str = ""
    first: str = ""
    fixed: tuple[tuple[str, str], ...] = ()

    def present(self, calls: Calls) -> dict[str, str]:
        """Account id → status of each administrator."""
        answer = calls(self.lists, dict(self.fixed), ("ResourceNotFoundException",))
        items = answer.get(self.items, []) if self.items else [answer] if self.account in answer else []
        return {item[self.account]: item.get(self.status, "") for item in items if item.get(self.status) != "DELETED"}

    def name(self, calls: Calls, arguments: Arguments) -> str:
        """Name an account, unless it is named; another one is never replaced, and one that is leaving is waited for."""
        if self.first:
            calls(self.first, {}, ("ConflictException",))
        present = self.present(calls)
        while leaving := [account for account, status in present.items() if status in LEAVING]:
            if not calls.pause(LONGEST_PAUSE):
                raise SettingError(f"account {leaving[0]} is still being removed as administrator: deploy again later")
            present = self.present(calls)
        if list(present) == [arguments["AccountId"]]:
            return "was so already"
        if present:
            raise SettingError(f"account {next(iter(present))} is the delegated administrator: remove it, or name it")
        calls(self.enable, {self.argument: arguments["AccountId"], **dict(self.fixed)})
        return "done"

    def remove(self, calls: Calls, arguments: Arguments) -> str:
        """Take the delegation back, unless the account does not have it."""
        if self.present(calls).get(arguments["AccountId"], "DISABLE_IN_PROGRESS") in LEAVING:
            return "was so already"
        calls(self.disable, {self.argument: arguments["AccountId"], **dict(self.fixed)})
        return "done"


GUARDDUTY = Delegation(
    *("list_organization_admin_accounts", "AdminAccounts", "AdminAccountId", "AdminStatus", "AdminAccountId"),
    *("enable_organization_admin_account", "disable_organization_admin_account"),
)
MACIE = Delegation(
    *("list_organization_admin_accounts", "adminAccounts", "accountId", "status", "adminAccountId"),
    *("enable_organization_admin_account", "disable_organization_admin_account"),
    first="enable_macie",  # the account that names an administrator has Macie itself
)
INSPECTOR = Delegation(
    *("list_delegated_admin_accounts", "delegatedAdminAccounts", "accountId", "status", "delegatedAdminAccountId"),
    *("enable_delegated_admin_account", "disable_delegated_admin_account"),
)
FIREWALL_MANAGER = Delegation(
    *("get_admin_account", "", "AdminAccount", "RoleStatus", "AdminAccount"),
    "associate_admin_account",
)
SECURITY_HUB_V2 = Delegation(  # Security Hub has an administrator beside that of Security Hub CSPM
    *("list_organization_admin_accounts", "AdminAccounts", "AccountId", "Status", "AdminAccountId"),
    *("enable_organization_admin_account", "disable_organization_admin_account"),
    fixed=(("Feature", "SecurityHubV2"),),
)


SETTINGS.update(
    {
        "guardduty-administrator": Setting("guardduty", GUARDDUTY.name, GUARDDUTY.remove),
        "macie-administrator": Setting("macie2", MACIE.name, MACIE.remove),
        "inspector-administrator": Setting("inspector2", INSPECTOR.name, INSPECTOR.remove),
        "security-hub-v2-administrator": Setting("securityhub", SECURITY_HUB_V2.name, SECURITY_HUB_V2.remove),
        "firewall-manager-administrator": Setting("fms", FIREWALL_MANAGER.name),
    }
)
