"""Validation of AWS WAF settings, also against what AWS supports."""

from collections import Counter
from collections.abc import Iterator, Sequence

from baseline.capabilities.landscape import Landscape
from baseline.capabilities.protect.waf.groups import managed_groups
from baseline.capabilities.protect.waf.rules import INCLUDED_CAPACITY, MOST_CAPACITY, capacity_of
from baseline.capabilities.protect.waf.settings import RateLimit, WafSettings, WebAcl
from baseline.findings import KeyPath, Problem, Severity
from baseline.text.choice import one_of
from baseline.text.nearest import did_you_mean

GLOBAL_REGION = "us-east-1"
"""The Region of web ACLs for CloudFront. Source: AWS WAF API reference, CreateWebACL."""


def has_scope(landscape: Landscape, acl: WebAcl) -> bool:
    """Whether the partition has web ACLs of this scope."""
    return acl.scope == "regional" or landscape.partition == "aws"


def waf_problems(landscape: Landscape, settings: WafSettings) -> Iterator[Problem]:
    """Every problem, in the order of the settings."""
    for key, acl in settings.web_acls.items():
        place = ("web_acls", key)
        yield from _region_problems(landscape, place, acl)
        yield from _default_problems(place, acl)
        yield from _group_problems(place, acl)
        yield from rate_problems(place, acl.rate_limits)
        yield from _country_problems(place, acl)
        yield from capacity_problems(place, capacity_of(acl))
        if acl.logging is not None and acl.logging.to == "s3" and not landscape.is_on("log_archive"):
            yield Problem(
                path=(*place, "logging", "to"),
                message="log_archive is off: the records would be delivered to its bucket",
                fix="turn log_archive on, or set logs",
                fallback=(("capabilities", "log_archive"),),
            )


def unsupported_scopes(landscape: Landscape, settings: WafSettings) -> Iterator[Problem]:
    """Web ACLs that are left out because the partition has no such scope."""
    for key, acl in settings.web_acls.items():
        if not has_scope(landscape, acl):
            yield Problem(
                path=("web_acls", key, "scope"),
                message=f"{landscape.partition} has no web ACLs for CloudFront: this one is left out",
                fix="remove it",
            )


def _region_problems(landscape: Landscape, place: KeyPath, acl: WebAcl) -> Iterator[Problem]:
    for index, region in enumerate(acl.regions):
        path = (*place, "regions", index)
        if acl.scope == "cloudfront":
            yield Problem(
                path=path, message=f"web ACLs for CloudFront exist only in {GLOBAL_REGION}", fix="remove regions"
            )
        elif region not in landscape.regions:
            yield Problem(
                path=path,
                message=f"{region} is not a governed Region",
                fix=f"write {one_of(landscape.regions)}, or add it to organization.regions",
            )


def _default_problems(place: KeyPath, acl: WebAcl) -> Iterator[Problem]:
    if acl.default == "block" and acl.stage == "count":
        yield Problem(
            path=(*place, "default"),
            message="the default blocks although the stage is count: requests outside allowed_networks are blocked",
            fix="write default: allow until the stage is block",
            severity=Severity.WARNING,
        )


def _group_problems(place: KeyPath, acl: WebAcl) -> Iterator[Problem]:
    counts = Counter(item.group for item in acl.groups)
    for index, item in enumerate(acl.groups):
        path = (*place, "groups", index)
        if counts[item.group] > 1:
            yield Problem(path=(*path, "group"), message=f"{item.group} is named twice", fix="remove one")
        known = managed_groups()[item.group].rules
        for number, exception in enumerate(item.exceptions):
            if exception.rule not in known:
                nearest = did_you_mean(exception.rule, list(known))
                yield Problem(
                    path=(*path, "exceptions", number, "rule"),
                    message=f'unknown rule "{exception.rule}" of {item.group}{nearest}: '
                    + ("its label is not known" if exception.path else "AWS WAF ignores unknown names"),
                    fix="check the group's page, or leave out path",
                    severity=None if exception.path else Severity.WARNING,
                )


def rate_problems(place: KeyPath, limits: Sequence[RateLimit]) -> Iterator[Problem]:
    """Rate limits of one web ACL with the same name, which is the name of a rule."""
    counts = Counter(item.name for item in limits)
    for index, item in enumerate(limits):
        if counts[item.name] > 1:
            yield Problem(
                path=(*place, "rate_limits", index, "name"),
                message=f"two rate limits are called {item.name}",
                fix="choose another name",
            )


def _country_problems(place: KeyPath, acl: WebAcl) -> Iterator[Problem]:
    if acl.blocked_countries and acl.allowed_countries:
        yield Problem(
            path=(*place, "blocked_countries"),
            message="every country outside allowed_countries is blocked already",
            fix="write one of the two",
        )


def capacity_problems(place: KeyPath, capacity: int) -> Iterator[Problem]:
    """More capacity units than AWS WAF allows in a web ACL, or than its price includes."""
    if capacity > MOST_CAPACITY:
        yield Problem(
            path=place,
            message=f"its rules use {capacity:,} capacity units: AWS WAF allows {MOST_CAPACITY:,}",
            fix="remove rule groups",
        )
    elif capacity > INCLUDED_CAPACITY:
        yield Problem(
            path=place,
            message=f"its rules use {capacity:,} capacity units: requests cost more above {INCLUDED_CAPACITY:,}",
            fix="remove rule groups that its applications do not need",
            severity=Severity.WARNING,
        )
