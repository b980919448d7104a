"""Sample settings of the capabilities: the `samples.py` in the tests of each.

- `FULL`: the richest settings, with awkward names; all lines of its templates are rendered with them.
- `VALUES`: setting → values that give different templates, where the model does not tell them, or where some of its
  values do not fit the other settings. `*` stands for every item of a list and every key of a mapping.
- `WITHOUT_EFFECT`: setting → why it changes neither templates nor the plan.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from baseline.capabilities.registry import CAPABILITIES

_TESTS = Path(__file__).parent / "capabilities"

_MODULES: dict[str, ModuleType] = {
    name: import_module(f"tests.capabilities.{name}.samples")
    for name in CAPABILITIES
    if (_TESTS / name / "samples.py").is_file()
}

_NAMES = {"FULL", "VALUES", "WITHOUT_EFFECT"}


def _check(name: str, module: ModuleType) -> None:
    """Refuse a module of samples whose names nothing reads."""
    names = {found for found in vars(module) if found.isupper() and not found.startswith("_")}
    if not names or names - _NAMES:
        raise ValueError(f"the samples of {name} have {sorted(names)}; allowed is at least one of {sorted(_NAMES)}")


for _name, _module in _MODULES.items():
    _check(_name, _module)

FULL: dict[str, dict[str, Any]] = {name: module.FULL for name, module in _MODULES.items() if hasattr(module, "FULL")}
"""Capability → its richest settings."""

VALUES: dict[str, list[Any]] = {
    f"capabilities.{name}.{setting}": values
    for name, module in _MODULES.items()
    for setting, values in getattr(module, "VALUES", {}).items()
}
"""Key of the profile → values that give different templates."""

WITHOUT_EFFECT: dict[str, str] = {
    f"capabilities.{name}.{setting}": why
    for name, module in _MODULES.items()
    for setting, why in getattr(module, "WITHOUT_EFFECT", {}).items()
}
"""Key of the profile → why it changes neither templates nor the plan."""
