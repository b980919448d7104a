"""A summary of an inventory, in a few lines."""

from collections.abc import Iterator

from baseline.inventory.facts.part import Part, Unknown
from baseline.inventory.model import AccountInventory, Inventory, RegionInventory

_MOST_REASONS = 5


def summary_of(inventory: Inventory) -> Iterator[str]:
    """The numbers of accounts, Regions and calls; then the most frequent reasons for unknown facts."""
    known = [account for account in inventory.accounts.values() if isinstance(account, AccountInventory)]
    regions = sum(isinstance(region, RegionInventory) for account in known for region in account.regions.values())
    yield (
        f"{len(known):,} of {len(inventory.accounts):,} accounts looked at, {regions:,} times an account in a Region, "
        f"{sum(inventory.calls.values()):,} calls."
    )
    reasons: dict[str, int] = {}
    for reason in unknown_reasons(inventory):
        reasons[reason] = reasons.get(reason, 0) + 1
    most = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    for reason, count in most[:_MOST_REASONS]:
        yield f"Unknown ({count:,}): {reason}"
    if len(most) > _MOST_REASONS:
        yield f"Unknown for {len(most) - _MOST_REASONS:,} more reasons: they are in the file."


def unknown_reasons(part: Part) -> Iterator[str]:
    """The reason of every unknown fact in a part and its nested parts."""
    if isinstance(part, Unknown):
        yield part.unknown
        return
    for _, value in part:
        items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,)
        for item in items:
            if isinstance(item, Part):
                yield from unknown_reasons(item)
