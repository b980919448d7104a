"""The settings of a profile that enable a control."""

from baseline.capabilities.detect.config.packs import managed_rules
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import tier_defaults
from baseline.controls.control import Control
from baseline.controls.guardrail import guardrails


def own_settings(control: Control) -> tuple[str, ...]:
    """Dotted paths of the capability's settings whose values affect the control."""
    defaults = tier_defaults(CAPABILITIES[control.capability].settings)
    return tuple(
        f"capabilities.{control.capability}.{name}" for name, item in defaults.items() if item.control == control.id
    )


def guardrail_of(control: Control) -> str:
    """Id of the guardrail that is this control, or ""."""
    return next((item.id for item in guardrails().values() if item.control == control.id), "")


def rule_of(control: Control) -> str:
    """Name of the managed rule that is this control, or ""."""
    return next((item.name for item in managed_rules().values() if item.control == control.id), "")


def enabled_by(control: Control) -> tuple[str, ...]:
    """Dotted paths of the settings that enable the control; the capability's own if the control has none."""
    if guardrail_of(control):
        return (f"capabilities.guardrails.rules.{guardrail_of(control)}.enabled",)
    if rule_of(control):
        return ("capabilities.config.exclude_rules", "tier")
    return own_settings(control) or (f"capabilities.{control.capability}",)
