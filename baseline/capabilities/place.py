"""Places: where in the organization a setting applies.

A place is the path of an organizational unit, the key of an account, or a group of accounts that the profile names.
The profile's loader replaces groups by their accounts, so that capabilities see units and accounts only.
"""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class PlaceKind:
    """What a list of places accepts besides accounts and groups of accounts.

    Attributes:
        units: Whether it accepts organizational units.
        root: Whether it accepts `root`, the whole organization.
    """

    units: bool = True
    root: bool = False

    @property
    def title(self) -> str:
        """Names what the list accepts, for messages."""
        return "unit, account or group" if self.units else "account or group"


Accounts = Annotated[list[str], PlaceKind(units=False)]
"""Keys of accounts, and groups of accounts."""

Places = Annotated[list[str], PlaceKind()]
"""Units, accounts and groups of accounts."""

PlacesOrRoot = Annotated[list[str], PlaceKind(root=True)]
"""Units, accounts, groups of accounts, and `root`."""
