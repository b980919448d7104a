"""Settings of Amazon Detective in the account that administers it."""

from templates.functions.settings.core import SETTINGS, Arguments, Calls, Setting, SettingError
from templates.functions.settings.listing import every, other_accounts

MOST_MEMBERS = 50  # accounts in one call
IDLE = ("ACCEPTED_BUT_DISABLED", "VERIFICATION_FAILED")  # members whose data is not taken in
PACKAGES = {"eks_audit": "EKS_AUDIT", "security_findings": "ASFF_SECURITYHUB_FINDING"}


def join_graph(calls: Calls, arguments: Arguments) -> str:
    """Make every account of the organization a member of the graph, new ones as well; remove excluded ones."""
    graph = _graph(calls)
    calls("update_organization_configuration", {"GraphArn": graph, "AutoEnable": "true"})
    members = {item["AccountId"]: item for item in every(calls, "list_members", "MemberDetails", {"GraphArn": graph})}
    excluded = arguments.get("ExcludedAccounts", [])
    surplus = [account for account in excluded if account in members]
    missing = [
        {"AccountId": item["Id"], "EmailAddress": item["Email"]}
        for item in other_accounts(calls, arguments["Administrator"])
        if item["Id"] not in members and item["Id"] not in excluded
    ]
    failed = [
        {"AccountId": account, "Reason": item["Status"]}
        for account, item in members.items()
        if item.get("Status") in IDLE and account not in excluded
    ]
    for start in range(0, len(surplus), MOST_MEMBERS):
        batch = {"GraphArn": graph, "AccountIds": surplus[start : start + MOST_MEMBERS]}
        failed += calls("delete_members", batch).get("UnprocessedAccounts", [])
    for start in range(0, len(missing), MOST_MEMBERS):
        batch = {
            "GraphArn": graph,
            "Accounts": missing[start : start + MOST_MEMBERS],
            "DisableEmailNotification": "true",
        }
        failed += calls("create_members", batch).get("UnprocessedAccounts", [])
    if failed:
        named = ", ".join(f"{item['AccountId']} ({item.get('Reason', '')})" for item in failed[:5])
        raise SettingError(f"{len(failed)} accounts are not as asked: {named}: exclude them, or deploy again")
    return "done"


def leave_new_accounts_out(calls: Calls, _: Arguments) -> str:
    """Leave new accounts out of the graph; members stay members."""
    calls("update_organization_configuration", {"GraphArn": _graph(calls), "AutoEnable": "false"})
    return "done"


def take_in(calls: Calls, arguments: Arguments) -> str:
    """Start packages of data sources; AWS has no call that stops one."""
    packages = [PACKAGES[name] for name in arguments["Packages"]]
    calls("update_datasource_packages", {"GraphArn": _graph(calls), "DatasourcePackages": packages})
    return "done"


def _graph(calls: Calls) -> str:
    """An account administers one graph in a Region."""
    found = every(calls, "list_graphs", "GraphList")
    if not found:
        raise SettingError("the account administers no graph yet: deploy again later")
    return str(found[0]["Arn"])


SETTINGS.update(
    {
        "detective-members": Setting("detective", join_graph, leave_new_accounts_out),
        "detective-packages": Setting("detective", take_in),
    }
)
