"""Offline preflight: the checks of `baseline preflight` with facts from an inventory."""

from baseline.inventory.preflight.run import offline_preflight

__all__ = ["offline_preflight"]
