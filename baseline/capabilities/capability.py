"""What a capability is: settings, and the stacks that meet them."""

from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field
from enum import Enum
from typing import Any, ClassVar, Protocol

from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import ParameterDeclaration
from baseline.capabilities.settings import Settings
from baseline.findings import Problem


class Regions(Enum):
    """Which Regions of each of those accounts."""

    HOME = "home"
    GOVERNED = "governed"
    SIGN_IN = "sign-in"
    GOVERNED_AND_SIGN_IN = "governed-and-sign-in"
    ALERT = "alert"


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a stack goes: accounts × Regions.

    `accounts` are keys of the profile; empty means every account, or every account but the `management` account. `only`
    narrows the Regions down; empty does not. `at` is a Region instead of them, which need not be a governed one.
    `places` are units, accounts and `root` in place of `accounts`; without either they are the whole organization. What
    is nearer to one of `other_places` than to them or to one of `kept_places` is left out.
    """

    accounts: tuple[str, ...]
    regions: Regions
    only: tuple[str, ...] = ()
    at: str = ""
    management: bool = True
    places: tuple[str, ...] = ()
    other_places: tuple[str, ...] = ()
    kept_places: tuple[str, ...] = ()


def one_account(account: str, regions: Regions = Regions.HOME) -> Target:
    """One named account (`management` included)."""
    return Target(accounts=(account,), regions=regions)


def named_accounts(accounts: tuple[str, ...], regions: Regions = Regions.HOME) -> Target:
    """A few accounts that play a part in the organization."""
    return Target(accounts=accounts, regions=regions)


def every_account(regions: Regions = Regions.HOME) -> Target:
    """The management account and every member account outside the suspended OUs."""
    return Target(accounts=(), regions=regions)


def member_accounts(regions: Regions = Regions.HOME) -> Target:
    """Every account outside the suspended OUs but the management account; none in standalone mode."""
    return Target(accounts=(), regions=regions, management=False)


class TemplateContext(Protocol):
    """What a template is rendered with: a frozen dataclass, its fields the names that the template has."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


@dataclass(frozen=True, kw_only=True)
class WholeTemplate:
    """Context of a stack whose template is complete as it is; nothing renders it."""

    prefix: str
    text: str


@dataclass(frozen=True, kw_only=True)
class StackSpec:
    """One stack that a capability asks for.

    Attributes:
        name: Unique, in kebab case; the stack is called `<prefix>-<name>`.
        template: `templates/<template>.yaml.j2`; empty when `context` is a `WholeTemplate`.
        description: One sentence for the template's Description and the plan.
        target: Accounts and Regions.
        context: A frozen dataclass; its fields are exactly the template's undeclared names.
        parameters: The template's Parameters; a name stands for the one that `PARAMETERS` declares.
        depends_on: Names of stacks that must be there first; a name that no capability in this plan renders is an
            error, so a capability names only what its own settings or `Landscape.is_on` say is there.
        prerequisites: What must be there that no stack here creates, as sentences for the run book.
        foundation: Whether every stack outside the foundation waits for this one: without it there are no accounts or
            Regions to go to.
        after_all: Whether it waits for every stack without this mark: for policies that would keep people from
            repairing a stack that failed.
        uncertain: Whether AWS may reject it in this partition: it waits for every stack without this mark,
            so that a refusal stops no other.
        provides: Names of parameters of other stacks whose values this one has as outputs of the same names.
        tagged: Whether the stack has the profile's tags. A changed tag updates every resource of a stack, so a stack
            with a resource that AWS refuses to update has none.
        accepts: Id of a check → why its findings in this template are accepted.
        varies: Whether overrides make one with other values for some places. Nothing in it may be kept when it is
            deleted, as accounts change from one to another.
        instead_of: The stack whose part an override's takes in its places; empty for others.
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


@dataclass(frozen=True, kw_only=True)
class Capability:
    """One unit of the baseline.

    Attributes:
        name: In snake case: its module, its template, its key in the profile.
        title: What people call it.
        summary: One sentence: what it does.
        settings: Its settings model.
        stacks: Landscape and settings → the stacks.
        requires: Capabilities that must be on when this one is.
        problems: Cross-field rules on the settings: yields (setting name, what is wrong, fix).
        weakened: Values that weaken a control in a way that comparing them with the tier's does not show.
        unsupported: What the settings ask for and AWS does not have in the governed Regions; it is left out.
        trusted_access: Service principals that need access to the organization while this capability is on.
        delegated_administration: Service principals for which an account is the organization's delegated administrator
            while this capability is on: the security account, or that with the capability's role.
        has_role: Whether `roles` may give that to another account; the role has the capability's name.
        management_settings: Landscape → settings of the management account that have to be made before the stacks of
            this capability.
        policy_types: Landscape → kinds of organization policies that have to be enabled while this capability is on.
        documents: Landscape → relative path → text: what it says about itself beside the templates.
        since: The release of defaults that it came with, empty for the first; profiles of earlier releases have it off.
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
    has_role: bool = False
    management_settings: Callable[[Landscape], tuple[CustomSetting, ...]] = lambda _: ()
    policy_types: Callable[[Landscape], tuple[str, ...]] = lambda _: ()
    documents: Callable[[Landscape], Mapping[str, str]] = lambda _: {}
    since: str = ""
