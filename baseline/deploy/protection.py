"""What keeps the data of a stack: its termination protection, and a stack policy."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from baseline.deploy.template import resources_of

_DATA = ("Update:Replace", "Update:Delete")


@dataclass(frozen=True, kw_only=True)
class ProtectionGap:
    """One protection that is not as the template's resources need it."""

    subject: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.actual}, not {self.expected}"


def gaps(client: Any, name: str, current: Mapping[str, Any] | None, text: str) -> Iterator[ProtectionGap]:  # noqa: ANN401
    """The protections that a stack lacks; none for a stack that holds no data."""
    held = holders(text)
    if not held or current is None:
        return
    if not current.get("EnableTerminationProtection"):
        yield ProtectionGap(subject="termination protection", expected="on", actual="off")
    body = client.get_stack_policy(StackName=name).get("StackPolicyBody") or ""
    if _read(body) != json.loads(stack_policy(held)):
        expected = f"forbids replacing or deleting {', '.join(held)}"
        yield ProtectionGap(subject="stack policy", expected=expected, actual="another one" if body else "none")


def protect(client: Any, name: str, current: Mapping[str, Any] | None, text: str) -> bool:  # noqa: ANN401
    """Restore what is lacking, the policy first; whether anything was."""
    found = tuple(gap.subject for gap in gaps(client, name, current, text))
    if "stack policy" in found:
        client.set_stack_policy(StackName=name, StackPolicyBody=stack_policy(holders(text)))
    if "termination protection" in found:
        client.update_termination_protection(StackName=name, EnableTerminationProtection=True)
    return bool(found)


def unprotect(client: Any, name: str, current: Mapping[str, Any] | None) -> None:  # noqa: ANN401
    """Turn termination protection off."""
    if (current or {}).get("EnableTerminationProtection"):
        client.update_termination_protection(StackName=name, EnableTerminationProtection=False)


def holders(text: str) -> tuple[str, ...]:
    """Logical ids of the resources that hold data."""
    return tuple(item.logical_id for item in resources_of(text) if item.stateful)


def stack_policy(held: tuple[str, ...]) -> str:
    """A stack policy under which the resources named are updated, and neither replaced nor deleted."""
    allowed = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    denied = {
        "Effect": "Deny",
        "Action": list(_DATA),
        "Principal": "*",
        "Resource": [f"LogicalResourceId/{name}" for name in held],
    }
    return json.dumps({"Statement": [allowed, *([denied] if held else [])]})


def _read(body: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(body)
    except ValueError:
        return None
