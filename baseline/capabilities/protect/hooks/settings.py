"""Settings of `hooks`. No tier turns one on, because a hook restricts the deployments of teams."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.place import PlacesOrRoot
from baseline.capabilities.settings import Settings, tiered
from baseline.documents.section import Section

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", min_length=2, max_length=30)]
"""Part of the hook's alias, whose parts each have at least two characters (CloudFormation's schema)."""
RolePattern = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+=,.@_*?/-]{1,64}$")]

Rule = Literal[
    "admin-ports-closed",
    "buckets-not-public",
    "databases-encrypted",
    "databases-private",
    "file-systems-encrypted",
    "function-urls-private",
    "instance-metadata",
    "keys-rotated",
    "users-not-created",
    "volumes-encrypted",
]
"""The rules in `rules.toml`; a test compares the two."""

MOST_HOOKS = 20
"""CloudFormation accepts 100 hooks per account and Region, including hooks of others (user guide, quotas)."""


class Hook(Section):
    """Rules for resources that CloudFormation creates or changes in some places."""

    mode: Literal["warn", "fail"] = Field(
        default="warn",
        description="`warn`: the operation continues, and its events name the broken rule. `fail`: "
        "CloudFormation stops.",
    )
    rules: list[Rule] = Field(
        default=[],
        description="Rules to apply. Default: all.",
        examples=[["buckets-not-public", "databases-encrypted"]],
    )
    to: PlacesOrRoot = Field(
        min_length=1,
        description="Organizational units, accounts and groups of accounts; `root` is every account, including the "
        "management account.",
        examples=[["Workloads"]],
    )


class HooksSettings(Settings):
    """Settings of `hooks`."""

    hooks: dict[Key, Hook] = tiered(
        "Hooks by a key of your choice: the rules that CloudFormation applies before it creates a resource, and where.",
        {},
        max_length=MOST_HOOKS,
        examples=[{"workloads": {"to": ["Workloads"]}}],
    )
    exempt_roles: list[RolePattern] = tiered(
        "Names of roles that are exempt, besides those that deploy the baseline; `*` and `?` are wildcards.",
        [],
        examples=[["platform-deployer"]],
    )
