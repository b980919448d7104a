"""Identity hygiene: notices about old, unused and new credentials, and about new identity providers."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from baseline.capabilities.capability import Capability, Regions, StackSpec, every_account
from baseline.capabilities.detect.access_analyzer.access_analyzer import AccessAnalyzerSettings
from baseline.capabilities.detect.config.config import deployed_rules
from baseline.capabilities.event_forwarding import forwarding_stack, missing_topics, notices_stack
from baseline.capabilities.event_routes import with_routes
from baseline.capabilities.forwarded_event import ForwardingSettings, WatchedEvent
from baseline.capabilities.identity.identity_hygiene.federated_roles import FederatedRole, boundary_problems
from baseline.capabilities.identity.identity_hygiene.oidc_providers import (
    OidcProvider,
    issuer_problems,
    issuer_stacks,
)
from baseline.capabilities.identity.identity_hygiene.saml_providers import (
    ProviderName,
    SamlProvider,
    provider_problems,
    provider_stacks,
)
from baseline.capabilities.identity.identity_hygiene.trust_anchors import (
    AnchorName,
    TrustAnchor,
    anchor_problems,
    anchor_stacks,
)
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.settings import AlertSeverity
from baseline.capabilities.settings import tiered
from baseline.findings import Problem
from baseline.frozen import frozen

Watched = Literal[
    "old-keys",
    "unused-credentials",
    "users-without-mfa",
    "password-policy",
    "new-credentials",
    "identity-providers",
    "unused-access",
]


@frozen
class _Rule:
    """An AWS Config rule of `config` whose violations are reported."""

    rule: str
    severity: AlertSeverity
    title: str
    advice: str


_RULES: Mapping[Watched, _Rule] = {
    "old-keys": _Rule(
        rule="access-keys-rotated",
        severity="medium",
        title="access keys that are too old",
        advice="an access key of the IAM user <resource> is older than allowed. Replace the key, or better the user by "
        "a role: aws iam list-users shows the user of this id",
    ),
    "unused-credentials": _Rule(
        rule="unused-credentials",
        severity="medium",
        title="unused credentials",
        advice="the IAM user <resource> has a password or access key that was not used for too long. Disable the "
        "credential, and delete it if no application fails",
    ),
    "users-without-mfa": _Rule(
        rule="console-access-with-mfa",
        severity="high",
        title="users with a console password and without MFA",
        advice="the IAM user <resource> can sign in to the console without MFA. Disable the password until the user "
        "has an MFA device",
    ),
    "password-policy": _Rule(
        rule="iam-password-policy",
        severity="medium",
        title="password policies that are weaker than required",
        advice="the password policy of the account <resource> is weaker than required. Deploy account_settings again, "
        "and find out who changed the policy",
    ),
}
"""Item of `watch` → the rule whose result is reported."""

_CALLS: Mapping[Watched, tuple[AlertSeverity, Mapping[str, list[str]], str, str]] = {
    "new-credentials": (
        "medium",
        {
            "iam": [
                *("CreateUser", "CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"),
                *("CreateServiceSpecificCredential", "UploadSSHPublicKey", "UploadSigningCertificate"),
            ]
        },
        "new IAM users, passwords and keys",
        "a credential that stays valid was created or changed. If it was not planned, delete it and stop the caller",
    ),
    "identity-providers": (
        "high",
        {
            "iam": [
                *("CreateSAMLProvider", "UpdateSAMLProvider", "CreateOpenIDConnectProvider"),
                *("AddClientIDToOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint"),
            ],
            "rolesanywhere": [
                *("CreateTrustAnchor", "UpdateTrustAnchor", "EnableTrustAnchor", "CreateProfile", "UpdateProfile"),
                *("PutAttributeMapping", "DisableCrl", "DeleteCrl"),
            ],
        },
        "changes of identity providers and trust anchors",
        (
            "an identity provider or certificate authority that the account trusts was added or changed: it decides "
            "who a caller is. If it was not planned, remove it and look for sessions that it admitted"
        ),
    ),
}
"""Item of `watch` → severity, event source → calls, their description, and the advice.

