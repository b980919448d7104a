"""Places: where in the organization a setting applies.

A place is the path of an organizational unit, the key of an account, or a named group of accounts.
The profile's loader replaces groups by their accounts, so that capabilities only see OUs and accounts.
"""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class PlaceKind:
    """The places that a list accepts besides accounts and groups of accounts.

    Attributes:
        units: Whether it accepts organizational units.
        root: Whether it accepts `root`, the whole organization.
        suspended: Whether it accepts suspended units, where no stack is deployed.
    """

    units: bool = True
    root: bool = False
    suspended: bool = False

    @property
    def title(self) -> str:
        """A description of the accepted places, for messages."""
        return "unit, account or group" if self.units else "account or group"


Accounts = Annotated[list[str], PlaceKind(units=False)]
"""Keys of accounts, and groups of accounts."""

Places = Annotated[list[str], PlaceKind()]
"""Units, accounts and groups of accounts."""

PlacesOrRoot = Annotated[list[str], PlaceKind(root=True)]
"""Units, accounts, groups of accounts, and `root`."""

AnyPlaces = Annotated[list[str], PlaceKind(suspended=True)]
"""`Places` of a setting that needs no stack there, such as a policy: suspended units are accepted."""

AnyPlacesOrRoot = Annotated[list[str], PlaceKind(root=True, suspended=True)]
"""`PlacesOrRoot` of a setting that needs no stack there, such as a policy: suspended units are accepted."""
