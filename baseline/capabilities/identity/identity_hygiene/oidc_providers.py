"""OpenID Connect providers of accounts: programs that have a token of another issuer get a role for their subject."""

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
    role_problems,
)
from baseline.capabilities.identity.identity_hygiene.saml_providers import RoleName
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import logical_names
from baseline.capabilities.place import Accounts
from baseline.documents.section import Section
from baseline.findings import Problem
from baseline.frozen import frozen

Issuer = Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9][a-z0-9.-]*(/[A-Za-z0-9._-]+)*$", max_length=255)]
Claim = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][^\x00-\x20*?$\"'\\]{0,254}$")]
"""A value of a token, compared exactly: without wildcards, and without variables of IAM."""


class OidcRole(FederatedRole):
    """A role for tokens of one subject."""

    subject: Claim = Field(
        description="The only `sub` of tokens that the role accepts, compared exactly.",
        examples=["system:serviceaccount:exports:uploader"],
    )


class OidcProvider(Section):
    """An issuer of tokens that accounts trust."""

    url: Issuer = Field(description="Issuer of the tokens, which AWS can reach.", examples=["https://app.terraform.io"])
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
    """Issuers that an account would have twice or that everybody shares, and problems of their roles."""
    on = landscape.is_on("iam_roles")
    deploying = landscape.settings("iam_roles", IamRolesSettings).deployment_roles if on else []
    seen: dict[str, str] = {}
    for name, provider in providers.items():
        place = ("oidc_providers", name, "url")
        if provider.url in ISSUERS:
            yield Problem(
                path=place,
                message=f"{provider.host} signs tokens for every customer",
                fix="use iam_roles.deployment_roles, which trusts one repository and branch, tag or environment",
            )
        elif any(role.host == provider.host and set(role.accounts) & set(provider.accounts) for role in deploying):
            yield Problem(
                path=place,
                message=f"iam_roles.deployment_roles creates the provider of {provider.host} in the same account: an "
                "account has one for each issuer",
                fix="use iam_roles.deployment_roles for this issuer, or other accounts",
            )
        for key, role in provider.roles.items():
            at = ("oidc_providers", name, "roles", key)
            if key in seen:
                yield Problem(
                    path=at,
                    message=f"{key} is also a role of the provider {seen[key]}: role names are unique in an account",
                    fix="choose another name",
                )
            seen[key] = name
            yield from role_problems(at, role, "every program with a token of the subject")
    for (first, one), (second, other) in combinations(providers.items(), 2):
        if one.host == other.host and set(one.accounts) & set(other.accounts):
            yield Problem(
                path=("oidc_providers", second, "url"),
                message=f"{first} has the same issuer and account: an account has one provider for each issuer",
                fix=f"move the roles to {first}, or name other accounts",
            )