Sources: docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html,
docs.aws.amazon.com/rolesanywhere/latest/userguide/logging-using-cloudtrail.html.
"""


class IdentityHygieneSettings(ForwardingSettings):
    """Settings of `identity_hygiene`. No tier enables anything, so an upgrade adds no stack."""

    watch: list[Watched] = tiered(
        "What notifies, in every account: access keys that are too old, unused credentials, users without MFA and weak "
        "password policies (as the rules of `config` find them), new IAM users, passwords and keys, changed identity "
        "providers and trust anchors, and findings of the analyzer for unused access.",
        [],
        examples=[list(get_args(Watched))],
    )
    trust_anchors: dict[AnchorName, TrustAnchor] = tiered(
        "Certificate authorities that IAM Roles Anywhere trusts, by name, with the roles for their certificates.", {}
    )
    saml_providers: dict[ProviderName, SamlProvider] = tiered(
        "SAML identity providers that accounts trust, by name, with the roles for their people. For people, Identity "
        "Center is the better way.",
        {},
    )
    oidc_providers: dict[ProviderName, OidcProvider] = tiered(
        "OpenID Connect providers that accounts trust, by name, with the roles for programs that have a token. "
        "Pipelines of GitHub and GitLab have `deployment_roles` of `iam_roles`.",
        {},
    )

    @property
    def federated_roles(self) -> Mapping[tuple[str, ...], FederatedRole]:
        """Path below the settings → role, of all trust anchors and identity providers."""
        kinds: Mapping[str, Mapping[str, TrustAnchor | SamlProvider | OidcProvider]] = {
            "trust_anchors": self.trust_anchors,
            "saml_providers": self.saml_providers,
            "oidc_providers": self.oidc_providers,
        }
        return {
            (kind, name, "roles", key): role
            for kind, items in kinds.items()
            for name, item in items.items()
            for key, role in item.roles.items()
        }

    @property
    def forwards(self) -> bool:
        """Whether anything is watched."""
        return bool(self.watch)


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("identity_hygiene", IdentityHygieneSettings)
    trusted = (
        *anchor_stacks(landscape, settings.trust_anchors),
        *provider_stacks(landscape, settings.saml_providers),
        *issuer_stacks(landscape, settings.oidc_providers),
    )
    if not settings.forwards or not landscape.is_on("notifications"):
        return trusted
    events = tuple(_events(settings))
    what = "old, unused or new credentials and identity providers"
    where = every_account(Regions.GOVERNED_AND_SIGN_IN)
    return (
        *with_routes(
            landscape, notices_stack(landscape, "identity-hygiene-hub", f"Rules that notify of {what}.", events)
        ),
        forwarding_stack(landscape, "identity-hygiene-accounts", where, f"Rules that forward {what}.", events),
        *trusted,
    )


def reported_rules(landscape: Landscape) -> tuple[str, ...]:
    """Names of the AWS Config rules whose results this capability reports."""
    if not landscape.is_on("identity_hygiene"):
        return ()
    watch = landscape.settings("identity_hygiene", IdentityHygieneSettings).watch
    return tuple(_RULES[item].rule for item in watch if item in _RULES)


def _events(settings: IdentityHygieneSettings) -> Iterator[WatchedEvent]:
    for item in settings.watch:
        if item in _RULES:
            yield _result(item, _RULES[item])
        elif item in _CALLS:
            yield _call(item)
        else:
            yield _unused_access()


def _result(item: str, rule: _Rule) -> WatchedEvent:
    """A rule of a conformance pack has the pack's id at the end of its name.

    Source: docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html.
    """
    return WatchedEvent(
        name=f"hygiene-{item}",
        control=f"identity-{item}",
        severity=rule.severity,
        title=rule.title,
        pattern={
            "source": ["aws.config"],
            "detail-type": ["Config Rules Compliance Change"],
            "detail": {
                "messageType": ["ComplianceChangeNotification"],
                "configRuleName": [{"prefix": rule.rule}],
                "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
            },
        },
        paths={
            "account": "$.account",
            "region": "$.region",
            "resource": "$.detail.resourceId",
            "rule": "$.detail.configRuleName",
            "time": "$.time",
        },
        message=f"In account <account>, since <time>: {rule.advice}. Rule <rule>, <region>.",
    )


def _call(item: Watched) -> WatchedEvent:
    severity, calls, title, result = _CALLS[item]
    return WatchedEvent(
        name=f"hygiene-{item}",
        control=f"identity-{item}",
        severity=severity,
        title=title,
        pattern={
            "source": [f"aws.{service}" for service in calls],
            "detail-type": ["AWS API Call via CloudTrail"],
            "detail": {
                "eventSource": [f"{service}.amazonaws.com" for service in calls],
                "eventName": [name for names in calls.values() for name in names],
            },
        },
        paths={
            "account": "$.account",
            "actor": "$.detail.userIdentity.arn",
            "error": "$.detail.errorCode",
            "event": "$.detail.eventName",
            "region": "$.region",
            "time": "$.time",
        },
        message=f"<event> in account <account>, <region>, at <time> by <actor>: {result}. Error, if AWS rejected the "
        "call: <error>",
    )


def _unused_access() -> WatchedEvent:
    """Findings of unused access. Source: docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html."""
    return WatchedEvent(
        name="hygiene-unused-access",
        control="identity-unused-access",
        severity="medium",
        title="findings of unused access",
        pattern={
            "source": ["aws.access-analyzer"],
            "detail-type": ["Unused Access Finding for IAM entities"],
            "detail": {"status": ["ACTIVE"]},
        },
        paths={
            "account": "$.detail.accountId",
            "id": "$.detail.findingId",
            "kind": "$.detail.findingType",
            "resource": "$.detail.resource",
            "time": "$.time",
        },
        message="<kind>: <resource> in account <account>, seen at <time>, was not used for as long as access_analyzer "
        "allows. Remove the permission, key, password or role, or archive the finding <id> with a reason.",
    )


def _problems(landscape: Landscape) -> Iterator[Problem]:
    settings = landscape.settings("identity_hygiene", IdentityHygieneSettings)
    yield from missing_topics(landscape, settings, "watch")
    yield from anchor_problems(landscape, settings.trust_anchors)
    yield from provider_problems(settings.saml_providers)
    yield from issuer_problems(landscape, settings.oidc_providers)
    yield from boundary_problems(landscape, settings.federated_roles)
    there = {rule.name for rule in deployed_rules(landscape)}
    for index, item in enumerate(settings.watch):
        if item in _RULES and _RULES[item].rule not in there:
            yield Problem(
                path=("watch", index),
                message=f"{item} needs the rule {_RULES[item].rule} of config, which is not deployed",
                fix=f"turn config on with its rules, or remove {item}",
                fallback=(("capabilities", "config"),),
            )
        if item == "unused-access" and not _has_analyzer(landscape):
            yield Problem(
                path=("watch", index),
                message="unused-access needs the analyzer of access_analyzer, which is off: it never sends a message",
                fix="set access_analyzer.unused_access, which is billed, or remove unused-access",
                fallback=(("capabilities", "access_analyzer"),),
            )


def _has_analyzer(landscape: Landscape) -> bool:
    if not landscape.is_on("access_analyzer"):
        return False
    return landscape.settings("access_analyzer", AccessAnalyzerSettings).unused_access


CAPABILITY = Capability(
    name="identity_hygiene",
    title="Identity hygiene",
    summary="Notices about old, unused and new credentials and identity providers; trust anchors for "
    "programs outside AWS, and SAML and OpenID Connect providers.",
    settings=IdentityHygieneSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(_problems(landscape)),
    is_asked=lambda settings: (
        isinstance(settings, IdentityHygieneSettings)
        and bool(settings.watch or settings.trust_anchors or settings.saml_providers or settings.oidc_providers)
    ),
    since="2026.12",
)
