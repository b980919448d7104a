"""Every capability, in the order of the documentation."""

from collections.abc import Mapping
from importlib import import_module

from baseline.areas import DIRECTORIES
from baseline.capabilities.capability import Capability


def _load(directory: str) -> Capability:
    """The `CAPABILITY` of the module with the capability's name."""
    area, _, name = directory.partition("/")
    capability: Capability = import_module(f"{__package__}.{area}.{name}.{name}").CAPABILITY
    return capability


CAPABILITIES: Mapping[str, Capability] = {item.name: item for item in map(_load, DIRECTORIES)}

ROLES: tuple[str, ...] = tuple(name for name, item in CAPABILITIES.items() if item.has_role)
"""The roles that a profile may assign to accounts, besides the roles that every organization has."""
