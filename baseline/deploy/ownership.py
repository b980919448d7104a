"""Ownership of stacks, and the order in which they can be deleted, without calls to AWS."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from baseline.capabilities.function_permissions import RETENTION_FUNCTION
from baseline.capabilities.logs.kms.kms import EBS_KEY_STACK
from baseline.deploy.template import capability_of, parse

_EVENTS = ("analyzer", "backup", "compliance", "guardduty", "inspector", "macie")
_OTHER_NAMES: Mapping[str, Sequence[str]] = {
    "account_settings": ("account-regions", EBS_KEY_STACK),
    "budgets": ("cost-anomalies",),
    "health": ("advisor",),
    "monitoring": (RETENTION_FUNCTION,),
    "notifications": (
        *("findings-hub", "undelivered", "user-notifications"),
        *(f"{source}-events" for source in _EVENTS),
    ),
    "organization": ("control-tower",),
}
"""Capability → beginnings of the names of its stacks that do not begin with its own."""


class Linked(Protocol):
    """A stack with dependencies: it exports names, and imports names from other stacks."""

    @property
    def offers(self) -> frozenset[str]:
        """Names that the stack exports."""

    @property
    def needs(self) -> frozenset[str]:
        """Names that the stack imports from other stacks."""


L = TypeVar("L", bound=Linked)


def is_of_this_baseline(prefix: str, name: str, text: str) -> bool:
    """Whether the template's mark matches the name; another baseline's prefix may begin with this one's."""
    capability = capability_of(text)
    begins = [f"{prefix}-{item}" for item in (capability.replace("_", "-"), *_OTHER_NAMES.get(capability, ()))]
    return bool(capability) and any(name == begin or name.startswith(f"{begin}-") for begin in begins)


def in_order(items: Sequence[L]) -> Iterator[tuple[L, ...]]:
    """Groups that can be deleted one after the other: dependents before their dependencies.

    Items with a circular dependency are the last group.
    """
    left = list(items)
    while left:
        needed = {name for item in left for name in item.needs - item.offers}
        free = [item for item in left if not item.offers & needed] or left
        yield tuple(free)
        left = [item for item in left if item not in free]


def exports_of(text: str) -> frozenset[str]:
    """Names of the values that a template exports."""
    outputs = (parse(text).get("Outputs") or {}).values()
    return frozenset(str(output["Export"]["Name"]) for output in outputs if "Export" in output)


def imports_of(text: str) -> frozenset[str]:
    """Names of the values that a template imports."""
    return frozenset(_imports(parse(text)))


def _imports(value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a template
    if isinstance(value, list):
        for item in value:
            yield from _imports(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Fn::ImportValue":
                yield str(item)
            else:
                yield from _imports(item)
