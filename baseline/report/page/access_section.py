"""The access matrix: permissions by principal and account, from IAM Identity Center."""

from baseline.capabilities.identity.identity_center.access import access
from baseline.capabilities.identity.identity_center.sets import permission_sets
from baseline.capabilities.identity.identity_center.settings import IdentityCenterSettings
from baseline.report.page.material import Material
from baseline.report.page.page import Section

_MOST = 2_000
"""Rows of a table that a browser shows without delay; `report/access-matrix.csv` has all."""


def access_section(material: Material) -> Section:
    """Each assignment in each account, and the permission sets that are assigned."""
    settings = material.landscape.settings("identity_center", IdentityCenterSettings)
    rows: dict[tuple[str, str], list[str]] = {}
    for item in access(material.landscape, settings):
        rows.setdefault((item.account, item.title), []).append(item.permission_set)
    table = [(account, who, ", ".join(names)) for (account, who), names in rows.items()]
    used = {item.permission_set for item in settings.assignments}
    sets = permission_sets(material.landscape, settings)
    return Section(
        name="access",
        title="Access",
        context={
            "rows": table[:_MOST],
            "more": max(len(table) - _MOST, 0),
            "sets": [(name, item.description, item.session) for name, item in sets.items() if name in used],
        },
    )
