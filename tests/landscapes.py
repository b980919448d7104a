"""Landscapes for tests below the profile."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from baseline.capabilities.landscape import Account, Landscape
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Tier, settings_of_tier
from baseline.plan.build import build_plan
from baseline.render.render import render_stack
from baseline.validate.subject import Subject, read_template

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
    """An organization of three accounts, or one account with `standalone=True`; `settings` override the tier's."""
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


def rendered(capability: str, here: Landscape) -> dict[str, Subject]:
    """Name without the prefix → template, for the capability's stacks; cached per landscape."""
    key = f"{capability} {here!r}"
    if key not in _RENDERED:
        stacks = [stack for stack in build_plan(here).stacks if stack.capability == capability]
        _RENDERED[key] = {
            stack.name.removeprefix(f"{here.prefix}-"): read_template(render_stack(stack)) for stack in stacks
        }
    return _RENDERED[key]


_RENDERED: dict[str, dict[str, Subject]] = {}


def properties(template: Subject, kind: str) -> dict[str, Any]:
    """Logical id → properties, for the resources of one type."""
    return {resource.logical_id: dict(resource.properties) for resource in template.of_type(kind)}
