"""Settings of an account that all of its Regions share."""

from templates.functions.settings.core import LONGEST_PAUSE, SETTINGS, Arguments, Calls, Setting, SettingError, call

REGIONS_AT_ONCE = 6  # opt-in requests that an account may have open


def name_account(calls: Calls, arguments: Arguments) -> str:
    """Give the account its alias; it has one at most, and a new one takes the place of the old."""
    if calls("list_account_aliases")["AccountAliases"] == [arguments["AccountAlias"]]:
        return "was so already"
    calls("create_account_alias", arguments)
    return "done"


def enable_regions(calls: Calls, arguments: Arguments) -> str:
    """Opt the account in to Regions, at most six at a time, and wait until they are there."""
    while True:
        states = {
            name: calls("get_region_opt_status", {"RegionName": name})["RegionOptStatus"]
            for name in arguments["RegionNames"]
        }
        coming = [name for name, state in states.items() if state == "ENABLING"]
        absent = [name for name, state in states.items() if state in {"DISABLED", "DISABLING"}]
        if not coming and not absent:
            return "done"
        for name in absent[: REGIONS_AT_ONCE - len(coming)]:
            calls("enable_region", {"RegionName": name}, ("ConflictException",))
        if not calls.pause(LONGEST_PAUSE):
            raise SettingError(f"{', '.join(coming + absent)} will take a while, hours at times: deploy again then")


SETTINGS.update(
    {
        "password-policy": Setting(
            "iam",
            call("update_account_password_policy"),
            call("delete_account_password_policy", "NoSuchEntity", takes=()),
        ),
        "account-alias": Setting("iam", name_account, call("delete_account_alias", "NoSuchEntity")),
        "alternate-contact": Setting(
            "account",
            call("put_alternate_contact"),
            call("delete_alternate_contact", "ResourceNotFoundException", takes=("AlternateContactType",)),
        ),
        "s3-public-access": Setting(
            "s3control",
            call("put_public_access_block"),
            call("delete_public_access_block", takes=("AccountId",)),
        ),
        "enabled-regions": Setting("account", enable_regions),
    }
)
