"""Issuers of tokens that the profile trusts, for the guardrail `web-identities`."""

from collections.abc import Mapping

from baseline.capabilities.identity.iam_roles.deployment_roles import ISSUERS
from baseline.capabilities.identity.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.identity.identity_hygiene.identity_hygiene import IdentityHygieneSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.settings import GuardrailsSettings

_SHARED_ISSUERS = tuple(url.removeprefix("https://") for url in ISSUERS)


def web_identities(
    landscape: Landscape, settings: GuardrailsSettings
) -> Mapping[str, list[str] | Mapping[str, list[str]]]:
    """Token issuers, subjects of GitHub and gitlab.com, and subjects of the issuers of `oidc_providers`.

    A deployment role covers all repositories of its owner. An issuer of `oidc_providers` may sign tokens for others
    as well, so only the subjects of its roles are allowed, unless another setting names the issuer too.
    """
    on = landscape.is_on("iam_roles")
    roles = landscape.settings("iam_roles", IamRolesSettings).deployment_roles if on else []
    owners = [f"{role.subject.partition('/')[0]}/*" for role in roles if role.host in _SHARED_ISSUERS]
    subjects = list(dict.fromkeys((*owners, *settings.web_identity_subjects)))
    of_providers = _provider_subjects(landscape)
    open_hosts = [*(role.host for role in roles), *settings.web_identity_providers]
    hosts = (*(role.host for role in roles), *of_providers, *settings.web_identity_providers)
    limited = {f"{host}:sub": items for host, items in of_providers.items() if host not in open_hosts}
    return {
        "<web_identity_providers>": list(dict.fromkeys(hosts)),
        "<open_issuers>": list(dict.fromkeys(open_hosts)),
        "<limited_issuer_actions>": ["sts:AssumeRoleWithWebIdentity"] if limited else [],
        "<limited_issuer_subjects>": limited,
        "<github_subjects>": [item for item in subjects if item.startswith("repo:")],
        "<gitlab_subjects>": [item for item in subjects if item.startswith("project_path:")],
    }


def _provider_subjects(landscape: Landscape) -> Mapping[str, list[str]]:
    """Issuer → subjects of its roles, for the profile's own OpenID Connect providers."""
    if not landscape.is_on("identity_hygiene"):
        return {}
    found: dict[str, dict[str, None]] = {}
    for provider in landscape.settings("identity_hygiene", IdentityHygieneSettings).oidc_providers.values():
        found.setdefault(provider.host, {}).update((role.subject, None) for role in provider.roles.values())
    return {host: list(subjects) for host, subjects in found.items()}
