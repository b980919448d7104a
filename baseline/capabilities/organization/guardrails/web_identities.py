"""Issuers of tokens that the profile trusts, for the guardrail `web-identities`."""

from collections.abc import Mapping

from baseline.capabilities.identity.iam_roles.deployment_roles import ISSUERS
from baseline.capabilities.identity.iam_roles.iam_roles import IamRolesSettings
from baseline.capabilities.identity.identity_hygiene.identity_hygiene import IdentityHygieneSettings
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.organization.guardrails.settings import GuardrailsSettings

_SHARED_ISSUERS = tuple(url.removeprefix("https://") for url in ISSUERS)


def web_identities(landscape: Landscape, settings: GuardrailsSettings) -> Mapping[str, list[str]]:
    """Token issuers, and subjects of the two issuers that sign tokens for every customer.

    A deployment role covers all repositories of its owner.
    """
    on = landscape.is_on("iam_roles")
    roles = landscape.settings("iam_roles", IamRolesSettings).deployment_roles if on else []
    owners = [f"{role.subject.partition('/')[0]}/*" for role in roles if role.host in _SHARED_ISSUERS]
    subjects = list(dict.fromkeys((*owners, *settings.web_identity_subjects)))
    hosts = (*(role.host for role in roles), *_provider_hosts(landscape), *settings.web_identity_providers)
    return {
        "<web_identity_providers>": list(dict.fromkeys(hosts)),
        "<github_subjects>": [item for item in subjects if item.startswith("repo:")],
        "<gitlab_subjects>": [item for item in subjects if item.startswith("project_path:")],
    }


def _provider_hosts(landscape: Landscape) -> list[str]:
    """Issuers of the profile's own OpenID Connect providers."""
    if not landscape.is_on("identity_hygiene"):
        return []
    providers = landscape.settings("identity_hygiene", IdentityHygieneSettings).oidc_providers
    return [provider.host for provider in providers.values()]
