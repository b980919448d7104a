"""Results of AWS Config rules that notify: resources that begin to violate a rule."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from baseline.aws.partitions import CONSOLES
from baseline.capabilities.forwarded_event import WatchedEvent
from baseline.capabilities.identity.identity_hygiene.identity_hygiene import reported_rules
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.respond.notifications.settings import SEVERITIES, AlertSeverity, NotificationsSettings
from baseline.findings import Problem

_HUBS = "securityhub-"
"""Prefix of the rules that Security Hub creates for its controls, whose results are findings of Security Hub.

Source: docs.aws.amazon.com/securityhub/latest/userguide/securityhub-standards-awsconfigrules.html.
"""
_ROOT_MFA = ("root-mfa-enabled", "root-hardware-mfa-enabled")
"""Names of the rules of `alarms` without the prefix (templates/detect/alarms/root_mfa.yaml.j2)."""
_LONGEST = 700
"""Maximum length of this pattern: EventBridge allows 2,048 characters, and a route's rule adds its accounts."""


def notifies_of_every_rule(settings: NotificationsSettings) -> bool:
    """Whether the results of all rules notify, so that Security Hub's copies of them are left out."""
    return settings.findings.get("config") == "medium"


def compliance_events(landscape: Landscape, settings: NotificationsSettings) -> tuple[WatchedEvent, ...]:
    """The events of the severities that the settings request; none without rules of a severity."""
    lowest = settings.findings.get("config")
    if lowest is None:
        return ()
    wanted = SEVERITIES[: SEVERITIES.index(lowest) + 1]
    return tuple(
        _event(landscape, severity, names)
        for severity in wanted
        if (names := _rule_names(landscape, settings, severity))
    )


def _rule_names(landscape: Landscape, settings: NotificationsSettings, severity: AlertSeverity) -> Sequence[Any]:
    """The part of the pattern about names of rules. A rule of a pack has the pack's id at the end of its name."""
    chosen = settings.config_rules
    if severity != "medium":
        return [{"prefix": name} for name in chosen.get(severity, ())]
    elsewhere = (name for names in chosen.values() for name in names)
    return [{"anything-but": {"prefix": [_HUBS, *_reported(landscape), *elsewhere]}}]


def _reported(landscape: Landscape) -> tuple[str, ...]:
    """Rules whose results other capabilities report, with their own advice."""
    return (*(f"{landscape.prefix}-{name}" for name in _ROOT_MFA), *reported_rules(landscape))


def _event(landscape: Landscape, severity: AlertSeverity, names: Sequence[Any]) -> WatchedEvent:
    """Source: docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html."""
    return WatchedEvent(
        name=f"finding-config-{severity}",
        control="config-notices",
        severity=severity,
        title=f"{severity}-severity results of AWS Config rules",
        pattern=_pattern(names),
        paths={
            "account": "$.account",
            "configRule": "$.detail.configRuleName",
            "kind": "$.detail.resourceType",
            "region": "$.region",
            "resource": "$.detail.resourceId",
            "time": "$.time",
        },
        message="<resource> (<kind>) in account <account>, <region>, violates the AWS Config rule <configRule> since "
        "<time>. A setting that the rule requires is missing or was changed. Correct the resource, or find out who "
        f"changed it: https://{CONSOLES[landscape.partition]}/config/home?region=<region>#/rules/details?"
        "configRuleName=<configRule>",
    )


def _pattern(names: Sequence[Any]) -> Mapping[str, Any]:
    return {
        "source": ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        "detail": {
            "messageType": ["ComplianceChangeNotification"],
            "configRuleName": names,
            "newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]},
        },
    }


def compliance_problems(landscape: Landscape, settings: NotificationsSettings) -> Iterator[Problem]:
    """Severities without rules, rules without messages, and rules that notify twice."""
    events = compliance_events(landscape, settings)
    if "config" in settings.findings and not events:
        yield Problem(
            path=("findings", "config"),
            message=f"no rule has the severity {settings.findings['config']} or higher",
            fix="name rules under config_rules, or choose medium for all of them",
        )
    yield from _problems_of_names(landscape, settings, {event.severity for event in events})
    for event in events:
        if len(json.dumps(event.pattern)) > _LONGEST:
            yield Problem(
                path=("config_rules",),
                message=f"the rules of severity {event.severity} need a pattern of more than {_LONGEST} characters",
                fix="name fewer rules, or the text that several names begin with",
            )


def _problems_of_names(landscape: Landscape, settings: NotificationsSettings, notifying: set[str]) -> Iterator[Problem]:
    reported = _reported(landscape)
    for severity, names in settings.config_rules.items():
        if severity not in notifying:
            yield Problem(
                path=("config_rules", severity),
                message="these rules do not notify",
                fix=f"set findings.config to {severity} or a lower severity, or remove them",
            )
        for index, name in enumerate(names):
            twice = next((item for item in (*reported, _HUBS) if item.startswith(name) or name.startswith(item)), None)
            if twice:
                yield Problem(
                    path=("config_rules", severity, index),
                    message=f"another capability reports results of {twice}: they would notify twice",
                    fix="remove the name, or give a longer one",
                )
