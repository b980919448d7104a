"""The facts that AWS assigns: always template Parameters, declared and explained in one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from baseline.capabilities.landscape import ACCOUNT_PARAMETERS, Landscape


@dataclass(frozen=True, kw_only=True)
class ParameterDeclaration:
    """A template parameter.

    Attributes:
        name: Its logical id.
        description: One sentence for the console.
        pattern: What CloudFormation accepts, as a regular expression.
        value: Landscape → the value, None while the profile does not know it.
        how: How a person finds the value.
    """

    name: str
    description: str
    pattern: str
    value: Callable[[Landscape], str | None]
    how: str


def _account(key: str, description: str) -> ParameterDeclaration:
    return ParameterDeclaration(
        name=ACCOUNT_PARAMETERS[key],
        description=description,
        pattern="^[0-9]{12}$",
        value=lambda landscape: landscape.accounts[key].id,
        how=f"the id of accounts.{key}: aws organizations list-accounts",
    )


_DECLARATIONS = (
    ParameterDeclaration(
        name="OrganizationId",
        description="Id of the organization, o- and 10 to 32 characters.",
        pattern="^o-[a-z0-9]{10,32}$",
        value=lambda landscape: landscape.organization_id,
        how="aws organizations describe-organization --query Organization.Id",
    ),
    _account("management", "Id of the organization's management account."),
    _account("log_archive", "Id of the account that keeps the logs."),
    _account("security", "Id of the account that the security team works in."),
)

PARAMETERS: Mapping[str, ParameterDeclaration] = {item.name: item for item in _DECLARATIONS}


def organization_only(landscape: Landscape, *names: str) -> tuple[str, ...]:
    """The parameter names, or none in standalone mode, where the account itself is every one of them."""
    return () if landscape.standalone else names
