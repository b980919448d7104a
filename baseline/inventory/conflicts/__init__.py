"""A profile against the inventory of a live organization: what would collide, before anything is deployed."""

from baseline.inventory.conflicts.run import conflicts

__all__ = ["conflicts"]
