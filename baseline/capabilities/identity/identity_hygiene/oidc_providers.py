"""OpenID Connect providers of accounts: programs assume a role with the token of another issuer."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Annotated

from pydantic import Field, StringConstraints

from baseline.capabilities.capability import Regions, StackSpec, Target
from baseline.capabilities.identity.iam_roles.deployment_roles import ISSUERS
from baseline.capabilities.identity.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.identity.identity_hygiene.federated_roles import (
    FederatedRole,
    RolePolicies,
    boundary_stacks,
    policies_of,
    repeated_roles,
    role_problems,
)
from baseline.capabilities.identity.identity_hygiene.saml_providers import RoleName
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import logical_names
from baseline.capabilities.place import Accounts
from baseline.documents.section import Section
from baseline.findings import Problem
from baseline.frozen import frozen
from baseline.policy.trust import BUILT_IN_ISSUERS

Issuer = Annotated[
    str, StringConstraints(pattern=r"^https://[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._-]+)*/?$", max_length=255)
]
"""A slash at the end is part of the `iss` of some tokens, and then of the provider's ARN and condition keys."""
Claim = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][^\x00-\x20*?$\"'\\]{0,254}$")]
"""A value of a token, compared exactly: without wildcards or IAM policy variables."""
_SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"
"""The tenant of Microsoft Sentinel, the same for every customer.

Source: learn.microsoft.com/azure/sentinel/connect-aws; IAM user guide, Identity-provider controls for shared OIDC
providers: a role for it must compare `sts:RoleSessionName`, which `oidc_provider` does not.
"""


class OidcRole(FederatedRole):
    """A role for tokens of one subject."""

    subject: Claim = Field(
        description="The only `sub` of tokens that the role accepts, compared exactly.",
        examples=["system:serviceaccount:exports:uploader"],
    )


class OidcProvider(Section):
    """An issuer of tokens that accounts trust."""

    url: Issuer = Field(
        description="Issuer of the tokens, which AWS can reach: their `iss`, with a slash at the end only if `iss` has "
        "one.",
        examples=["https://app.terraform.io"],
    )
    audience: Claim = Field(
        description="The only `aud` of tokens that is accepted, compared exactly.", examples=["sts.amazonaws.com"]
    )
    accounts: Accounts = Field(min_length=1, description="Accounts, or groups of accounts, that trust it.")
    roles: dict[RoleName, OidcRole] = Field(min_length=1, max_length=20, description="Roles, by name.")

    @property
    def host(self) -> str:
        """The issuer without `https://`, as in condition keys and ARNs."""
        return self.url.removeprefix("https://")


@frozen
class OidcRoleResource:
    """A role for tokens of one subject."""

    logical_id: str
    name: str
    subject: str
    longest_seconds: int
    policies: RolePolicies


@frozen
class OidcIssuerContext:
    """Context of `oidc_provider`."""

    prefix: str
    issuer: str
    host: str
    audience: str
    roles: tuple[OidcRoleResource, ...]


def issuer_stacks(landscape: Landscape, providers: Mapping[str, OidcProvider]) -> Iterator[StackSpec]:
    """One stack for each issuer."""
    for name, provider in providers.items():
        names = logical_names(provider.roles)
        yield StackSpec(
            name=f"identity-hygiene-oidc-{name}",
            template="identity/identity_hygiene/oidc_provider",
            description=f"OpenID Connect provider {name}, with its roles.",
            target=Target(accounts=(), regions=Regions.HOME, places=tuple(dict.fromkeys(provider.accounts))),
            context=OidcIssuerContext(
                prefix=landscape.prefix,
                issuer=provider.url,
                host=provider.host,
                audience=provider.audience,
                roles=tuple(
                    OidcRoleResource(
                        logical_id=names[key],
                        name=f"{landscape.prefix}-oidc-{key}",
                        subject=role.subject,
                        longest_seconds=role.longest_seconds,
                        policies=policies_of(landscape, role),
                    )
                    for key, role in provider.roles.items()
                ),
            ),
            depends_on=boundary_stacks(landscape, *provider.roles.values()),
        )


def issuer_problems(landscape: Landscape, providers: Mapping[str, OidcProvider]) -> Iterator[Problem]:
    """Issuers that an account would have twice or that all customers share, and problems of their roles."""
    on = landscape.is_on("iam_roles")
    deploying = landscape.settings("iam_roles", IamRolesSettings).deployment_roles if on else []
    for name, provider in providers.items():
        place = ("oidc_providers", name, "url")
        if refused := _refusal(provider):
            message, fix = refused
            yield Problem(path=place, message=message, fix=fix)
        elif any(role.host == provider.host and set(role.accounts) & set(provider.accounts) for role in deploying):
            yield Problem(
                path=place,
                message=f"iam_roles.deployment_roles creates the provider of {provider.host} in the same account: an "
                "account has one for each issuer",
                fix="use iam_roles.deployment_roles for this issuer, or other accounts",
            )
        for key, role in provider.roles.items():
            at = ("oidc_providers", name, "roles", key)
            yield from role_problems(at, role, "every program with a token of the subject")
    yield from repeated_roles("oidc_providers", providers)
    for (first, one), (second, other) in combinations(providers.items(), 2):
        if one.host == other.host and set(one.accounts) & set(other.accounts):
            yield Problem(
                path=("oidc_providers", second, "url"),
                message=f"{first} has the same issuer and account: an account has one provider for each issuer",
                fix=f"move the roles to {first}, or name other accounts",
            )


def _refusal(provider: OidcProvider) -> tuple[str, str] | None:
    """The reason to reject an issuer, and the alternative."""
    host = provider.host.removesuffix("/")
    if f"https://{host}" in ISSUERS:
        return (
            f"{host} signs tokens for every customer",
            "use iam_roles.deployment_roles, which trusts one repository and branch, tag or environment",
        )
    if host in BUILT_IN_ISSUERS:  # CreateOpenIDConnectProvider, IAM API reference
        return (
            f"{host} is built into AWS: a role trusts it by this name, without a provider",
            "remove this provider, and create the role in a template of your own (customizations)",
        )
    if host == _SENTINEL:
        return (
            f"{host} is Microsoft Sentinel's tenant: IAM accepts only roles that compare sts:RoleSessionName",
            "remove this provider, and create its role in a template of your own (customizations)",
        )
    return None
