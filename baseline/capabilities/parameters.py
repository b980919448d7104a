"""Values that AWS assigns: they are always template Parameters, declared and explained in one place."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, count
from types import MappingProxyType

from baseline.capabilities.landscape import ACCOUNT_PARAMETERS, Landscape, Reference
from baseline.frozen import frozen


@frozen
class ParameterDeclaration:
    """A template parameter.

    Attributes:
        name: Its logical id.
        description: One sentence for the console.
        pattern: The allowed values, as a regular expression.
        value: Landscape → the value, None if the profile does not contain it.
        how: Instructions for finding the value.
        key_alias: ARN of the alias of the KMS key whose ARN is the value, with `${Name}` for the account's parameter;
            "" for other values.
        account: Profile key of the account whose id is the value; "" for other values.
    """

    name: str
    description: str
    pattern: str
    value: Callable[[Landscape], str | None]
    how: str
    key_alias: str = ""
    account: str = ""

    @property
    def reference(self) -> Reference:
        """The reference to the value inside `Fn::Sub`."""
        return Reference(f"${{{self.name}}}")


def _account(key: str, name: str, description: str) -> ParameterDeclaration:
    return ParameterDeclaration(
        name=name,
        description=description,
        pattern="^[0-9]{12}$",
        value=lambda landscape: landscape.accounts[key].id,
        how=f"the id of accounts.{key}: aws organizations list-accounts",
        account=key,
    )


_DECLARATIONS = (
    ParameterDeclaration(
        name="OrganizationId",
        description="Id of the organization, o- and 10 to 32 characters.",
        pattern="^o-[a-z0-9]{10,32}$",
        value=lambda landscape: landscape.organization_id,
        how="aws organizations describe-organization --query Organization.Id",
    ),
    ParameterDeclaration(
        name="OrganizationRootId",
        description="Id of the organization's root, r- and 4 to 32 characters.",
        pattern="^r-[0-9a-z]{4,32}$",
        value=lambda landscape: landscape.root_id,
        how="aws organizations list-roots --query 'Roots[0].Id'",
    ),
    *(
        _account(key, ACCOUNT_PARAMETERS[key], description)
        for key, description in (
            ("management", "Id of the organization's management account."),
            ("log_archive", "Id of the account that keeps the logs."),
            ("security", "Id of the account that the security team works in."),
        )
    ),
)

PARAMETERS: Mapping[str, ParameterDeclaration] = {item.name: item for item in _DECLARATIONS}


def organization_only(landscape: Landscape, *names: str) -> tuple[str, ...]:
    """The parameter names; empty in standalone mode, where the only account replaces them."""
    return () if landscape.standalone else names


def distinct(*parameters: str | ParameterDeclaration) -> tuple[ParameterDeclaration, ...]:
    """The declarations in order, without duplicates."""
    found = (PARAMETERS[item] if isinstance(item, str) else item for item in parameters)
    return tuple({item.name: item for item in found}.values())


def account_parameter(landscape: Landscape, key: str) -> ParameterDeclaration:
    """The parameter with the id of the account that has the profile key `key`."""
    return account_parameters(landscape, (key,))[key]


def account_parameters(landscape: Landscape, keys: Iterable[str]) -> Mapping[str, ParameterDeclaration]:
    """Account key → the parameter with its id, for many accounts at once."""
    names: Mapping[str, str] = {}
    found = {}
    for key in keys:
        if key in ACCOUNT_PARAMETERS:
            found[key] = PARAMETERS[ACCOUNT_PARAMETERS[key]]
        else:
            names = names or account_names(landscape)
            found[key] = _account(key, f"{names[key]}AccountId", f"Id of the account {key}.")
    return found


def ou_parameter(landscape: Landscape, path: str) -> ParameterDeclaration:
    """The parameter with the id of the organizational unit at `path`."""
    return ParameterDeclaration(
        name=f"{ou_names(landscape)[path]}OuId",
        description="Id of an organizational unit that exists already.",
        pattern="^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$",
        value=lambda landscape: landscape.ous[path],
        how=f"the id of the organizational unit {path}: aws organizations list-organizational-units-for-parent",
    )


def place_names(landscape: Landscape) -> Mapping[str, str]:
    """Name of the parameter with the id of a unit or account → the unit's path or the account's key."""
    units = {f"{name}OuId": path for path, name in ou_names(landscape).items()}
    accounts = account_parameters(landscape, landscape.accounts)
    return units | {item.name: key for key, item in accounts.items()}


def account_names(landscape: Landscape) -> Mapping[str, str]:
    """Account key → its unique name in logical ids."""
    return logical_names(landscape.accounts)


def ou_names(landscape: Landscape) -> Mapping[str, str]:
    """OU path → its unique name in logical ids."""
    return logical_names(landscape.ous)


def logical_names(names: Iterable[str]) -> Mapping[str, str]:
    """`web-prod` → `WebProd`; names that would be equal are numbered."""
    return _logical_names(tuple(names))


@lru_cache(maxsize=16)
def _logical_names(names: tuple[str, ...]) -> Mapping[str, str]:
    """Cached, because each of thousands of OUs needs a name that is unique among all."""
    given: dict[str, str] = {}
    taken: set[str] = set()
    numbers: dict[str, Iterator[int]] = {}
    for name in names:
        plain = "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name)) or "X"
        further = (f"{plain}{number}" for number in numbers.setdefault(plain, count(2)))
        given[name] = next(choice for choice in chain((plain,), further) if choice not in taken)
        taken.add(given[name])
    return MappingProxyType(given)
