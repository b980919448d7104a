"""AWS Config's results, in the format of the AWS CLI.

Source: AWS Config API reference: DescribeComplianceByConfigRule, GetComplianceDetailsByConfigRule, their aggregate
forms, and DescribeConfigRules, which maps rule names to managed rules.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from baseline.capabilities.detect.config.packs import managed_rules
from baseline.controls.control import controls
from baseline.errors import ScanError
from baseline.evidence.scans.result import Outcome, ScanResult, parse_answers, read_text, text_at

_OUTCOMES: Mapping[str, Outcome] = {"COMPLIANT": "pass", "NON_COMPLIANT": "fail"}
_SUMMARIES = ("ComplianceByConfigRules", "AggregateComplianceByConfigRules")
_DETAILS = ("EvaluationResults", "AggregateEvaluationResults")
_NAMES = "ConfigRules"
_OWN = re.compile(r"-conformance-pack-[a-z0-9]+\Z")
"""Suffix that AWS Config appends to the names of a conformance pack's rules."""
_HUBS = re.compile(r"^securityhub-(?P<name>.+)-[a-z0-9]{5,8}\Z")
"""Prefix of the names of Security Hub's own rules."""


def read_config(path: Path) -> tuple[tuple[ScanResult, ...], Mapping[str, str]]:
    """Every result in the file by rule name, and rule name → identifier if the file contains it.

    Raises:
        ScanError: if it is not a supported response of AWS Config.
    """
    answers = [_lists(path, document) for document in parse_answers(path, read_text(path))]
    results = [
        _result(path, key, item) for lists in answers for key, items in lists.items() if key != _NAMES for item in items
    ]
    return tuple(results), dict(name for document in answers for name in _names(document.get(_NAMES, ())))


def _lists(path: Path, document: Any) -> Mapping[str, list[Any]]:  # noqa: ANN401 - JSON
    """The supported lists in one response."""
    known = (*_SUMMARIES, *_DETAILS, _NAMES)
    found = {key: document[key] for key in known if isinstance(document, dict) and isinstance(document.get(key), list)}
    if not found:
        raise ScanError(
            f"{path}:1: no AWS Config compliance results: the file must contain one of {', '.join(known)}",
            hint="pass the output of `aws configservice describe-compliance-by-config-rule`",
        )
    return found


def _result(path: Path, key: str, item: Any) -> ScanResult:  # noqa: ANN401 - JSON
    qualifier = ("EvaluationResultIdentifier", "EvaluationResultQualifier") if key in _DETAILS else ()
    name = text_at(item, *qualifier, "ConfigRuleName")
    compliance = text_at(item, "ComplianceType") if qualifier else text_at(item, "Compliance", "ComplianceType")
    if not name or not compliance:
        raise ScanError(f"{path}: an item of {key} has no ConfigRuleName or no ComplianceType")
    return ScanResult(
        tool="config",
        detector=name,
        outcome=_OUTCOMES.get(compliance, "unknown"),
        resource=text_at(item, *qualifier, "ResourceId") if qualifier else "",
        account=text_at(item, "AccountId"),
        region=text_at(item, "AwsRegion"),
    )


def _names(rules: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    for item in rules:
        if text_at(item, "Source", "Owner") == "AWS":
            yield text_at(item, "ConfigRuleName"), text_at(item, "Source", "SourceIdentifier")


def rule_identifier(name: str, prefix: str) -> str:
    """The probable managed rule of a rule with this name, or "".

    The baseline's own rules are matched by name, in a conformance pack or alone. Others are matched by the spelling of
    AWS's identifier: Security Hub's rules are named `securityhub-<rule>-<letters>`.
    """
    plain = _OWN.sub("", name).removeprefix(f"{prefix}-")
    hub = _HUBS.match(plain)
    return _known().get(_folded(hub["name"] if hub else plain), "")


@cache
def _known() -> Mapping[str, str]:
    identifiers = {name for control in controls().values() for name in control.detectors.config}
    return {_folded(name): name for name in identifiers} | {
        **{_folded(rule.name): rule.identifier for rule in managed_rules().values()},
        # templates/alarms_root_mfa.yaml.j2
        _folded("root-mfa-enabled"): "ROOT_ACCOUNT_MFA_ENABLED",
        _folded("root-hardware-mfa-enabled"): "ROOT_ACCOUNT_HARDWARE_MFA_ENABLED",
    }


def _folded(name: str) -> str:
    return re.sub(r"[-_]", "", name.lower())
