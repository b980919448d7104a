"""The input of capabilities: the organization of the profile, as plain values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from baseline.capabilities.control_tower import ControlTower, Integration
from baseline.capabilities.custom_setting import CustomSetting
from baseline.capabilities.settings import Settings, Tier
from baseline.frozen import frozen
from baseline.releases import NEWEST

S = TypeVar("S", bound=Settings)
T = TypeVar("T")


class Reference(str):
    """`${Name}`: a parameter or pseudo parameter inside `Fn::Sub`. Never created from text of a profile."""

    __slots__ = ()


def portable(value: Any) -> Any:  # noqa: ANN401 - plain data of a profile
    """The data, with a reference in place of the partition of its ARNs: templates must be partition-neutral.

    A text that contains `${` is joined instead of substituted, so that its other variables remain unchanged.
    """
    if isinstance(value, list):
        return [portable(item) for item in value]
    if not isinstance(value, str):
        return {key: portable(item) for key, item in value.items()} if isinstance(value, Mapping) else value
    if not value.startswith("arn:aws") or isinstance(value, Reference):
        return value
    found = _ARN.fullmatch(value)
    if found is None:
        return value
    if "$" in value:
        return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, *re.split(r"(?<=\$)(?={)", found["rest"])]]}
    return Reference(f"arn:${{AWS::Partition}}{found['rest']}")


def portable_text(text: str) -> str:
    """The text, with a reference in place of the partition of every ARN."""
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
"""Profile key of an account that every organization has → the parameter with its id."""


@frozen
class Contact:
    """A person or team that AWS may contact."""

    name: str
    title: str
    email: str
    phone: str


@frozen
class Account:
    """An AWS account. `key` is its name in the profile, `name` its name in AWS; `id` is None until AWS assigns one."""

    key: str
    name: str
    email: str
    id: str | None = None
    ou: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@frozen
class Adoption:
    """An existing resource that a stack adopts: its kind, its name in the profile, and its id in AWS."""

    kind: str
    name: str
    id: str


@frozen
class OperationPreferences:
    """Preferences for StackSet operations.

    Attributes:
        region_order: The first Regions of an operation, in order; others follow.
        sequential: One Region at a time instead of all at once.
        max_concurrent_percentage: Percentage of a Region's accounts at a time, 1 to 100.
        failure_tolerance_percentage: Percentage of a Region's accounts that may fail before the operation stops, 0 to
            100.
    """

    region_order: tuple[str, ...] = ()
    sequential: bool = False
    max_concurrent_percentage: int = 100
    failure_tolerance_percentage: int = 0


@dataclass(frozen=True, kw_only=True)
class Landscape:
    """The organization, and the settings of the enabled capabilities.

    Attributes:
        name: The organization's name, free text.
        prefix: First part of every name that the baseline creates: lower case, digits and hyphens.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
        home_region: The Region of the baseline's single-Region resources.
        sign_in_region: The Region in which the partition records global service events and root sign-in.
        regions: The governed Regions, home Region first, then in the profile's order.
        opt_in_regions: The governed Regions that an account must opt in to.
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
        capabilities: Name → settings of the enabled capabilities.
        contacts: Kind of alternate contact (`security`, `operations`, `billing`) → contact.
        trusted_access: Service principals for which the capabilities need trusted access.
        delegated_administration: Service principals with a delegated administrator for the capabilities.
        administrators: Service principal → role of its delegated administrator, if an account other than security
            may have that role.
        roles: Role → account key, if the profile assigns the role to an account other than security.
        management_settings: Settings of the management account that the capabilities need before their stacks.
        policy_types: Policy types that the capabilities need.
        preferences: Preferences for StackSet operations.
        documents: Path as written in the profile → content, of every file that settings name; templates of
            customizations have `document_key`.
        adoptions: Existing resources that stacks adopt.
        control_tower: The landing zone of AWS Control Tower, if the organization has one.
        derived: Cache of `once_per_landscape`; not part of the value, and never copied by `replace`.
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
    adoptions: tuple[Adoption, ...] = ()
    control_tower: ControlTower | None = None
    derived: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_on(self, capability: str) -> bool:
        """Whether the capability is enabled."""
        return capability in self.capabilities

    def settings(self, capability: str, model: type[S]) -> S:
        """The settings of an enabled capability.

        Raises:
            KeyError: if the capability is disabled.
            TypeError: if `model` is not that capability's settings model.
        """
        settings = self.capabilities[capability]
        if not isinstance(settings, model):
            raise TypeError(f"{capability} has {type(settings).__name__}, not {model.__name__}")
        return settings

    def leaves(self, integration: Integration) -> bool:
        """Whether AWS Control Tower provides this part, so the baseline leaves it out."""
        return self.control_tower is not None and integration in self.control_tower.integrations

    def role(self, key: str) -> str:
        """Key of the account with a role: `management`, `log_archive`, `security`, or a role assigned by `roles`.

        In standalone mode it is the only account.
        """
        if self.standalone:
            return "management"
        return key if key in ACCOUNT_PARAMETERS else self.roles.get(key, "security")

    def administrator(self, service: str) -> str:
        """Key of the account that is the delegated administrator of a service."""
        return self.role(self.administrators.get(service, "security"))

    @property
    def alert_regions(self) -> tuple[str, ...]:
        """The Regions in which events become alerts: home, and the sign-in Region if events cannot cross Regions.

        EventBridge routes events between commercial Regions and between the two GovCloud Regions; no page documents it
        for China (aws.amazon.com/blogs/compute/expanding-cross-region-event-routing-with-amazon-eventbridge/ and the
        announcement for GovCloud of June 2022).
        """
        both = (self.home_region, self.sign_in_region)
        return both[:1] if self.partition != "aws-cn" else tuple(dict.fromkeys(both))

    def account_reference(self, key: str) -> Reference:
        """The account's id in a template: a parameter, or the account itself in standalone mode."""
        return THIS_ACCOUNT if self.standalone else Reference(f"${{{ACCOUNT_PARAMETERS[key]}}}")


def once_per_landscape(derive: Callable[[Landscape], T]) -> Callable[[Landscape], T]:
    """Cache a function of a landscape: a landscape never changes, and several steps need the result."""

    @wraps(derive)
    def kept(landscape: Landscape) -> T:
        if derive not in landscape.derived:
            landscape.derived[derive] = derive(landscape)
        found: T = landscape.derived[derive]
        return found

    return kept
