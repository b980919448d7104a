"""Amazon Macie in every account and Region, administered from one account."""

import json
from dataclasses import replace
from hashlib import sha256

from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, one_account
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import CustomSettingsContext, function_stack
from baseline.capabilities.detect.macie.api import identifier_regions, macie_settings
from baseline.capabilities.detect.macie.problems import macie_problems, unsupported_here
from baseline.capabilities.detect.macie.settings import AllowList, CustomDataIdentifier, MacieSettings
from baseline.capabilities.function_permissions import MACIE_FUNCTION
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.logs.kms.kms import log_archive_key_parameter
from baseline.capabilities.macie_results import (
    exports_results,
    macie_account,
    macie_account_parameters,
    macie_regions,
    uses_macie,
)
from baseline.capabilities.parameters import account_parameters, distinct, logical_names, organization_only
from baseline.frozen import frozen

_ADMINISTRATOR = "macie-administrator"


@frozen
class RegionOfSession:
    """A governed Region, and whether the account has Amazon Macie there already (`true` or `false`)."""

    region: str
    exists: str


@frozen
class MacieContext:
    """Context of `macie`. `existing` has every Region of the stack, or none if Macie is turned on in all of them."""

    finding_frequency: str
    existing: tuple[RegionOfSession, ...]


@frozen
class PlannedList:
    """An allow list, and its name in Amazon Macie."""

    logical_id: str
    name: str
    entry: AllowList


@frozen
class PlannedIdentifier:
    """A custom data identifier, and its name in Amazon Macie."""

    logical_id: str
    name: str
    entry: CustomDataIdentifier


@frozen
class IdentifiersContext:
    """Context of `identifiers`."""

    lists: tuple[PlannedList, ...]
    identifiers: tuple[PlannedIdentifier, ...]


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("macie", MacieSettings)
    if not uses_macie(landscape):
        return ()
    identifiers = _identifiers(landscape, settings)
    return (
        _sessions(landscape, settings),
        *(() if landscape.standalone else _administration(landscape, settings)),
        *((_identifiers_stack(landscape, identifiers),) if identifiers.lists or identifiers.identifiers else ()),
        *_settings(landscape, settings, identifiers),
    )


def _target(landscape: Landscape, regions: tuple[str, ...]) -> Target:
    return Target(
        accounts=(landscape.role("macie"),),
        regions=Regions.GOVERNED,
        only=() if regions == landscape.regions else regions,
    )


def _sessions(landscape: Landscape, settings: MacieSettings) -> StackSpec:
    regions = macie_regions(landscape)
    existing = settings.existing_sessions
    return StackSpec(
        name="macie",
        template="detect/macie/macie",
        description="Amazon Macie in the account that administers it.",
        target=_target(landscape, regions),
        context=MacieContext(
            finding_frequency=settings.finding_frequency,
            existing=tuple(
                RegionOfSession(region=name, exists="true" if name in existing else "false") for name in regions
            )
            if existing
            else (),
        ),
    )


def _administration(landscape: Landscape, settings: MacieSettings) -> tuple[StackSpec, StackSpec]:
    """The delegation, after the session: otherwise AWS would turn Macie on, and the creation of the session would fail.

    Source: Amazon Macie user guide, Integrating and configuring an organization
    (docs.aws.amazon.com/macie/latest/user/accounts-mgmt-ao-integrate.html).
    """
    administrator = CustomSetting(
        logical_id="Administrator",
        setting=_ADMINISTRATOR,
        purpose="Lets one account administer Amazon Macie for every account.",
        arguments={"AccountId": macie_account(landscape)},
        regions=macie_regions(landscape),
        control=_ADMINISTRATOR,
    )
    function = function_stack(
        landscape,
        name=_ADMINISTRATOR,
        description="Function that registers Amazon Macie's delegated administrator.",
        target=one_account("management"),
        settings=(administrator,),
        revert=settings.revert,
        depends_on=("kms-logs", "macie"),
    )
    stack = _made(landscape, settings, _ADMINISTRATOR, "Amazon Macie's delegated administrator.", (administrator,))
    return function, replace(
        stack,
        target=one_account("management"),
        parameters=macie_account_parameters(landscape),
        depends_on=(function.name,),
    )


