"""The access matrix: permissions by principal and account, from IAM Identity Center."""

from collections.abc import Iterator, Mapping

from baseline.capabilities.identity.identity_center.access import access
from baseline.capabilities.identity.identity_center.sets import permission_sets
from baseline.capabilities.identity.identity_center.settings import IdentityCenterSettings
from baseline.capabilities.landscape import Landscape
from baseline.languages.catalog import Say
from baseline.report.page.material import Material
from baseline.report.page.page import Section

_MOST = 200
"""Above this number of rows, accounts of a unit with the same access share one. The CSV file lists each account."""

_Rows = Mapping[tuple[str, str], list[str]]
"""Account and principal → permission sets."""


def access_section(material: Material, say: Say = str) -> Section:
    """Each assignment in each account, or in each unit of a large organization; and the assigned permission sets."""
    settings = material.landscape.settings("identity_center", IdentityCenterSettings)
    rows: dict[tuple[str, str], list[str]] = {}
    for item in access(material.landscape, settings):
        rows.setdefault((item.account, item.title), []).append(item.permission_set)
    is_large = len(rows) > _MOST
    table = [(account, who, ", ".join(names)) for (account, who), names in rows.items()]
    used = {item.permission_set for item in settings.assignments}
    sets = permission_sets(material.landscape, settings)
    return Section(
        name="access",
        title="Access",
        context={
            "rows": list(_by_unit(rows, material.landscape, say)) if is_large else table,
            "by_unit": is_large,
            "sets": [(name, item.description, item.session) for name, item in sets.items() if name in used],
        },
    )


def _by_unit(rows: _Rows, landscape: Landscape, say: Say) -> Iterator[tuple[str, str, str]]:
    """A row for the accounts of a unit with the same access; a single account has its own name."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for (account, who), names in rows.items():
        found.setdefault((landscape.accounts[account].ou or "", who, ", ".join(names)), []).append(account)
    for (unit, who, sets), accounts in found.items():
        count = say("{count} accounts").format(count=f"{len(accounts):,}")
        yield accounts[0] if len(accounts) == 1 else f"{unit or landscape.name}: {count}", who, sets
