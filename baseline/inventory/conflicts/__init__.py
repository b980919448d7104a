"""Conflicts of a profile with the inventory of a live organization, found before anything is deployed."""

from baseline.inventory.conflicts.run import conflicts
from baseline.inventory.conflicts.subject import Subject

__all__ = ["Subject", "conflicts"]
