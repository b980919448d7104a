"""The places of an organization, as an export names them."""

from collections.abc import Mapping

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import account_parameters, ou_names
from baseline.frozen import frozen
from baseline.plan.units import ROOT, units_above


@frozen
class Places:
    """The OUs and accounts of an organization, which a plan does not list.

    Attributes:
        units: Every OU outside suspended ones.
        unit_parameters: Name of a parameter with the id of an OU, suspended ones and the root included → its path.
        account_parameters: Name of a parameter with the id of an account → its profile key.
    """

    units: tuple[str, ...]
    unit_parameters: Mapping[str, str]
    account_parameters: Mapping[str, str]


def places_in(landscape: Landscape) -> Places:
    """The places of an organization."""
    suspended = landscape.suspended
    units = {f"{name}OuId": ou for ou, name in ou_names(landscape).items()}
    accounts = account_parameters(landscape, landscape.accounts)
    return Places(
        units=tuple(ou for ou in landscape.ous if not any(above in suspended for above in units_above(ou))),
        unit_parameters={"OrganizationRootId": ROOT, **units},
        account_parameters={parameter.name: key for key, parameter in accounts.items()},
    )
