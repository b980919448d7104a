"""Access assignments, expanded to single accounts."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from baseline.capabilities.identity.identity_center.settings import Assignment, IdentityCenterSettings
from baseline.capabilities.landscape import Landscape, once_per_landscape

ROOT = "root"
"""The place that means every account except the management account."""

MANAGEMENT_PREFIX = "Mgmt-"
"""Prefix of the names of the management account's own permission sets."""


@dataclass(frozen=True, kw_only=True, order=True)
class Access:
    """A permission set of a group or user in an account."""

    account: str
    principal: str
    permission_set: str
    is_user: bool = False

    @property
    def title(self) -> str:
        """The principal's name in lists: `developers`, or `jane (user)`."""
        return f"{self.principal} (user)" if self.is_user else self.principal


def access(landscape: Landscape, settings: IdentityCenterSettings) -> tuple[Access, ...]:
    """Every assignment to an account, without duplicates, in the profile's order of accounts."""
    members = accounts_by_unit(landscape)
    rows: dict[str, dict[Access, None]] = {account: {} for account in landscape.accounts}
    for item in settings.assignments:
        for target in item.to:
            for account in accounts_of(landscape, members, target):
                row = _row(account, item)
                rows[account][row] = None
    return tuple(row for account in rows.values() for row in account)


def _row(account: str, item: Assignment) -> Access:
    principal = item.group or item.user or ""
    return Access(account=account, principal=principal, permission_set=item.permission_set, is_user=not item.group)


@once_per_landscape
def accounts_by_unit(landscape: Landscape) -> Mapping[str, tuple[str, ...]]:
    """OU path, or `root` → keys of the accounts in it and below, without suspended accounts and management."""
    found: dict[str, list[str]] = {ROOT: [], **{path: [] for path in landscape.ous}}
    for account in landscape.accounts.values():
        unit = account.ou or ""
        if unit in landscape.suspended:
            continue
        if account.key != "management":
            found[ROOT].append(account.key)
        while unit:
            found.setdefault(unit, []).append(account.key)
            unit = unit.rpartition("/")[0]
    return {path: tuple(keys) for path, keys in found.items()}


def accounts_of(landscape: Landscape, members: Mapping[str, tuple[str, ...]], target: str) -> tuple[str, ...]:
    """The accounts of `target`, an OU or an account key; a name that is both is the account."""
    return (target,) if target in landscape.accounts else members.get(target, ())


def prefix_of(settings: IdentityCenterSettings, *, management: bool) -> str:
    """Prefix of permission set names; the management account's sets are a separate family."""
    return (MANAGEMENT_PREFIX if management else "") + (settings.name_prefix or "")


def named_set(item: Access, settings: IdentityCenterSettings) -> str:
    """Name of the permission set in Identity Center."""
    return prefix_of(settings, management=item.account == "management") + item.permission_set


def matrix_markdown(rows: tuple[Access, ...], settings: IdentityCenterSettings) -> str:
    """A table of group or user × account, with the permission sets in the cells, and one of applications."""
    lines = [
        "# Access",
        "",
        "Access that the profile assigns, by account and group or user.",
        "",
        "| account | group or user | permission sets |",
    ]
    lines.append("|---|---|---|")
    for (account, group), sets in _grouped(rows, settings).items():
        lines.append(f"| {account} | {group} | {', '.join(sets)} |")
    if settings.applications:
        lines += ["", "## Applications", "", "| application | groups |", "|---|---|"]
        lines += [
            f"| {name} | {', '.join(dict.fromkeys(item.groups))} |" for name, item in settings.applications.items()
        ]
    return "\n".join(lines) + "\n"


def matrix_csv(rows: tuple[Access, ...], settings: IdentityCenterSettings) -> str:
    """One row per group or user, account and permission set."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("group", "account", "permission_set"))
    writer.writerows((row.title, row.account, named_set(row, settings)) for row in rows)
    return text.getvalue()


def _grouped(rows: tuple[Access, ...], settings: IdentityCenterSettings) -> Mapping[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.account, row.title), []).append(named_set(row, settings))
    return found


def rows_of(rows: tuple[Access, ...], *, management: bool) -> Iterator[Access]:
    """The rows of the management account, or of all other accounts."""
    return (row for row in rows if (row.account == "management") is management)
