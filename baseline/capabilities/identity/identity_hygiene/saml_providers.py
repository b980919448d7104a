"""SAML identity providers of accounts: people of another directory assume the roles that the profile defines."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from baseline.capabilities.capability import Regions, StackSpec, Target
from baseline.capabilities.identity.identity_hygiene.federated_roles import (
    FederatedRole,
    RolePolicies,
    boundary_stacks,
    policies_of,
    repeated_roles,
    role_problems,
)
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.parameters import logical_names
from baseline.capabilities.place import Accounts
from baseline.documents.section import Section
from baseline.findings import Problem
from baseline.frozen import frozen

ProviderName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=24)]
RoleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
Metadata = Annotated[
    str, StringConstraints(pattern=r"^<[^\r\n]*EntityDescriptor[^\r\n]*>$", min_length=1000, max_length=30_000)
]
"""CloudFormation's schema requires at least 1,000 characters; a template has at most 51,200 bytes."""
_AUDIENCES: Mapping[str, str] = {
    "aws": "https://signin.aws.amazon.com/saml",
    "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml",
    "aws-cn": "https://signin.amazonaws.cn/saml",
}
"""Partition → recipient of the assertion.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html, saml:aud;
docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-iam.html;
docs.amazonaws.cn/en_us/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html.
"""


class SamlProvider(Section):
    """An identity provider whose assertions accounts accept."""

    metadata: Metadata = Field(
        description="Metadata document of the identity provider, as XML in one line. It has certificates, and no "
        "secret."
    )
    accounts: Accounts = Field(min_length=1, description="Accounts, or groups of accounts, that trust it.")
    roles: dict[RoleName, FederatedRole] = Field(min_length=1, max_length=20, description="Roles, by name.")


@frozen
class SamlRoleResource:
    """A role for people of the provider."""

    logical_id: str
    name: str
    longest_seconds: int
    policies: RolePolicies


@frozen
class SamlProviderContext:
    """Context of `saml_provider`."""

    prefix: str
    name: str
    metadata: str
    audience: str
    roles: tuple[SamlRoleResource, ...]


def provider_stacks(landscape: Landscape, providers: Mapping[str, SamlProvider]) -> Iterator[StackSpec]:
    """One stack for each provider."""
    for name, provider in providers.items():
        names = logical_names(provider.roles)
        yield StackSpec(
            name=f"identity-hygiene-saml-{name}",
            template="identity/identity_hygiene/saml_provider",
            description=f"SAML identity provider {name}, with its roles.",
            target=Target(accounts=(), regions=Regions.HOME, places=tuple(dict.fromkeys(provider.accounts))),
            context=SamlProviderContext(
                prefix=landscape.prefix,
                name=f"{landscape.prefix}-{name}",
                metadata=provider.metadata,
                audience=_AUDIENCES[landscape.partition],
                roles=tuple(
                    SamlRoleResource(
                        logical_id=names[key],
                        name=f"{landscape.prefix}-saml-{key}",
                        longest_seconds=role.longest_seconds,
                        policies=policies_of(landscape, role),
                    )
                    for key, role in provider.roles.items()
                ),
            ),
            depends_on=boundary_stacks(landscape, *provider.roles.values()),
        )


def provider_problems(providers: Mapping[str, SamlProvider]) -> Iterator[Problem]:
    """Problems of providers and their roles."""
    for name, provider in providers.items():
        for key, role in provider.roles.items():
            place = ("saml_providers", name, "roles", key)
            yield from role_problems(place, role, "everyone who gets the role from the identity provider")
    yield from repeated_roles("saml_providers", providers)
