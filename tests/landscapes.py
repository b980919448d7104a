"""Landscapes for tests that start below the profile."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Tier, settings_of_tier

MANAGEMENT = Account(key="management", name="management", email="aws@northwind.example", id="111111111111")
LOG_ARCHIVE = Account(
    key="log_archive", name="log_archive", email="logs@northwind.example", id="222222222222", ou="Security"
)
SECURITY = Account(
    key="security", name="security", email="security@northwind.example", id="333333333333", ou="Security"
)


def make_landscape(
    tier: Tier = "standard", settings: Mapping[str, Mapping[str, Any]] | None = None, **changes: Any
) -> Landscape:
    """An organization of three accounts, or one account with `standalone=True`; `settings` go over the tier's."""
    standalone = changes.get("standalone", False)
    accounts = [MANAGEMENT] if standalone else [MANAGEMENT, LOG_ARCHIVE, SECURITY]
    chosen = {
        name: capability.settings.model_validate(
            {**settings_of_tier(capability.settings, tier), **(settings or {}).get(name, {})}
        )
        for name, capability in CAPABILITIES.items()
    }
    base = Landscape(
        name="Northwind",
        prefix="nw",
        partition="aws",
        home_region="eu-west-1",
        sign_in_region="us-east-1",
        regions=("eu-west-1", "eu-central-1"),
        opt_in_regions=frozenset(),
        standalone=False,
        organization_id="o-a1b2c3d4e5",
        root_id="r-ab12",
        accounts={account.key: account for account in accounts},
        ous={} if standalone else {"Security": "ou-ab12-11111111", "Workloads": "ou-ab12-22222222"},
        suspended=frozenset(),
        alerts=("alerts@northwind.example",),
        compliance=frozenset(),
        tier=tier,
        tags={},
        capabilities={name: item for name, item in chosen.items() if item.enabled},
        contacts={},
        trusted_access=(),
        delegated_administration=(),
    )
    return replace(base, **changes)
