"""Amazon Security Lake: records of every account in one schema, for the accounts that read them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, one_account
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import member_setting_stacks
from baseline.capabilities.delegation import trusted_by_hand
from baseline.capabilities.detect.security_lake.problems import (
    is_account_id,
    security_lake_problems,
    unsupported_here,
)
from baseline.capabilities.detect.security_lake.settings import (
    SOURCE_NAMES,
    SecurityLakeSettings,
    Source,
    Subscriber,
    Transition,
)
from baseline.capabilities.function_permissions import SECURITY_LAKE_FUNCTION
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.member_functions import adds_lake_accounts, lake_regions, uses_security_lake
from baseline.capabilities.parameters import account_parameters, logical_names
from baseline.frozen import frozen

_SERVICE = "securitylake.amazonaws.com"


@frozen
class LakeKey:
    """The id of the KMS key of a Region's lake."""

    region: str
    key: str


@frozen
class RolesContext:
    """Context of `roles`. `copying` are the Regions that copy their records to `home`.

    `keys` encrypt the lakes of `copying`, `home_key` encrypts the lake that receives their records.
    """

    prefix: str
    home: str
    copying: tuple[str, ...]
    keys: tuple[LakeKey, ...]
    home_key: str


@frozen
class PlannedSource:
    """A log source in CloudFormation's format; `accounts` are parameters with ids, none for every account."""

    logical_id: str
    name: str
    version: str
    after: str
    accounts: tuple[str, ...]


@frozen
class LakeContext:
    """Context of `lake`. `copies_to` is the Region that receives copies; empty if the Region keeps its records."""

    prefix: str
    retention_days: int
    transitions: tuple[Transition, ...]
    copies_to: str
    keys: tuple[LakeKey, ...]
    sources: tuple[PlannedSource, ...]


@frozen
class PlannedSubscriber:
    """A subscriber in CloudFormation's format; `principal` is a parameter or an id."""

    logical_id: str
    entry: Subscriber
    access: str
    principal: str
    sources: tuple[Mapping[str, Any], ...]


@frozen
class SubscribersContext:
    """Context of `subscribers`."""

    prefix: str
    subscribers: tuple[PlannedSubscriber, ...]


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("security_lake", SecurityLakeSettings)
    if not uses_security_lake(landscape):
        return ()
    return (
        _roles(landscape, settings),
        *_lakes(landscape, settings),
        *(_subscribers(landscape, settings) if settings.subscribers else ()),
        *_new_accounts(landscape, settings),
    )


def _copying(landscape: Landscape, settings: SecurityLakeSettings) -> tuple[str, ...]:
    return tuple(name for name in lake_regions(landscape) if settings.roll_up and name != landscape.home_region)


def _roles(landscape: Landscape, settings: SecurityLakeSettings) -> StackSpec:
    copying = _copying(landscape, settings)
    return StackSpec(
        name="security-lake-roles",
        template="detect/security_lake/roles",
        description="Roles that Amazon Security Lake uses to maintain its tables and replicate records.",
        target=one_account(landscape.role("security_lake")),
        context=RolesContext(
            prefix=landscape.prefix,
            home=landscape.home_region,
            copying=copying,
            keys=_keys(settings, copying),
            home_key=settings.keys.get(landscape.home_region, "") if copying else "",
        ),
        prerequisites=trusted_by_hand(landscape, _SERVICE, "The sources of Amazon Security Lake"),
    )


def _lakes(landscape: Landscape, settings: SecurityLakeSettings) -> Iterator[StackSpec]:
    """The lake of the home Region, then the lakes of all other Regions, which copy their records to it."""
    regions = lake_regions(landscape)
    account, home = landscape.role("security_lake"), landscape.home_region
    keys = dict.fromkeys(key for source in settings.sources.values() for key in source.accounts)
    parameters = {} if landscape.standalone else account_parameters(landscape, keys)
    lake = StackSpec(
        name="security-lake",
        template="detect/security_lake/lake",
        description="Amazon Security Lake in the home Region, with its sources.",
        target=one_account(account),
        context=LakeContext(
            prefix=landscape.prefix,
            retention_days=settings.retention_days,
            transitions=tuple(settings.transitions),
            copies_to="",
            keys=_keys(settings, (home,)),
            sources=_sources(settings, {key: item.name for key, item in parameters.items()}),
        ),
        parameters=tuple(parameters.values()),
        depends_on=("security-lake-roles",),
    )
    yield lake
    others = tuple(name for name in regions if name != home)
    if others:
        yield replace(
            lake,
            name="security-lake-regions",
            description="Amazon Security Lake in the other Regions, with its sources.",
            target=Target(accounts=(account,), regions=Regions.GOVERNED, only=others),
            context=replace(lake.context, copies_to=home if settings.roll_up else "", keys=_keys(settings, others)),
            depends_on=("security-lake",),
        )


