"""Settings of Amazon Security Lake in the account that administers it."""

from typing import Any

from templates.functions.settings.core import SETTINGS, Arguments, Calls, Setting

ENABLE = "autoEnableNewAccount"


def add_new_accounts(calls: Calls, arguments: Arguments) -> str:
    """Let new accounts contribute exactly these sources: AWS merges what it is sent with what is there."""
    surplus = _without(_present(calls), arguments[ENABLE])
    if surplus:
        calls("delete_data_lake_organization_configuration", {ENABLE: surplus})
    calls("create_data_lake_organization_configuration", arguments)
    return "done"


def leave_new_accounts_out(calls: Calls, _: Arguments) -> str:
    """Let new accounts contribute nothing; accounts that contribute go on."""
    present = _present(calls)
    if not present:
        return "was so already"
    calls("delete_data_lake_organization_configuration", {ENABLE: present})
    return "done"


def _present(calls: Calls) -> list[dict[str, Any]]:
    answer = calls("get_data_lake_organization_configuration", fine=("ResourceNotFoundException",))
    return [item for item in answer.get(ENABLE, []) if item.get("sources")]


def _without(present: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Region and sources that are there and not wanted."""
    keep = {
        (item["region"], source["sourceName"], source["sourceVersion"]) for item in wanted for source in item["sources"]
    }
    found = []
    for item in present:
        sources = [
            source
            for source in item["sources"]
            if (item["region"], source["sourceName"], source.get("sourceVersion", "")) not in keep
        ]
        found += [{"region": item["region"], "sources": sources}] if sources else []
    return found


SETTINGS.update(
    {
        "security-lake-new-accounts": Setting("securitylake", add_new_accounts, leave_new_accounts_out),
    }
)
