"""Settings of Amazon Macie in the account that administers it."""

from collections.abc import Collection

from botocore.exceptions import ClientError

from templates.functions.settings.core import SETTINGS, Arguments, Calls, Setting, SettingError, call
from templates.functions.settings.listing import every, other_accounts

ENROLLED = frozenset({"Enabled", "Paused", "RegionDisabled"})
BATCH = 100  # accounts in one call
MOST_NAMED = 5  # accounts in one message


def enroll(calls: Calls, arguments: Arguments) -> str:
    """Make every account of the organization a member, new ones as well; suspend Macie in excluded ones."""
    calls("update_organization_configuration", {"autoEnable": "true"})
    members = _members(calls)
    excluded = arguments.get("ExcludedAccounts", [])
    failed = {}
    for account in other_accounts(calls, arguments["Administrator"]):
        try:
            _enroll_one(calls, account, members.get(account["Id"], ""), excluded)
        except ClientError as error:
            failed[account["Id"]] = error.response["Error"]["Code"]
    if failed:
        named = ", ".join(f"{account} ({code})" for account, code in list(failed.items())[:MOST_NAMED])
        raise SettingError(f"{len(failed)} accounts are not enrolled: {named}: exclude them, or deploy again")
    return "done"


def _enroll_one(calls: Calls, account: Arguments, status: str, excluded: Collection[str]) -> None:
    if account["Id"] in excluded:
        if status == "Enabled":
            calls("update_member_session", {"id": account["Id"], "status": "PAUSED"})
    elif status == "Paused":
        calls("update_member_session", {"id": account["Id"], "status": "ENABLED"})
    elif status not in ENROLLED:
        calls("create_member", {"account": {"accountId": account["Id"], "email": account["Email"]}})


def stop_enrolling(calls: Calls, _: Arguments) -> str:
    """Leave new accounts alone; members stay members."""
    calls("update_organization_configuration", {"autoEnable": "false"})
    return "done"


def discover(calls: Calls, arguments: Arguments) -> str:
    """Turn automated discovery on, and off for excluded accounts."""
    excluded = arguments.get("ExcludedAccounts", [])
    given = {key: value for key, value in arguments.items() if key != "ExcludedAccounts"}
    calls("update_automated_discovery_configuration", {"status": "ENABLED", **given})
    members = [account for account, status in _members(calls).items() if status == "Enabled"] if excluded else []
    wanted = [{"accountId": it, "status": "DISABLED" if it in excluded else "ENABLED"} for it in members]
    failed = []
    for start in range(0, len(wanted), BATCH):
        batch = {"accounts": wanted[start : start + BATCH]}
        failed += calls("batch_update_automated_discovery_accounts", batch).get("errors", [])
    if failed:
        named = ", ".join(f"{item['accountId']} ({item['errorCode']})" for item in failed[:MOST_NAMED])
        raise SettingError(f"discovery is not set in {len(failed)} accounts: {named}")
    return "done"


def exclude_buckets(calls: Calls, arguments: Arguments) -> str:
    """Leave these buckets out of discovery; those that an earlier version left out come back."""
    names = arguments["BucketNames"]
    dropped = [name for name in calls.former.get("BucketNames", []) if name not in names]
    return _change_exclusions(calls, names, dropped)


def include_buckets(calls: Calls, arguments: Arguments) -> str:
    """Take these buckets into discovery again."""
    return _change_exclusions(calls, [], arguments["BucketNames"])


def _change_exclusions(calls: Calls, added: Collection[str], removed: Collection[str]) -> str:
    """The account has one scope; names of others in it stay."""
    scopes = every(calls, "list_classification_scopes", "classificationScopes")
    if not scopes:
        raise SettingError("automated discovery has no scope yet: deploy again later")
    found = calls("get_classification_scope", {"id": scopes[0]["id"]})
    present = found.get("s3", {}).get("excludes", {}).get("bucketNames", [])
    changes = {
        "ADD": [name for name in added if name not in present],
        "REMOVE": [name for name in removed if name in present],
    }
    for operation, names in changes.items():
        if names:
            excludes = {"bucketNames": names, "operation": operation}
            calls("update_classification_scope", {"id": scopes[0]["id"], "s3": {"excludes": excludes}})
    return "done" if any(changes.values()) else "was so already"


# The argument with names → the key of their ids in a template, and how they are listed.
IDENTIFIERS = {
    "AllowLists": ("allowListIds", "list_allow_lists", "allowLists"),
    "CustomDataIdentifiers": ("customDataIdentifierIds", "list_custom_data_identifiers", "items"),
}


def use_identifiers(calls: Calls, arguments: Arguments) -> str:
    """Let discovery use these allow lists and custom data identifiers; those of others stay."""
    return _change_template(calls, arguments, calls.former)


def drop_identifiers(calls: Calls, arguments: Arguments) -> str:
    """Let discovery use these allow lists and custom data identifiers no more."""
    return _change_template(calls, {}, arguments)


def _change_template(calls: Calls, wanted: Arguments, former: Arguments) -> str:
    templates = every(calls, "list_sensitivity_inspection_templates", "sensitivityInspectionTemplates")
    if not templates:
        raise SettingError("automated discovery has no template yet: deploy again later")
    current = calls("get_sensitivity_inspection_template", {"id": templates[0]["id"]})
    includes = dict(current.get("includes", {}))
    for argument, (key, operation, items) in IDENTIFIERS.items():
        ids = {item["name"]: item["id"] for item in every(calls, operation, items)}
        names = wanted.get(argument, [])
        missing = [name for name in names if name not in ids]
        if missing:
            raise SettingError(f"there is no {missing[0]} among {argument}")
        own = {ids[name] for name in [*names, *former.get(argument, [])] if name in ids}
        kept = [item for item in includes.get(key, []) if item in ids.values() and item not in own]
        includes[key] = [*kept, *(ids[name] for name in names)]
    changed = {"id": templates[0]["id"], "includes": includes, "excludes": current.get("excludes", {})}
    calls("update_sensitivity_inspection_template", changed)
    return "done"


def _members(calls: Calls) -> dict[str, str]:
    """Account id → relationship of each account that is, or was, a member."""
    found = every(calls, "list_members", "members", {"onlyAssociated": "false"})
    return {item["accountId"]: item["relationshipStatus"] for item in found}


def forget_results(calls: Calls, _: Arguments) -> str:
    """Store results nowhere."""
    calls("put_classification_export_configuration", {"configuration": {}})
    return "done"


def publish_by_default(calls: Calls, _: Arguments) -> str:
    """Send Security Hub policy findings only, as Macie does by itself."""
    kinds = {"publishClassificationFindings": "false", "publishPolicyFindings": "true"}
    calls("put_findings_publication_configuration", {"securityHubConfiguration": kinds})
    return "done"


SETTINGS.update(
    {
        "macie-members": Setting("macie2", enroll, stop_enrolling),
        "macie-discovery": Setting(
            "macie2", discover, call("update_automated_discovery_configuration", takes=(), status="DISABLED")
        ),
        "macie-excluded-buckets": Setting("macie2", exclude_buckets, include_buckets),
        "macie-identifiers": Setting("macie2", use_identifiers, drop_identifiers),
        "macie-results": Setting("macie2", call("put_classification_export_configuration"), forget_results),
        "macie-publication": Setting("macie2", call("put_findings_publication_configuration"), publish_by_default),
    }
)
