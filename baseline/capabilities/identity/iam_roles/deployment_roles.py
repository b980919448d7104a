"""Deployment roles of `iam_roles`: pipelines of GitHub or GitLab that may deploy to accounts."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.managed_policies import managed_policy_problems
from baseline.capabilities.place import Accounts
from baseline.documents.section import Section
from baseline.findings import KeyPath, Problem

AccountKey = Annotated[str, StringConstraints(min_length=1, max_length=64)]
PolicyName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9/._+=@-]{0,255}$")]
RefName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./+@#-]{0,254}$")]
EnvironmentName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]([A-Za-z0-9_ ./+@#-]{0,253}[A-Za-z0-9_])?$")]

_URLS = {"github": "https://token.actions.githubusercontent.com", "gitlab": "https://gitlab.com"}
ISSUERS = tuple(_URLS.values())
"""Issuers that sign tokens for every customer."""
_STS_AUDIENCES = {"aws": "sts.amazonaws.com", "aws-us-gov": "sts.amazonaws.com", "aws-cn": "sts.amazonaws.com.cn"}
"""Default audience of aws-actions/configure-aws-credentials; in China the workflow sets it (README of the action)."""

ADMIN_POLICIES = frozenset({"AdministratorAccess", "IAMFullAccess", "PowerUserAccess"})


class DeploymentRole(Section):
    """A role that one pipeline assumes with its own token, without a stored key."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)] = Field(
        description="Lower case words with hyphens; the role is `<prefix>-deployment-<name>`.", examples=["platform"]
    )
    provider: Literal["github", "gitlab"] = Field(description="Service that runs the pipeline.")
    url: Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._-]+)*$")] | None = Field(
        default=None,
        description="Issuer of the tokens, if it is not GitHub or gitlab.com: a self-managed server that AWS can "
        "reach.",
        examples=["https://gitlab.northwind.example"],
    )
    repository: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.@-]*(/[A-Za-z0-9_.][A-Za-z0-9_.@-]*)+$")
    ] = Field(
        max_length=255,
        description="GitHub: `owner/name`, or `owner@id/name@id` if subjects are immutable. GitLab: the whole path. "
        "Never a wildcard.",
        examples=["northwind/platform"],
    )
    branch: RefName | None = Field(default=None, description="The only branch that may deploy.", examples=["main"])
    tag: RefName | None = Field(default=None, description="The only tag that may deploy.")
    environment: EnvironmentName | None = Field(
        default=None,
        description="The only GitHub environment that may deploy. The token of such a job names no branch.",
    )
    audience: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9:/._-]{0,254}$")] | None = Field(
        default=None,
        description="Audience (`aud`) of the token. Default: AWS STS for GitHub, the server's address for GitLab.",
    )
    accounts: Accounts = Field(min_length=1, description="The accounts, or groups of accounts, that it deploys into.")
    managed_policies: list[PolicyName] = Field(
        default=[], description="AWS managed policies, with their path.", examples=[["job-function/ViewOnlyAccess"]]
    )
    account_policies: list[PolicyName] = Field(
        default=[], description="Customer managed policies, with their path, that are already in those accounts."
    )

    @property
    def issuer(self) -> str:
        """The address of the token's issuer."""
        return self.url or _URLS[self.provider]

    @property
    def host(self) -> str:
        """The issuer without `https://`, as in condition keys and ARNs."""
        return self.issuer.removeprefix("https://")

    @property
    def slug(self) -> str:
        """The issuer in kebab case, for a stack name."""
        return "-".join("".join(char if char.isalnum() else " " for char in self.host.lower()).split())

    @property
    def subject(self) -> str:
        """The only `sub` that is accepted.

        Source: docs.github.com/en/actions/reference/security/oidc, docs.gitlab.com/ci/cloud_services.
        """
        if self.provider == "gitlab":
            kind, ref = ("tag", self.tag) if self.tag else ("branch", self.branch)
            return f"project_path:{self.repository}:ref_type:{kind}:ref:{ref}"
        if self.environment:
            return f"repo:{self.repository}:environment:{self.environment}"
        return f"repo:{self.repository}:ref:refs/{f'tags/{self.tag}' if self.tag else f'heads/{self.branch}'}"

    def audience_in(self, partition: str) -> str:
        """The only `aud` that is accepted."""
        return self.audience or (_STS_AUDIENCES[partition] if self.provider == "github" else self.issuer)

    def is_for_sts(self, partition: str) -> bool:
        """Whether the audience is the domain of AWS STS, which the template writes without the partition."""
        return self.audience_in(partition) == _STS_AUDIENCES[partition]


