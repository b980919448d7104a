"""The proposed key `organization.control_tower`."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from baseline.frozen import frozen
from baseline.inventory.facts.control_tower import LandingZone
from baseline.inventory.facts.organization import Tree
from baseline.inventory.model import Inventory
from baseline.inventory.proposal.look import known

INTEGRATIONS: Mapping[str, str] = {
    "centralizedLogging": "centralized_logging",
    "config": "config",
    "securityRoles": "security_roles",
    "accessManagement": "access_management",
    "backup": "backup",
}
"""Section of the landing zone's manifest → key of the profile."""

_VERSIONS: Mapping[str, str] = {"3": "3.3", "4": "4.0"}
"""First part of a landing zone's version → the version that a profile names."""

_UNIT_BASELINE = "AWSControlTowerBaseline"
_IDENTITY_BASELINE = "IdentityCenterBaseline"
_DEFAULTS: Mapping[str, bool] = {**dict.fromkeys(INTEGRATIONS.values(), True), "backup": False}


@frozen
class ProposedTower:
    """The key, and comments beside it."""

    key: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def control_tower(inventory: Inventory) -> ProposedTower:
    """The key for the landing zone of the inventory; empty if there is none."""
    tower, tree = known(inventory.organization.control_tower), inventory.organization.tree
    if tower is None:
        return ProposedTower()
    version = version_of(tower)
    if not version:
        note = f"Control Tower {tower.version} is older than the supported versions: update it first."
        return ProposedTower(notes=(note,))
    differing = {name: on for name, on in integrations_of(tower).items() if on != _DEFAULTS[name]}
    security = _security_unit(tower, tree)
    identity = next((item.arn for item in tower.baselines if item.name == _IDENTITY_BASELINE), "")
    key = {
        "version": version,
        "integrations": differing,
        "registered_units": _highest(registered_units(tower, tree)),
        "security_unit": security if security != "Security" else "",
        "identity_center_baseline": identity,
    }
    return ProposedTower(key={name: value for name, value in key.items() if value}, notes=tuple(_notes(tower)))


def version_of(tower: LandingZone) -> str:
    """The version that the profile names for a landing zone; "" for an older one."""
    return _VERSIONS.get(tower.version.partition(".")[0], "")


def integrations_of(tower: LandingZone) -> Mapping[str, bool]:
    """Integration as the profile names it → whether it is on; version 3 has no section for AWS Config."""
    found = {ours: tower.integrations.get(theirs, False) for theirs, ours in INTEGRATIONS.items()}
    return {**found, "config": True, "security_roles": True} if version_of(tower) == "3.3" else found


def registered_units(tower: LandingZone, tree: Tree) -> frozenset[str]:
    """Paths of the units that are registered, by the baseline that they have."""
    ids = {item.target.rpartition("/")[2] for item in tower.baselines if item.name == _UNIT_BASELINE}
    return frozenset(unit.path for unit in tree.units if unit.id in ids)


def _highest(paths: frozenset[str]) -> list[str]:
    """The units without those below another one."""
    return [path for path in sorted(paths) if not any(path.startswith(f"{above}/") for above in paths)]


def _security_unit(tower: LandingZone, tree: Tree) -> str:
    """The unit of its accounts: version 4.0 does not name it."""
    if name := tower.units.get("security", ""):
        return name
    accounts = set(tower.accounts.values())
    return next((item.unit for item in tree.accounts if item.id in accounts and item.unit), "")


def _notes(tower: LandingZone) -> Iterator[str]:
    on = ", ".join(name for name, is_on in tower.integrations.items() if is_on) or "none"
    governed = ", ".join(tower.governed_regions)
    yield f"Control Tower {tower.version} governs {governed} from {tower.region}; its integrations: {on}."
    if tower.controls:
        yield f"{len(tower.controls)} of its controls are on and stay unchanged: list only new ones under `controls`."
