"""What a capability may know: the organization that the profile describes, reduced to plain values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.settings import Settings, Tier
from baseline.releases import NEWEST

S = TypeVar("S", bound=Settings)
T = TypeVar("T")


class Reference(str):
    """`${Name}`: a parameter or pseudo parameter for use inside `Fn::Sub`. Never made from a profile's text."""

    __slots__ = ()


def portable(value: Any) -> Any:  # noqa: ANN401 - plain data of a profile
    """The data with the partition of its ARNs filled in by CloudFormation, as templates fit every partition.

    A text with `${` in it is joined, not substituted: what else it names stays what it is.
    """
    if isinstance(value, list):
        return [portable(item) for item in value]
    if not isinstance(value, str):
        return {key: portable(item) for key, item in value.items()} if isinstance(value, Mapping) else value
    found = None if isinstance(value, Reference) else _ARN.fullmatch(value)
    if found is None:
        return value
    if "$" in value:
        return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, *re.split(r"(?<=\$)(?={)", found["rest"])]]}
    return Reference(f"arn:${{AWS::Partition}}{found['rest']}")


def portable_text(text: str) -> str:
    """The text with the partition of every ARN in it filled in by CloudFormation; the rest stays what it is."""
    if not _ANY_ARN.search(text):
        return text
    return Reference(_ANY_ARN.sub("arn:${AWS::Partition}:", text.replace("${", "${!")))


_ANY_ARN = re.compile(r"\barn:aws(?:-cn|-us-gov)?:")
_ARN = re.compile(r"arn:aws(?:-cn|-us-gov)?(?P<rest>:[!-~]*)")

THIS_ACCOUNT = Reference("${AWS::AccountId}")

ACCOUNT_PARAMETERS: Mapping[str, str] = {
    "management": "ManagementAccountId",
    "log_archive": "LogArchiveAccountId",
    "security": "SecurityAccountId",
}
"""Profile key of an account that every organization has → the parameter that carries its id."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A person or team that AWS may turn to."""

    name: str
    title: str
    email: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class Account:
    """An AWS account. `key` is its name in the profile, `name` that in AWS; `id` is None until AWS has assigned one."""

    key: str
    name: str
    email: str
    id: str | None = None
    ou: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OperationPreferences:
    """How StackSet operations run.

    Attributes:
        region_order: Regions in the order in which an operation visits them; others follow.
        sequential: One Region at a time instead of all at once.
        max_concurrent_percentage: How many of a Region's accounts at a time, 1 to 100.
        failure_tolerance_percentage: How many of a Region's accounts may fail before the operation stops, 0 to 100.
    """

    region_order: tuple[str, ...] = ()
    sequential: bool = False
    max_concurrent_percentage: int = 100
    failure_tolerance_percentage: int = 0


@dataclass(frozen=True, kw_only=True)
class Landscape:
    """The organization and the settings of the capabilities that are on.

    Attributes:
        name: The organization's name, free text.
        prefix: First part of every name that the baseline creates: lower case, digits and hyphens.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
        home_region: Where the baseline's single-Region resources are.
        sign_in_region: Where the partition records global service events and root sign-in.
        regions: The governed Regions, home Region first, the others in the profile's order.
        opt_in_regions: Those of `regions` that an account must opt in to.
        standalone: One account, no organization: management, log archive and security are the same account.
        organization_id: `o-…`, or None while unknown.
        root_id: `r-…`, or None while unknown.
        accounts: Profile key → account.
        ous: OU path (`Workloads/Prod`) → `ou-…` id, or None while unknown.
        suspended: OU paths that no stack may target.
        alerts: E-mail addresses that receive every alert.
        compliance: Framework ids.
        tier: The tier whose defaults the settings started from.
        release: The release of those defaults.
        tags: Tags for every stack.
        capabilities: Name → settings, of the capabilities that are on.
        contacts: Kind of alternate contact (`security`, `operations`, `billing`) → whom AWS turns to.
        trusted_access: Service principals that the capabilities need access to the organization for.
        delegated_administration: Service principals that a delegated administrator administers for the capabilities.
        administrators: Service principal → role of the account that is its delegated administrator, where another
            account than security may have that role.
        roles: Role → key of the account that has it, where the profile gives it to another than security.
        management_settings: Settings of the management account that the capabilities need before their stacks.
        policy_types: Kinds of organization policies that the capabilities need.
        preferences: How StackSet operations run.
        documents: Path as the profile writes it → what the file holds, of the files that settings name.
        derived: What `once_per_landscape` has computed; no part of the value, and never copied by `replace`.
    """

    name: str
    prefix: str
    partition: str
    home_region: str
    sign_in_region: str
    regions: tuple[str, ...]
    opt_in_regions: frozenset[str]
    standalone: bool
    organization_id: str | None
    root_id: str | None
    accounts: Mapping[str, Account]
    ous: Mapping[str, str | None]
    suspended: frozenset[str]
    alerts: tuple[str, ...]
    compliance: frozenset[str]
    tier: Tier
    tags: Mapping[str, str]
    capabilities: Mapping[str, Settings]
    contacts: Mapping[str, Contact]
    trusted_access: tuple[str, ...]
    delegated_administration: tuple[str, ...]
    administrators: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    release: str = NEWEST
    management_settings: tuple[CustomSetting, ...] = ()
    policy_types: tuple[str, ...] = ()
    documents: Mapping[str, Any] = field(default_factory=dict)
    preferences: OperationPreferences = field(default_factory=OperationPreferences)
    derived: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_on(self, capability: str) -> bool:
        """Whether the capability is part of this baseline."""
        return capability in self.capabilities

    def settings(self, capability: str, model: type[S]) -> S:
        """The settings of a capability that is on.

        Raises:
            KeyError: when the capability is off.
            TypeError: when `model` is not that capability's settings model.
        """
        settings = self.capabilities[capability]
        if not isinstance(settings, model):
            raise TypeError(f"{capability} has {type(settings).__name__}, not {model.__name__}")
        return settings

    def role(self, key: str) -> str:
        """Key of the account that has a role: `management`, `log_archive`, `security`, or one that `roles` may give.

        In standalone mode it is the only account that there is.
        """
        if self.standalone:
            return "management"
        return key if key in ACCOUNT_PARAMETERS else self.roles.get(key, "security")

    def administrator(self, service: str) -> str:
        """Key of the account that is the delegated administrator of a service."""
        return self.role(self.administrators.get(service, "security"))

    @property
    def alert_regions(self) -> tuple[str, ...]:
        """Where events become alerts: the home Region, and the sign-in Region where events cannot cross Regions.

        EventBridge routes events between commercial Regions and between the two of GovCloud; for China no page says so
        (aws.amazon.com/blogs/compute/expanding-cross-region-event-routing-with-amazon-eventbridge/ and the announcement
        for GovCloud of June 2022).
        """
        both = (self.home_region, self.sign_in_region)
        return both[:1] if self.partition != "aws-cn" else tuple(dict.fromkeys(both))

    def account_reference(self, key: str) -> Reference:
        """How a template names that account's id: a parameter, or the account itself when there is only one."""
        return THIS_ACCOUNT if self.standalone else Reference(f"${{{ACCOUNT_PARAMETERS[key]}}}")


def once_per_landscape(derive: Callable[[Landscape], T]) -> Callable[[Landscape], T]:
    """Let a function of a landscape keep its result: a landscape never changes, and several steps need the result."""

    @wraps(derive)
    def kept(landscape: Landscape) -> T:
        if derive not in landscape.derived:
            landscape.derived[derive] = derive(landscape)
        found: T = landscape.derived[derive]
        return found

    return kept
