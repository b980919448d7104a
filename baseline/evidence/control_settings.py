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


def way_to_enable(control: Control) -> str:
    """The change of the profile that enables the control: `set A to B`, `add A to B`, or `change A`."""
    if guardrail_of(control):
        return _change(f"capabilities.guardrails.rules.{guardrail_of(control)}.enabled", value=True)
    if rule_of(control):
        return "change capabilities.config.exclude_rules or tier"
    at = f"capabilities.{control.capability}"
    if control.enabled_by:
        return " and ".join(_change(f"{at}.{name}", value=value) for name, value in control.enabled_by.items())
    own = own_settings(control)
    switches = [_switched(path) for path in own] if len(own) == 1 else []
    return next(filter(None, switches), f"change {' or '.join(own or (at,))}")


def _switched(path: str) -> str:
    """The change of a setting that is on or off; "" for another setting."""
    _, capability, name = path.split(".", 2)
    stronger = tier_defaults(CAPABILITIES[capability].settings)[name].stronger
    return _change(path, value=stronger == "true") if stronger in ("true", "false") else ""


def _change(path: str, *, value: str | bool) -> str:
    if isinstance(value, bool):
        return f"set {path} to `{str(value).lower()}`"
    if not value:
        return f"change {path}"
    return f"add `{value}` to {path}" if _is_list(path) else f"set {path} to `{value}`"


def _is_list(path: str) -> bool:
    """Whether a setting is a list; the list of each item of a mapping is one."""
    _, capability, name = path.split(".", 2)
    defaults = tier_defaults(CAPABILITIES[capability].settings)
    return "*" in name or isinstance(defaults[name].values["standard"], list)