def _keys(settings: SecurityLakeSettings, regions: tuple[str, ...]) -> tuple[LakeKey, ...]:
    return tuple(LakeKey(region=name, key=settings.keys[name]) for name in regions if name in settings.keys)


def _sources(settings: SecurityLakeSettings, parameters: Mapping[str, str]) -> tuple[PlannedSource, ...]:
    """The log sources, one after another, because AWS rejects simultaneous changes."""
    found: list[PlannedSource] = []
    names = logical_names(sorted(settings.sources))
    for key, source in settings.sources.items():
        found.append(
            PlannedSource(
                logical_id=f"{names[key]}Source",
                name=SOURCE_NAMES[key],
                version=source.version,
                after=found[-1].logical_id if found else "",
                accounts=tuple(parameters[name] for name in dict.fromkeys(source.accounts)) if parameters else (),
            )
        )
    return tuple(found)


def _subscribers(landscape: Landscape, settings: SecurityLakeSettings) -> tuple[StackSpec]:
    own = dict.fromkeys(item.account for item in settings.subscribers if not is_account_id(item))
    parameters = {} if landscape.standalone else account_parameters(landscape, own)
    names = logical_names(item.name for item in settings.subscribers)
    return (
        StackSpec(
            name="security-lake-subscribers",
            template="detect/security_lake/subscribers",
            description="Accounts that read Amazon Security Lake.",
            target=one_account(landscape.role("security_lake")),
            context=SubscribersContext(
                prefix=landscape.prefix,
                subscribers=tuple(
                    PlannedSubscriber(
                        logical_id=names[item.name],
                        entry=item,
                        access="S3" if item.access == "data" else "LAKEFORMATION",
                        principal=_principal(landscape, item, {key: it.reference for key, it in parameters.items()}),
                        sources=tuple(
                            {"AwsLogSource": _resource(settings, name)} for name in item.sources or settings.sources
                        ),
                    )
                    for item in settings.subscribers
                ),
            ),
            parameters=tuple(parameters.values()),
            depends_on=("security-lake",),
        ),
    )


def _principal(landscape: Landscape, item: Subscriber, parameters: Mapping[str, Reference]) -> str:
    if is_account_id(item):
        return item.account
    return landscape.account_reference("security") if landscape.standalone else parameters[item.account]


def _resource(settings: SecurityLakeSettings, source: Source) -> Mapping[str, str]:
    return {"SourceName": SOURCE_NAMES[source], "SourceVersion": settings.sources[source].version}


def _new_accounts(landscape: Landscape, settings: SecurityLakeSettings) -> tuple[StackSpec, ...]:
    """The sources of future accounts: CloudFormation has no type for them."""
    if not adds_lake_accounts(landscape):
        return ()
    common = [name for name, source in settings.sources.items() if not source.accounts]
    sources = [{key[0].lower() + key[1:]: text for key, text in _resource(settings, name).items()} for name in common]
    made = (
        CustomSetting(
            logical_id="NewAccounts",
            setting="security-lake-new-accounts",
            purpose="Enables collection from accounts that join the organization.",
            arguments={
                "autoEnableNewAccount": [{"region": name, "sources": sources} for name in lake_regions(landscape)]
            },
            regions=(landscape.home_region,),
            control="security-lake-new-accounts",
        ),
    )
    return member_setting_stacks(
        landscape,
        name=SECURITY_LAKE_FUNCTION,
        function="Function that makes Amazon Security Lake settings for which CloudFormation has no resource type.",
        description="Sources of Amazon Security Lake in new accounts.",
        target=one_account(landscape.role("security_lake")),
        settings=made,
        revert=settings.revert,
        after=("security-lake-regions" if len(lake_regions(landscape)) > 1 else "security-lake",),
    )


CAPABILITY = Capability(
    name="security_lake",
    title="Amazon Security Lake",
    summary="Logs of every account in one schema, in buckets for analysts and other products.",
    settings=SecurityLakeSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(
        security_lake_problems(landscape, landscape.settings("security_lake", SecurityLakeSettings))
    ),
    unsupported=lambda landscape: tuple(
        unsupported_here(landscape, landscape.settings("security_lake", SecurityLakeSettings))
    ),
    delegated_administration=(_SERVICE,),
    is_asked=lambda settings: isinstance(settings, SecurityLakeSettings) and bool(settings.sources),
    has_role=True,
    since="2026.12",
)
