"""Access: permissions by principal and account from IAM Identity Center, and the baseline's own roles."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from baseline.capabilities.identity.identity_center.access import access
from baseline.capabilities.identity.identity_center.sets import permission_sets
from baseline.capabilities.identity.identity_center.settings import IdentityCenterSettings
from baseline.capabilities.landscape import Landscape
from baseline.languages.catalog import Say
from baseline.plan.units import ROOT, units_above
from baseline.report.page.baseline_roles import baseline_roles
from baseline.report.page.material import Material
from baseline.report.page.page import Section
from baseline.text.natural import natural_key

_MOST = 200
"""Above this number of rows, accounts with the same access share one. The CSV file lists each account."""

_NO_ASSIGNMENTS: Mapping[str, Any] = {"rows": [], "by_unit": False, "sets": [], "applications": []}

_Rows = Mapping[tuple[str, str], list[str]]
"""Account and principal → permission sets."""


def access_section(material: Material, say: Say = str) -> Section:
    """Assignments of IAM Identity Center with permission sets and applications, and the baseline's own roles."""
    roles = baseline_roles(material.evidence, say)
    return Section(
        name="access",
        title="Access",
        context={
            **(_assignments(material, say) if "identity_center" in material.deployed else _NO_ASSIGNMENTS),
            "roles": [role.row for role in roles if not role.for_functions],
            "function_roles": [role.row for role in roles if role.for_functions],
        },
    )


def _assignments(material: Material, say: Say) -> Mapping[str, Any]:
    """Each assignment in each account, or in the units of a large organization; permission sets and applications."""
    settings = material.landscape.settings("identity_center", IdentityCenterSettings)
    rows: dict[tuple[str, str], list[str]] = {}
    for item in access(material.landscape, settings):
        rows.setdefault((item.account, item.title), []).append(item.permission_set)
    is_large = len(rows) > _MOST
    table = [(account, who, ", ".join(names)) for (account, who), names in rows.items()]
    used = {item.permission_set for item in settings.assignments}
    owners = {account.id: key for key, account in material.landscape.accounts.items()}
    sets = permission_sets(material.landscape, settings)
    return {
        "rows": list(_by_unit(rows, material.landscape, say)) if is_large else table,
        "by_unit": is_large,
        "sets": [(name, item.description, item.session) for name, item in sets.items() if name in used],
        "applications": [
            (name, owners.get(item.account, item.account), ", ".join(dict.fromkeys(item.groups)))
            for name, item in settings.applications.items()
        ],
    }


def _by_unit(rows: _Rows, landscape: Landscape, say: Say) -> Iterator[tuple[str, str, str]]:
    """A row for the accounts with the same access, by their units; a single account has its own name."""
    found: dict[tuple[str, str], list[str]] = {}
    for (account, who), names in rows.items():
        found.setdefault((who, ", ".join(names)), []).append(account)
    above = {key: units_above(account.ou or ROOT) for key, account in landscape.accounts.items()}
    sizes = Counter(unit for units in above.values() for unit in units)
    for (who, sets), accounts in found.items():
        counts = Counter(unit for account in accounts for unit in above[account])
        units = {unit: counts[unit] for unit in (_whole(above[account], counts, sizes) for account in accounts)}
        of = say("{count} of {all} accounts")
        parts = [
            name if count == sizes[unit] else f"{name} ({of.format(count=count, all=sizes[unit])})"
            for unit, count in sorted(units.items(), key=lambda item: natural_key(item[0]))
            for name in (landscape.name if unit == ROOT else unit,)
        ]
        total = say("{count} accounts").format(count=f"{len(accounts):,}")
        yield accounts[0] if len(accounts) == 1 else f"{', '.join(parts)}: {total}", who, sets


def _whole(units: Sequence[str], counts: Counter[str], sizes: Counter[str]) -> str:
    """The largest of the units whose accounts all have the same access; else the first unit."""
    found = units[0]
    for unit in units[1:]:
        if counts[unit] == sizes[unit] > sizes[found]:
            found = unit
    return found
