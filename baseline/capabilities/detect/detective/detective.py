"""Amazon Detective: a graph of the activity of every account, in the account that investigates."""

from collections.abc import Iterator

from baseline.capabilities.capability import Capability, Regions, StackSpec, Target, one_account
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.custom_settings import member_setting_stacks
from baseline.capabilities.detect.detective.problems import detective_problems, unsupported_here
from baseline.capabilities.detect.detective.settings import DetectiveSettings
from baseline.capabilities.function_permissions import DETECTIVE_FUNCTION
from baseline.capabilities.landscape import THIS_ACCOUNT, Landscape, Reference
from baseline.capabilities.member_functions import detective_regions, uses_detective
from baseline.capabilities.parameters import account_parameter, account_parameters, logical_names
from baseline.frozen import frozen


@frozen
class AdministratorContext:
    """Context of `administrator`."""

    administrator: Reference


@frozen
class GraphContext:
    """Context of `graph`, which has no variables."""


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("detective", DetectiveSettings)
    if not uses_detective(landscape):
        return ()
    graph = _graph(landscape) if landscape.standalone else _administrator(landscape)
    made = tuple(_settings(landscape, settings))
    return (graph, *(_made(landscape, settings, made, after=graph.name) if made else ()))


def _target(landscape: Landscape) -> Target:
    regions = detective_regions(landscape)
    return Target(
        accounts=("management",),
        regions=Regions.GOVERNED,
        only=() if regions == landscape.regions else regions,
    )


def _administrator(landscape: Landscape) -> StackSpec:
    """The stacks have no graph for the administrator: AWS creates the graph when it designates the administrator.

    Source: Amazon Detective API, EnableOrganizationAdminAccount.
    """
    administrator = account_parameter(landscape, landscape.role("detective"))
    return StackSpec(
        name="detective-administrator",
        template="detect/detective/administrator",
        description="Amazon Detective's delegated administrator, with the graph of the organization.",
        target=_target(landscape),
        context=AdministratorContext(administrator=administrator.reference),
        parameters=(administrator,),
        tagged=False,
    )


def _graph(landscape: Landscape) -> StackSpec:
    return StackSpec(
        name="detective",
        template="detect/detective/graph",
        description="Amazon Detective's graph of the account.",
        target=_target(landscape),
        context=GraphContext(),
    )


def _settings(landscape: Landscape, settings: DetectiveSettings) -> Iterator[CustomSetting]:
    """One setting for each Region: the function has its full timeout for the accounts of each Region."""
    regions = detective_regions(landscape)
    names = logical_names(regions)
    excluded = [item.reference for item in account_parameters(landscape, settings.excluded_accounts).values()]
    for region in () if landscape.standalone else regions:
        yield CustomSetting(
            logical_id=f"Members{names[region]}",
            setting="detective-members",
            purpose=f"Adds every account, new ones included, to the behavior graph in {region}.",
            arguments={"Administrator": THIS_ACCOUNT, **({"ExcludedAccounts": excluded} if excluded else {})},
            regions=(region,),
            control="detective-members",
        )
    if settings.packages:
        yield CustomSetting(
            logical_id="Packages",
            setting="detective-packages",
            purpose="Adds data sources to the behavior graph.",
            arguments={"Packages": list(settings.packages)},
            regions=regions,
            control="detective-packages",
        )


def _made(
    landscape: Landscape, settings: DetectiveSettings, made: tuple[CustomSetting, ...], after: str
) -> tuple[StackSpec, StackSpec]:
    return member_setting_stacks(
        landscape,
        name=DETECTIVE_FUNCTION,
        function="Function that makes Amazon Detective settings for which CloudFormation has no resource type.",
        description="Amazon Detective's members and data sources.",
        target=one_account(landscape.role("detective")),
        settings=made,
        revert=settings.revert,
        parameters=tuple(account_parameters(landscape, settings.excluded_accounts).values()),
        after=(after,),
    )


CAPABILITY = Capability(
    name="detective",
    title="Amazon Detective",
    summary="A graph of activity in every account: the starting point for investigating a finding.",
    settings=DetectiveSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(detective_problems(landscape, landscape.settings("detective", DetectiveSettings))),
    unsupported=lambda landscape: tuple(
        unsupported_here(landscape, landscape.settings("detective", DetectiveSettings))
    ),
    is_asked=lambda settings: isinstance(settings, DetectiveSettings) and settings.graph,
    has_role=True,
    since="2026.12",
)
