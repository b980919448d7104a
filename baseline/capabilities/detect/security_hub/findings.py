"""Accepted findings: rules that suppress them, with the reason as note."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from baseline.capabilities.detect.security_hub.problems import OWN_RULE, disabled_rule, is_central
from baseline.capabilities.detect.security_hub.settings import AcceptedFindings, SecurityHubSettings
from baseline.capabilities.expiry import until
from baseline.capabilities.landscape import Landscape, Reference, portable, portable_text
from baseline.capabilities.parameters import logical_names
from baseline.frozen import frozen


@frozen
class SuppressionRule:
    """An automation rule that suppresses findings with its criteria."""

    logical_id: str
    name: str
    order: int
    reason: str
    criteria: Mapping[str, Any]


@frozen
class AcceptedFindingsContext:
    """Context of `security_hub_accepted_findings`."""

    prefix: str
    rules: tuple[SuppressionRule, ...]


def suppression_rules(landscape: Landscape, settings: SecurityHubSettings) -> tuple[SuppressionRule, ...]:
    """The baseline's rules, the profile's rules, and one per disabled control if no policy can disable it."""
    rules = list(_criteria(landscape, settings))
    names = logical_names(item.name for item, _ in rules)
    return tuple(
        SuppressionRule(
            logical_id=f"Accept{names[item.name]}",
            name=f"{landscape.prefix}-{item.name}",
            order=order,
            reason=portable_text(item.reason),
            criteria=criteria,
        )
        for order, (item, criteria) in enumerate(rules, start=1)
    )


def _criteria(
    landscape: Landscape, settings: SecurityHubSettings
) -> Iterator[tuple[AcceptedFindings, Mapping[str, Any]]]:
    if landscape.is_on("log_archive"):
        own = AcceptedFindings(
            name=OWN_RULE,
            reason="Buckets of the log archive refuse deletion by policy and, for the trail, by Object Lock; no one "
            "reads their events, and MFA delete cannot be set by a template.",
            controls=["S3.7", "S3.11", "S3.15", "S3.20"],
        )
        buckets = [Reference(f"arn:${{AWS::Partition}}:s3:::{landscape.prefix}-")]
        yield own, _meets(own.controls, buckets, [landscape.account_reference("log_archive")])
    for item in settings.accepted_findings:
        yield item, {**_meets(item.controls, item.resources, item.accounts), **_until(item.expires)}
    for disabled in () if is_central(landscape) else settings.disabled_controls:
        accepted = AcceptedFindings(
            name=disabled_rule(disabled.control), reason=disabled.reason, controls=[disabled.control]
        )
        yield accepted, _meets(accepted.controls, (), ())


def _until(day: str | None) -> Mapping[str, Any]:
    return {"UpdatedAt": [until(day)]} if day else {}


def _meets(controls: Sequence[str], resources: Sequence[str], accounts: Sequence[str]) -> Mapping[str, Any]:
    def filters(values: Sequence[str], comparison: str) -> list[dict[str, Any]]:
        return [{"Comparison": comparison, "Value": portable(value)} for value in values]

    return {
        "ComplianceSecurityControlId": filters(controls, "EQUALS"),
        **({"ResourceId": filters(resources, "PREFIX")} if resources else {}),
        **({"AwsAccountId": filters(accounts, "EQUALS")} if accounts else {}),
    }
