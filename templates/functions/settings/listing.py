"""Lists that several services need: pages, and the accounts of the organization."""

from typing import Any

from templates.functions.settings.core import Arguments, Calls


def every(calls: Calls, operation: str, key: str, arguments: Arguments | None = None) -> list[dict[str, Any]]:
    """Every item under `key` of every page; services spell the token's name either way."""
    given, items = dict(arguments or {}), []
    while True:
        page = calls(operation, given)
        items += page.get(key, [])
        token = next((name for name in ("nextToken", "NextToken") if page.get(name)), "")
        if not token:
            return items
        given[token] = page[token]


def other_accounts(calls: Calls, own: str) -> list[dict[str, Any]]:
    """Active accounts of the organization without the administrator's own."""
    found = every(calls.to("organizations"), "list_accounts", "Accounts")
    return [item for item in found if item.get("State", item.get("Status")) == "ACTIVE" and item["Id"] != own]
