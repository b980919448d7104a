"""The identifiers of Control Tower's controls in an inventory."""

from collections.abc import Mapping

from baseline.errors import InventoryError
from baseline.inventory.facts.part import Unknown
from baseline.inventory.model import Inventory
from baseline.inventory.proposal.look import known


def identifiers_of(inventory: Inventory) -> Mapping[str, str]:
    """Public name of each control → its ARN, sorted.

    Raises:
        InventoryError: if the inventory has none.
    """
    tower = known(inventory.organization.control_tower)
    if tower is None:
        raise InventoryError(
            "the inventory has no landing zone of Control Tower", hint="create it again with --home-region"
        )
    if isinstance(tower.catalog, Unknown) or not tower.catalog:
        reason = tower.catalog.unknown if isinstance(tower.catalog, Unknown) else "an older version created it"
        raise InventoryError(
            f"the inventory has no identifiers of controls: {reason}",
            hint="create it again, with permission for controlcatalog:ListControls",
        )
    return dict(sorted(tower.catalog.items()))
