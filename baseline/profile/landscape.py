"""Conversion of a profile to the plain values that capabilities use."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from baseline.aws.regions import REGIONS, partition_of, sign_in_region_of
from baseline.capabilities.control_tower import ControlTower
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.landscape import Account, Contact, Landscape, OperationPreferences
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import Settings
from baseline.profile.control_tower import landing_zone, with_recorders_left
from baseline.profile.model import Profile
from baseline.profile.places import expanded, known_places


def build_landscape(profile: Profile, documents: Mapping[str, Any] | None = None) -> Landscape:
    """The landscape that the profile describes, with its enabled capabilities.

    Args:
        profile: The profile.
        documents: Path as written in the profile → content, of every file that settings name; templates of
            customizations have `document_key`.
    """
    organization = profile.organization
    regions = tuple(dict.fromkeys((organization.home_region, *organization.regions)))
    partition = partition_of(organization.home_region)
    units, suspended = organizational_units(profile), suspended_units(profile)
    tower = landing_zone(organization.control_tower, units, suspended) if organization.control_tower else None
    capabilities = _enabled(profile, units, tower)
    asked = [name for name, item in capabilities.items() if CAPABILITIES[name].is_asked(item)]
    landscape = Landscape(
        name=organization.name,
        prefix=organization.prefix,
        partition=partition,
        home_region=organization.home_region,
        sign_in_region=sign_in_region_of(partition),
        regions=regions,
        opt_in_regions=frozenset(region for region in regions if REGIONS[region].opt_in),
        standalone=organization.standalone,
        organization_id=organization.id,
        root_id=organization.root_id,
        accounts=_accounts(profile),
        ous=units,
        suspended=suspended,
        alerts=organization.alerts,
        compliance=frozenset(profile.compliance),
        tier=profile.tier,
        release=profile.defaults,
        tags=dict(organization.tags),
        capabilities=capabilities,
        contacts=_contacts(profile),
        trusted_access=_merged(CAPABILITIES[name].trusted_access for name in asked),
        delegated_administration=_merged(_delegated(name, capabilities[name]) for name in asked),
        administrators=_administrators(capabilities),
        roles={role: key for role, key in profile.roles.items() if key in profile.accounts},
        preferences=_preferences(profile, regions),
        documents=documents or {},
        adoptions=tuple(profile.adopt.adoptions()),
        control_tower=tower,
    )
    return replace(
        landscape,
        policy_types=_merged(CAPABILITIES[name].policy_types(landscape) for name in capabilities),
        management_settings=_management_settings(landscape),
    )


def _enabled(profile: Profile, units: Mapping[str, str | None], tower: ControlTower | None) -> Mapping[str, Settings]:
    """The settings of the enabled capabilities, with groups replaced by their accounts."""
    known = known_places(profile, units)
    found = {name: expanded(item, known) for name, item in profile.capabilities.items() if item.enabled}
    if tower and "config" in found:
        found["config"] = with_recorders_left(found["config"], tower)
    return found


def _delegated(name: str, settings: Settings) -> tuple[str, ...]:
    """Service principals that a capability has administered with these settings."""
    capability = CAPABILITIES[name]
    return (*capability.delegated_administration, *capability.asked_administration(settings))


def _management_settings(landscape: Landscape) -> tuple[CustomSetting, ...]:
    """Settings of the management account, each once: two capabilities may need the same service-linked role."""
    found = (item for name in landscape.capabilities for item in CAPABILITIES[name].management_settings(landscape))
    return tuple({item.logical_id: item for item in found}.values())


def _administrators(capabilities: Iterable[str]) -> Mapping[str, str]:
    """Service principal → role of its administrator account, for services whose administrator can be chosen."""
    return {
        service: name
        for name in capabilities
        if CAPABILITIES[name].has_role
        for service in CAPABILITIES[name].delegated_administration
    }


def _accounts(profile: Profile) -> Mapping[str, Account]:
    return {
        key: Account(
            key=key,
            name=account.name or key,
            email=account.email or "",
            id=account.id,
            ou=account.ou,
            tags=account.tags,
        )
        for key, account in profile.accounts.items()
    }


def _contacts(profile: Profile) -> Mapping[str, Contact]:
    return {
        kind: Contact(name=contact.name, title=contact.title, email=contact.email, phone=contact.phone)
        for kind, contact in profile.organization.contacts
        if contact is not None
    }


def _preferences(profile: Profile, regions: tuple[str, ...]) -> OperationPreferences:
    return OperationPreferences(
        region_order=profile.deployment.region_order or regions,
        sequential=profile.deployment.region_concurrency == "sequential",
        max_concurrent_percentage=profile.deployment.max_concurrent_percentage,
        failure_tolerance_percentage=profile.deployment.failure_tolerance_percentage,
    )


def _merged(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))


def organizational_units(profile: Profile) -> Mapping[str, str | None]:
    """OU path → id or None, for every listed OU and its ancestors, in order, parents first."""
    units: dict[str, str | None] = {}
    for unit in profile.organizational_units:
        names = unit.path.split("/")
        for depth in range(1, len(names)):
            units.setdefault("/".join(names[:depth]), None)
        units[unit.path] = unit.id or units.get(unit.path)
    return units


def suspended_units(profile: Profile) -> frozenset[str]:
    """Paths of the suspended OUs, which no stack may target, and of the OUs below."""
    tops = tuple(unit.path for unit in profile.organizational_units if unit.is_suspended)
    return frozenset(
        path for path in organizational_units(profile) if any(path == top or path.startswith(f"{top}/") for top in tops)
    )