def _settings(
    landscape: Landscape, settings: MacieSettings, identifiers: IdentifiersContext
) -> tuple[StackSpec, StackSpec]:
    names = {
        "AllowLists": tuple(item.name for item in identifiers.lists),
        "CustomDataIdentifiers": tuple(item.name for item in identifiers.identifiers),
    }
    made = tuple(macie_settings(landscape, settings, names))
    archive = exports_results(landscape)
    function = function_stack(
        landscape,
        name=MACIE_FUNCTION,
        description="Function that makes Amazon Macie settings for which CloudFormation has no resource type.",
        target=one_account(landscape.role("macie")),
        settings=made,
        revert=settings.revert,
        depends_on=("kms-logs",) if landscape.standalone else ("kms-logs-accounts",),
    )
    stack = _made(landscape, settings, MACIE_FUNCTION, "Amazon Macie's members, discovery, results and findings.", made)
    excluded = (*settings.excluded_accounts, *settings.discovery_excluded_accounts)
    needed = account_parameters(landscape, () if landscape.standalone else dict.fromkeys(excluded))
    return function, replace(
        stack,
        target=function.target,
        parameters=distinct(
            *(item for item in needed.values() if _is_named(item.reference, made)),
            *(organization_only(landscape, "LogArchiveAccountId") if _is_named("${LogArchiveAccountId}", made) else ()),
            *((log_archive_key_parameter(landscape, settings.results_key_arn),) if archive else ()),
        ),
        depends_on=(
            function.name,
            "macie",
            *(() if landscape.standalone else (_ADMINISTRATOR,)),
            *(("macie-identifiers",) if identifiers.lists or identifiers.identifiers else ()),
            *(("kms-log-archive", "log-archive") if archive else ()),
        ),
    )


def _is_named(reference: str, made: tuple[CustomSetting, ...]) -> bool:
    return any(reference in repr(item.arguments) for item in made)


def _made(
    landscape: Landscape, settings: MacieSettings, name: str, description: str, made: tuple[CustomSetting, ...]
) -> StackSpec:
    """The stack whose settings a function of the same name applies."""
    return StackSpec(
        name=name,
        template="functions/custom_settings",
        description=description,
        target=one_account("management"),
        context=CustomSettingsContext(prefix=landscape.prefix, function=name, settings=made, revert=settings.revert),
    )


def _identifiers(landscape: Landscape, settings: MacieSettings) -> IdentifiersContext:
    """The identifiers; none in a Region without discovery, which would not use them."""
    if settings.mode != "discover" or not identifier_regions(landscape):
        return IdentifiersContext(lists=(), identifiers=())
    lists, identifiers = settings.allow_lists, settings.custom_data_identifiers
    list_names, identifier_names = logical_names(sorted(lists)), logical_names(sorted(identifiers))
    return IdentifiersContext(
        lists=tuple(
            PlannedList(
                logical_id=f"{list_names[key]}AllowList",
                name=f"{landscape.prefix}-{key}",
                entry=item,
            )
            for key, item in lists.items()
        ),
        identifiers=tuple(
            PlannedIdentifier(
                logical_id=f"{identifier_names[key]}Identifier",
                name=f"{landscape.prefix}-{key}-{_digest(item)}",
                entry=item,
            )
            for key, item in identifiers.items()
        ),
    )


def _digest(item: CustomDataIdentifier) -> str:
    """The changing part of the name: every change replaces an identifier, while the old one still exists."""
    return sha256(json.dumps(item.model_dump(), sort_keys=True).encode()).hexdigest()[:8]


def _identifiers_stack(landscape: Landscape, identifiers: IdentifiersContext) -> StackSpec:
    return StackSpec(
        name="macie-identifiers",
        template="detect/macie/identifiers",
        description="Allow lists and custom data identifiers of sensitive data discovery.",
        target=_target(landscape, identifier_regions(landscape)),
        context=identifiers,
        depends_on=("macie",),
    )


CAPABILITY = Capability(
    name="macie",
    title="Amazon Macie",
    summary="Watches how buckets are protected and shared, and looks for sensitive data in them.",
    settings=MacieSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(macie_problems(landscape, landscape.settings("macie", MacieSettings))),
    unsupported=lambda landscape: tuple(unsupported_here(landscape, landscape.settings("macie", MacieSettings))),
    is_asked=lambda settings: isinstance(settings, MacieSettings) and settings.mode != "off",
    has_role=True,
    since="2026.12",
)
