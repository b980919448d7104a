"""AWS WAF: web ACLs in accounts and Regions, at first in count mode, with records of the requests."""

from collections.abc import Mapping
from typing import Any

from baseline.aws.availability import regions_with
from baseline.capabilities.capability import ROOT, Capability, Regions, StackSpec, Target, target_places
from baseline.capabilities.landscape import Landscape, Reference
from baseline.capabilities.parameters import organization_only
from baseline.capabilities.protect.waf.problems import GLOBAL_REGION, has_scope, unsupported_scopes, waf_problems
from baseline.capabilities.protect.waf.rules import IpSet, has_managed_groups, ip_sets, rules_of
from baseline.capabilities.protect.waf.settings import Logging, WafSettings, WebAcl
from baseline.capabilities.web_acl_logs import web_acl_bucket
from baseline.frozen import frozen


@frozen
class WebAclContext:
    """Context of `web_acl`.

    Attributes:
        whole: Whether every account has it.
        prefix: The profile's prefix.
        key: Its key in the profile.
        scope: `REGIONAL` or `CLOUDFRONT`.
        default: What happens to requests that match no rule.
        covers: Whether it has the groups that AWS recommends for every application.
        acts: Whether its rule groups act on matching requests.
        rules: Its rules.
        ip_sets: The IP sets that the rules refer to.
        redacted: Headers that are redacted in records and samples.
        hides: Whether these include the headers that contain credentials.
        logs: Whether records go to a log group.
        bucket: Name of the bucket for the records; empty for none.
        kept: Actions of the requests that are recorded; empty for all.
        retention_days: Retention of the log group.
    """

    whole: bool
    prefix: str
    key: str
    scope: str
    default: Mapping[str, Any]
    covers: bool
    acts: bool
    rules: tuple[Mapping[str, Any], ...]
    ip_sets: tuple[IpSet, ...]
    redacted: tuple[str, ...]
    hides: bool
    logs: bool
    bucket: Reference
    kept: tuple[str, ...]
    retention_days: int


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("waf", WafSettings)
    return tuple(_stack(landscape, key, acl) for key, acl in settings.web_acls.items() if has_scope(landscape, acl))


def _stack(landscape: Landscape, key: str, acl: WebAcl) -> StackSpec:
    log = acl.logging
    archived = log is not None and log.to == "s3"
    return StackSpec(
        name=f"waf-{key}",
        template="protect/waf/web_acl",
        description=f"Web ACL {key}: {'counts' if acl.stage == 'count' else 'acts on'} requests that match its rules.",
        target=_target(landscape, acl),
        context=WebAclContext(
            whole=ROOT in acl.to,
            prefix=landscape.prefix,
            key=key,
            scope=acl.scope.upper(),
            default={acl.default.capitalize(): {}},
            covers={group.group for group in acl.groups} >= {"core", "known-bad-inputs"},
            acts=acl.stage == "block" and has_managed_groups(acl),
            rules=rules_of(key, acl),
            ip_sets=ip_sets(acl),
            **_logging(landscape, log),
        ),
        parameters=organization_only(landscape, *(["LogArchiveAccountId"] if archived else [])),
        depends_on=("log-archive",) if archived and landscape.is_on("log_archive") else (),
    )


def _logging(landscape: Landscape, log: Logging | None) -> dict[str, Any]:
    to = log.to if log else ""
    redacted = tuple(dict.fromkeys((log or Logging()).redact))
    return {
        "redacted": redacted,
        "hides": {"authorization", "cookie"} <= set(redacted),
        "logs": to == "logs",
        "bucket": web_acl_bucket(landscape, landscape.account_reference("log_archive"))
        if to == "s3"
        else Reference(""),
        "kept": tuple(item.upper() for item in dict.fromkeys(log.keep)) if log else (),
        "retention_days": log.retention_days if log else 0,
    }


def _target(landscape: Landscape, acl: WebAcl) -> Target:
    places = target_places(acl.to)
    if acl.scope == "cloudfront":
        return Target(accounts=(), regions=Regions.HOME, at=GLOBAL_REGION, places=places)
    chosen = acl.regions or landscape.regions
    only = regions_with(chosen, "AWS::WAFv2::WebACL")
    return Target(accounts=(), regions=Regions.GOVERNED, only=only, places=places)


CAPABILITY = Capability(
    name="waf",
    title="AWS WAF",
    summary="Web ACLs with AWS's managed rules, rate limits, networks and countries, first counting, then blocking.",
    settings=WafSettings,
    stacks=_stacks,
    problems=lambda landscape: tuple(waf_problems(landscape, landscape.settings("waf", WafSettings))),
    unsupported=lambda landscape: tuple(unsupported_scopes(landscape, landscape.settings("waf", WafSettings))),
    is_asked=lambda settings: isinstance(settings, WafSettings) and bool(settings.web_acls),
    since="2026.12",
)
