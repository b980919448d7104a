"""A profile and its plan compared with an inventory: conflicts, and resources that stay as they are."""

from pathlib import Path

from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.inventory.calls import read_calls
from baseline.inventory.conflicts import Subject, conflicts
from baseline.inventory.document import read_inventory
from baseline.inventory.staying import Staying, staying
from baseline.plan.model import Plan
from baseline.profile.load import LoadedProfile


@frozen
class InventoryComparison:
    """The conflicts, and the resources that the profile neither creates, imports nor manages."""

    findings: tuple[Finding, ...]
    staying: tuple[Staying, ...]


def compare_inventory(
    inventory: Path, loaded: LoadedProfile, plan: Plan, calls: Path | None = None
) -> InventoryComparison:
    """Compare a profile with the live organization of an inventory.

    Args:
        inventory: The file of the inventory.
        loaded: The profile.
        plan: Its plan.
        calls: A file of calls that were made there; None for none.

    Raises:
        InventoryError: if a file is not an inventory, or has no calls.
    """
    subject = Subject(
        landscape=loaded.landscape,
        plan=plan,
        inventory=read_inventory(inventory),
        calls=read_calls(calls) if calls else (),
    )
    findings = conflicts(subject, str(loaded.files[0]), loaded.places)
    return InventoryComparison(findings=findings, staying=staying(subject))
