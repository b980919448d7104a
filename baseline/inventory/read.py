"""Reads the parts of an inventory, each fact on its own, so that a denied call only affects its own fact."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from baseline.cloud.reader import Reader
from baseline.cloud.refusals import Refusal
from baseline.errors import AwsError
from baseline.inventory.facts import account, defaults, detection, organization, recording
from baseline.inventory.facts.control_tower import control_tower
from baseline.inventory.facts.identity_center import identity_center
from baseline.inventory.facts.part import Unknown, known_or_unknown
from baseline.inventory.facts.stack_sets import stack_sets
from baseline.inventory.model import AccountInventory, OrganizationInventory, RegionInventory

_NOT_FOUND = Unknown(unknown="not found in the Regions that were looked at; which others are enabled is unknown")

REGION_FACTS: Mapping[str, Callable[[Reader], Any]] = {
    "recorders": recording.recorders,
    "delivery_channels": recording.delivery_channels,
    "aggregators": recording.aggregators,
    "trails": recording.trails,
    "detectors": detection.detectors,
    "hub": detection.hub,
    "analyzers": detection.analyzers,
    "macie": detection.macie,
    "graphs": detection.graphs,
    "inspector": detection.inspector,
    "ec2_defaults": defaults.ec2_defaults,
    "default_vpc": defaults.default_vpc,
    "root_alarms": defaults.root_alarms,
    "stacks": defaults.stacks,
}
"""Field of `RegionInventory` → the function that reads it."""

ACCOUNT_FACTS: Mapping[str, Callable[[Reader], Any]] = {
    "enabled_regions": account.enabled_regions,
    "root_user": account.root_user,
    "password_policy": account.password_policy,
    "contacts": account.contacts,
    "public_access_block": account.public_access_block,
    "service_linked_roles": account.service_linked_roles,
    "budgets": account.budgets,
}
"""Field of `AccountInventory` → the function that reads it."""

ORGANIZATION_FACTS: Mapping[str, Callable[[Reader], Any]] = {
    "policies": organization.policies,
    "trusted_services": organization.trusted_services,
    "delegated_administrators": organization.delegated_administrators,
    "delegation_policy": organization.has_delegation_policy,
    "root_features": organization.root_features,
}
"""Field of `OrganizationInventory` → the function that reads it, for global services."""

REGIONAL_ORGANIZATION_FACTS: Mapping[str, Callable[[tuple[Reader, ...]], Any]] = {
    "identity_center": identity_center,
    "control_tower": control_tower,
    "stack_sets": stack_sets,
}
"""Field of `OrganizationInventory` → the function that looks for it in several Regions."""


def read_identity(reader: Reader) -> organization.Identity:
    """The organization's ids.

    Raises:
        AwsError: if the account is in none.
    """
    try:
        return organization.identity(reader)
    except Refusal as error:
        if error.code != "AWSOrganizationsNotInUseException":
            raise
        raise AwsError(
            f"account {reader.account} is not in an organization",
            hint="use credentials of the management account; a single account needs no inventory: `baseline init`",
        ) from error


def read_organization(
    reader: Reader, regional: tuple[Reader, ...], identity: organization.Identity, *, everywhere: bool
) -> OrganizationInventory:
    """The organization part.

    Args:
        reader: Reads the management account.
        regional: One reader for each Region to search for services that exist in only one Region.
        identity: The organization's ids.
        everywhere: Whether these are all enabled Regions; otherwise, a service that is not found is unknown.

    Raises:
        Refusal: if its units or accounts cannot be listed: nothing else makes sense without them.
    """
    facts = {name: known_or_unknown(partial(read, reader)) for name, read in ORGANIZATION_FACTS.items()}
    for name, read in REGIONAL_ORGANIZATION_FACTS.items():
        found = known_or_unknown(partial(read, regional))
        facts[name] = _NOT_FOUND if found is None and not everywhere else found
    return OrganizationInventory(identity=identity, tree=organization.tree(reader), **facts)


def read_account(reader: Reader) -> AccountInventory:
    """The facts of an account, without its Regions."""
    return AccountInventory(**{name: known_or_unknown(partial(read, reader)) for name, read in ACCOUNT_FACTS.items()})


def read_region(reader: Reader) -> RegionInventory:
    """The facts of an account in a Region, which may be disabled."""
    return RegionInventory(
        **{name: known_or_unknown(partial(read, reader), may_be_disabled=True) for name, read in REGION_FACTS.items()}
    )