def deployment_problems(
    landscape: Landscape, roles: list[DeploymentRole], existing: list[str], *, boundary: bool
) -> tuple[Problem, ...]:
    """Problems of the roles, with each other and with the organization."""
    return (
        *_duplicates(roles),
        *(problem for index, role in enumerate(roles) for problem in _role_problems(index, role, boundary=boundary)),
        *(
            problem
            for index, role in enumerate(roles)
            for problem in _account_problems(landscape, role.accounts, ("deployment_roles", index, "accounts"))
        ),
        *_account_problems(landscape, existing, ("oidc_provider_exists_in",)),
    )


def _duplicates(roles: list[DeploymentRole]) -> Iterator[Problem]:
    names: set[str] = set()
    hosts: dict[str, str] = {}
    for index, role in enumerate(roles):
        if role.name in names:
            yield Problem(
                path=("deployment_roles", index, "name"),
                message=f"deployment role given twice: {role.name!r}",
                fix="give each role a unique name",
            )
        names.add(role.name)
        if hosts.setdefault(role.slug, role.host) != role.host:
            yield Problem(
                path=("deployment_roles", index, "url"),
                message=f"{role.host} and {hosts[role.slug]} would have the same stack name",
                fix="use one of them",
            )


def _role_problems(index: int, role: DeploymentRole, *, boundary: bool) -> Iterator[Problem]:
    place = ("deployment_roles", index)
    given = [name for name in ("branch", "tag", "environment") if getattr(role, name)]
    if len(given) != 1:
        seen = f"{' and '.join(given)} are given" if given else "none is given"
        yield Problem(
            path=place,
            message=f"a role is pinned to one branch, tag or environment: {seen}",
            fix="set exactly one of branch, tag and environment",
        )
    yield from _provider_problems(place, role)
    if not role.managed_policies and not role.account_policies:
        yield Problem(
            path=place,
            message="the role has no permissions: no policy is given",
            fix="name policies under managed_policies or account_policies",
        )
    yield from managed_policy_problems((*place, "managed_policies"), role.managed_policies)
    for number, policy in enumerate(role.managed_policies):
        if policy in ADMIN_POLICIES and not boundary:
            yield Problem(
                path=(*place, "managed_policies", number),
                message=f"{policy} without a permissions boundary: everyone who can push to the repository controls "
                "the account",
                fix="turn permissions_boundary on, or name a narrower policy",
            )


def _provider_problems(place: KeyPath, role: DeploymentRole) -> Iterator[Problem]:
    if role.provider == "gitlab" and role.environment:
        yield Problem(
            path=(*place, "environment"),
            message="GitLab's subject names no environment",
            fix="pin a protected branch or tag",
        )
    if role.provider != "github":
        return
    parts = role.repository.split("/")
    numbered = [part.partition("@")[2].isdecimal() for part in parts]
    plain = ["@" not in part for part in parts]
    if len(parts) != 2 or not (all(numbered) or all(plain)):
        yield Problem(
            path=(*place, "repository"),
            message=f"{role.repository!r} is not a GitHub repository, which is owner/name or owner@id/name@id",
            fix="write it as in the subject of the repository's tokens",
        )


def _account_problems(landscape: Landscape, keys: list[str], place: KeyPath) -> Iterator[Problem]:
    for index, key in enumerate(keys):
        if landscape.accounts[key].ou in landscape.suspended:
            yield Problem(
                path=(*place, index),
                message=f"the account {key!r} is in a suspended unit, which no stack targets",
                fix="leave it out",
            )
        elif key in keys[:index]:
            yield Problem(path=(*place, index), message=f"account given twice: {key!r}", fix="name it once")
