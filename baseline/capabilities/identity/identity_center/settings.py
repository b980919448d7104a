"""Settings of IAM Identity Center."""

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section

SetName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+=,.@-]{1,32}$")]
GroupName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.@-]{0,127}$")]
PolicyName = Annotated[str, StringConstraints(pattern=r"^(?:[A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,128}$")]
GroupId = Annotated[
    str, StringConstraints(pattern=r"^(?:[0-9a-f]{10}-)?[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$")
]
Session = Annotated[
    str, StringConstraints(pattern=r"^(?:(?:[1-9]|1[0-2])h|(?:[6-9][0-9]|[1-6][0-9]{2}|7[01][0-9]|720)m)$")
]
"""A duration of 1 to 12 hours. Source: docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html."""
UserId = GroupId
InstanceArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:sso:::instance/(?:sso)?ins-[a-zA-Z0-9.-]{16}$")
]
RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
ApplicationArn = Annotated[
    str,
    StringConstraints(
        pattern=r"^arn:aws[a-z-]*:sso::[0-9]{12}:application/(?:sso)?ins-[a-zA-Z0-9.-]{16}/apl-[a-zA-Z0-9]{16}$"
    ),
]
ApplicationName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
IdentityStoreId = Annotated[
    str, StringConstraints(pattern=r"^d-[0-9a-f]{10}$|^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
]

ReadyMade = Literal[
    "Administrator",
    "PowerUser",
    "Developer",
    "SecurityAudit",
    "ReadOnly",
    "Billing",
    "Support",
    "Network",
    "DataScientist",
    "BreakGlass",
    "SecurityOperations",
]
_DEFAULT = [name for name in get_args(ReadyMade) if name != "SecurityOperations"]
"""Ready-made sets of the first release only: an upgrade alone adds no permission set to a deployment."""


class PermissionSet(Section):
    """A permission set. A set with the name of a built-in one replaces it."""

    description: Annotated[str, StringConstraints(pattern=r"^[ -~\u00A1-\u00FF]{1,700}$")] = Field(
        description="Description of the permission set.", examples=["Reads the billing exports."]
    )
    session: Session = Field(
        default="8h", description="How long a session lasts: 1h to 12h, or 60m to 720m.", examples=["4h", "90m"]
    )
    managed_policies: list[PolicyName] = Field(
        default=[], description="AWS managed policies, with their path if they have one.", examples=[["ReadOnlyAccess"]]
    )
    customer_policies: list[PolicyName] = Field(
        default=[],
        description="Customer managed policies; must exist in every account where the permission set is assigned.",
        examples=[["teams/data"]],
    )
    inline_policy: dict[str, Any] | None = Field(default=None, description="An inline policy document.")
    boundary: PolicyName | None = Field(
        default=None,
        description="Customer managed policy to use as permissions boundary; must exist in every account where the "
        "permission set is assigned.",
    )
    relay_state: Annotated[str, StringConstraints(pattern=r"^https://[!-~]{1,232}$")] | None = Field(
        default=None, description="Console page that opens first in a session (relay state)."
    )
    tags: dict[str, str] = Field(default={}, max_length=50, description="Tags of the permission set.")
    stack: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="Number of the stack that contains it. Default: the first stack with space."
    )


class Group(Section):
    """A group. A group with an id exists in the directory; one without an id is created."""

    id: GroupId | None = Field(default=None, description="The group's id in the identity store.")
    description: Annotated[str, StringConstraints(pattern=r"^[ -~]{1,1024}$")] = Field(
        default="Created by the baseline.", description="Members of the group."
    )


class User(Section):
    """A user of the directory. Users are managed in the identity source and never created by baseline."""

    id: UserId = Field(
        description="The user's id in the identity store.", examples=["906712345a-12345678-1234-1234-1234-123456789012"]
    )


class Assignment(Section):
    """An assignment of a permission set to a group or user in some places."""

    group: GroupName | None = Field(
        default=None, description="A key of `groups`; set this or `user`.", examples=["platform-admins"]
    )
    user: GroupName | None = Field(
        default=None, description="A key of `users`; set this or `group`.", examples=["jane"]
    )
    permission_set: SetName = Field(description="A ready-made permission set, or one of `permission_sets`.")
    to: PlacesOrRoot = Field(
        min_length=1,
        description="Organizational units, with everything below them, accounts, and groups of accounts; `root` is "
        "every account except the management account.",
        examples=[["Workloads", "management"]],
    )


class Application(Section):
    """An application of Identity Center that exists, and the groups that may use it."""

    arn: ApplicationArn = Field(
        description="ARN of the application: aws sso-admin list-applications --instance-arn ARN.",
        examples=["arn:aws:sso::333333333333:application/ssoins-1234567890abcdef/apl-1234567890abcdef"],
    )
    groups: list[GroupName] = Field(
        min_length=1, max_length=100, description="Keys of `groups`.", examples=[["developers"]]
    )

    @property
    def account(self) -> str:
        """Id of the account that owns the application."""
        return self.arn.split(":")[4]


class IdentityCenterSettings(Settings):
    """Settings of `identity_center`."""

    instance_arn: InstanceArn | None = Field(
        default=None, description="ARN of the organization's instance; looked up during deployment if not set."
    )
    region: RegionName | None = Field(
        default=None,
        description="Region of the organization's instance, if it is not in the home Region.",
        examples=["us-east-1"],
    )
    identity_store_id: IdentityStoreId | None = Field(
        default=None, description="Id of its identity store; looked up during deployment if not set."
    )
    name_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+=,.@-]{1,16}$")] | None = Field(
        default=None,
        description="Text before the name of every permission set. A changed prefix replaces every permission set.",
        examples=["nw-"],
    )
    ready_made: list[ReadyMade] = tiered(
        "Built-in permission sets to create; others are created if an assignment names them.",
        _DEFAULT,
    )
    permission_sets: dict[SetName, PermissionSet] = tiered("Your own permission sets, by name.", {})
    groups: dict[GroupName, Group] = tiered("Groups by name.", {})
    users: dict[GroupName, User] = tiered(
        "Users of the directory with their own assignments, by name. Groups are easier to review.", {}
    )
    assignments: list[Assignment] = tiered("Permission sets of groups and users, by account.", [])
    applications: dict[ApplicationName, Application] = tiered(
        "Applications that exist in Identity Center, by name, and the groups that may use them.", {}
    )
    attributes: dict[str, str] = tiered(
        "Attributes for access control: key → the attribute in the identity source.",
        {},
        examples=[{"CostCenter": "${path:enterprise.costCenter}"}],
    )


def region_of_instance(landscape: Landscape) -> str:
    """The Region of the organization's instance: the home Region, unless the profile names another one."""
    if not landscape.is_on("identity_center"):
        return landscape.home_region
    return landscape.settings("identity_center", IdentityCenterSettings).region or landscape.home_region
