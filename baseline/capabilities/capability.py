"""The definition of a capability: its settings, and the stacks that implement them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, field
from enum import Enum
from typing import Any, ClassVar, Protocol

from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import ParameterDeclaration
from baseline.capabilities.settings import Settings
from baseline.findings import Problem
from baseline.frozen import frozen


class Regions(Enum):
    """The Regions of a target's accounts."""

    HOME = "home"
    GOVERNED = "governed"
    SIGN_IN = "sign-in"
    GOVERNED_AND_SIGN_IN = "governed-and-sign-in"
    ALERT = "alert"


@frozen
class Target:
    """The target of a stack: accounts × Regions.

    `accounts` are keys of the profile; empty means every account, or every account except the `management` account.
    `only` limits the Regions; empty for no limit. `at` is a single Region instead, which need not be governed. `places`
    are OUs, accounts and `root` in place of `accounts`; without either, the target is the whole organization. Accounts
    that are nearer to one of `other_places` than to these places or to one of `kept_places` are left out.
    """

    accounts: tuple[str, ...]
    regions: Regions
    only: tuple[str, ...] = ()
    at: str = ""
    management: bool = True
    places: tuple[str, ...] = ()
    other_places: tuple[str, ...] = ()
    kept_places: tuple[str, ...] = ()


ROOT = "root"
"""The place in settings that means every account of the organization, including the management account."""


def target_places(to: Iterable[str]) -> tuple[str, ...]:
    """The `places` of a target for a setting with units, accounts and `root`: none if it has `root`."""
    named = tuple(dict.fromkeys(to))
    return () if ROOT in named else named


def one_account(account: str, regions: Regions = Regions.HOME) -> Target:
    """Return the target of one named account, which may be `management`."""
    return Target(accounts=(account,), regions=regions)


def named_accounts(accounts: tuple[str, ...], regions: Regions = Regions.HOME) -> Target:
    """Return the target of some accounts that have a role in the organization."""
    return Target(accounts=accounts, regions=regions)


def every_account(regions: Regions = Regions.HOME) -> Target:
    """The management account and every member account outside the suspended OUs."""
    return Target(accounts=(), regions=regions)


def member_accounts(regions: Regions = Regions.HOME) -> Target:
    """Every account outside the suspended OUs except the management account; none in standalone mode."""
    return Target(accounts=(), regions=regions, management=False)


class TemplateContext(Protocol):
    """The context of a template: a frozen dataclass whose fields are the template's names."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


@frozen
class WholeTemplate:
    """Context of a stack with a complete template, which is not rendered."""

    prefix: str
    text: str


@frozen
class StackSpec:
    """One stack of a capability.

    Attributes:
        name: Unique, in kebab case; the stack is named `<prefix>-<name>`.
        template: `templates/<template>.yaml.j2`; empty when `context` is a `WholeTemplate`.
        description: One sentence for the template's Description and the plan.
        target: Accounts and Regions.
        context: A frozen dataclass; its fields are exactly the template's undeclared names.
        parameters: The template's Parameters; a name refers to its declaration in `PARAMETERS`.
        depends_on: Names of stacks to deploy first. A name that no capability of the plan renders is an error, so a
            capability names only stacks that exist according to its settings or `Landscape.is_on`.
        prerequisites: Requirements that no stack creates, as sentences for the run book.
        foundation: Whether every stack outside the foundation depends on this one, because it creates accounts or
            enables Regions.
        after_all: Whether it depends on every stack without this flag: for policies that would prevent the repair of a
            failed stack.
        uncertain: Whether AWS may reject it in this partition: it depends on every stack without this flag, so that a
            rejection blocks no other stack.
        provides: Names of other stacks' parameters whose values are outputs of this stack, with the same names.
        tagged: Whether the stack has the profile's tags. A changed tag updates every resource of a stack, so a stack
            with a resource that cannot be updated has none.
        accepts: Id of a check → the reason to accept its findings in this template.
        varies: Whether overrides create a variant with other values for some places. Its resources must not be retained
            on deletion, as accounts move between variants.
        instead_of: The stack that an override's variant replaces in its places; empty for other stacks.
    """

    name: str
    template: str
    description: str
    target: Target
    context: TemplateContext
    parameters: tuple[str | ParameterDeclaration, ...] = ()
    depends_on: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    foundation: bool = False
    after_all: bool = False
    uncertain: bool = False
    provides: tuple[str, ...] = ()
    tagged: bool = True
    accepts: Mapping[str, str] = field(default_factory=dict)
    varies: bool = False
    instead_of: str = ""


@frozen
class Capability:
    """One part of the baseline.

    Attributes:
        name: In snake case: the name of its module, its template and its key in the profile.
        title: Its usual name.
        summary: One sentence about its purpose.
        settings: Its settings model.
        stacks: Landscape and settings → the stacks.
        requires: Capabilities that must be enabled with it.
        problems: Cross-field rules on the settings.
        weakened: Values that weaken a control although a comparison with the tier's values does not show it.
        unsupported: Requested features that AWS does not have in the governed Regions; they are left out.
        trusted_access: Service principals that need trusted access while this capability is enabled.
        delegated_administration: Service principals for which an account is the delegated administrator while this
            capability is enabled: the security account, or the account with the capability's role.
        asked_administration: Settings → service principals that have such an administrator only with these settings.
        is_asked: Whether the settings request anything. A capability that is on and empty by default deploys nothing,
            and needs neither trusted access nor a delegated administrator, until its settings request something.
        needs_organization: Whether it deploys nothing in a standalone account.
        same_everywhere: The reason why its settings cannot differ between places; empty if a setting accepts places.
        has_role: Whether `roles` may assign the administration to another account; the role has the capability's name.
        management_settings: Landscape → settings of the management account that must be made before this capability's
            stacks.
        policy_types: Landscape → policy types that must be enabled while this capability is enabled.
        documents: Landscape → relative path → text of its documents beside the templates.
        since: The release of defaults that introduced it, empty for the first; disabled in profiles of earlier
            releases.
    """

    name: str
    title: str
    summary: str
    settings: type[Settings]
    stacks: Callable[[Landscape], tuple[StackSpec, ...]]
    requires: tuple[str, ...] = ()
    problems: Callable[[Landscape], tuple[Problem, ...]] = lambda _: ()
    weakened: Callable[[Landscape], tuple[Problem, ...]] = lambda _: ()
    unsupported: Callable[[Landscape], tuple[Problem, ...]] = lambda _: ()
    trusted_access: tuple[str, ...] = ()
    delegated_administration: tuple[str, ...] = ()
    asked_administration: Callable[[Settings], tuple[str, ...]] = lambda _: ()
    is_asked: Callable[[Settings], bool] = lambda _: True
    needs_organization: bool = False
    same_everywhere: str = ""
    has_role: bool = False
    management_settings: Callable[[Landscape], tuple[CustomSetting, ...]] = lambda _: ()
    policy_types: Callable[[Landscape], tuple[str, ...]] = lambda _: ()
    documents: Callable[[Landscape], Mapping[str, str]] = lambda _: {}
    since: str = ""
