"""The settings of a profile that enable a control."""

from baseline.capabilities.detect.config.packs import managed_rules
from baseline.capabilities.registry import CAPABILITIES
from baseline.capabilities.settings import TIERS, TierDefaults, tier_defaults
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


def way_to_enable(control: Control, tier: str) -> str:
    """The change of the profile that enables the control: `set A to B`, `add A to B`, `remove A from B` or `change A`.

    Args:
        control: The control.
        tier: The profile's tier.
    """
    if guardrail_of(control):
        return _change(f"capabilities.guardrails.rules.{guardrail_of(control)}.enabled", value=True)
    if rule_of(control):
        return _rule_change(rule_of(control), tier)
    at = f"capabilities.{control.capability}"
    if control.enabled_by:
        return " and ".join(_change(f"{at}.{name}", value=value) for name, value in control.enabled_by.items())
    defaults = tier_defaults(CAPABILITIES[control.capability].settings)
    own = [_strengthened(path, defaults[path.split(".", 2)[2]]) for path in own_settings(control)]
    return " and ".join(own) or _change(f"{at}.enabled", value=True)


def _rule_change(name: str, tier: str) -> str:
    tiers: tuple[str, ...] = TIERS
    lowest = managed_rules()[name].tier
    if tiers.index(lowest) > tiers.index(tier):
        return f"set tier to `{lowest}`"
    return f"remove `{name}` from capabilities.config.exclude_rules"


def _strengthened(path: str, item: TierDefaults) -> str:
    """The change of a setting to a value that is not the weakest, where the tiers show which that is."""
    values = [item.values[tier] for tier in TIERS]
    if item.stronger in ("true", "false"):
        return _change(path, value=item.stronger == "true")
    if item.stronger in ("higher", "lower"):
        return f"set {path} to `{values[0]}` or {'more' if item.stronger == 'higher' else 'less'}"
    if item.stronger == "later":
        return _change(path, value=str(next((value for value in values if value != item.ladder[0]), item.ladder[-1])))
    return f"empty {path}" if item.stronger == "subset" else f"change {path}"


def _change(path: str, *, value: str | bool) -> str:
    if isinstance(value, bool):
        return f"set {path} to `{str(value).lower()}`"
    if not value:
        return f"change {path}"
    return f"add `{value}` to {path}" if _is_list(path) else f"set {path} to `{value}`"


def _is_list(path: str) -> bool:
    """Whether a setting is a list. A list in each item of a mapping also counts."""
    _, capability, name = path.split(".", 2)
    defaults = tier_defaults(CAPABILITIES[capability].settings)
    return "*" in name or isinstance(defaults[name].values["standard"], list)
