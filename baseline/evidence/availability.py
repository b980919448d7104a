"""Controls whose AWS features are missing in all governed Regions."""

from collections.abc import Sequence

from baseline.aws.availability import is_available
from baseline.aws.config_rules import is_rule_available
from baseline.aws.security_hub import control_ids, has_control
from baseline.controls.assertion import Assertion, assertions
from baseline.evidence.assess import Assessment, State

_RULE = "AWS::Config::ConfigRule"
_IDENTIFIER = "Source/SourceIdentifier"


def unsupported_controls(assessments: Sequence[Assessment], regions: Sequence[str]) -> frozenset[str]:
    """Ids of the absent controls for which no governed Region has the needed resource types or rules.

    Features that are not known to be missing are treated as available.

    Args:
        assessments: Every control with its state.
        regions: The governed Regions.
    """
    return frozenset(
        item.control.id
        for item in assessments
        if item.state is State.ABSENT and all(_is_lacking(item.control.id, region) for region in regions)
    )


def lacking_controls(regions: Sequence[str]) -> frozenset[str]:
    """Ids of the Security Hub controls that no governed Region has."""
    return frozenset(name for name in control_ids() if not any(has_control(name, region) for region in regions))


def rule_of(assertion: Assertion) -> str:
    """Identifier of the assertion's managed rule, or ""."""
    if assertion.type != _RULE:
        return ""
    if assertion.path == _IDENTIFIER and assertion.comparison == "is":
        return str(assertion.expected)
    pattern = assertion.where.get(_IDENTIFIER)
    return pattern.pattern.strip("^$") if pattern else ""


def _is_lacking(control: str, region: str) -> bool:
    """Whether the Region lacks a feature that the control requires."""
    return any(
        is_rule_available(rule, region) is False
        if (rule := rule_of(item))
        else is_available(item.type, region) is False
        for item in assertions()[control]
        if not item.either
    )
