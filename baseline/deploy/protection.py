"""Protection of a stack's data: termination protection and a stack policy."""

import json
from collections.abc import Iterator
from typing import Any

from baseline.deploy.template import resources_of
from baseline.frozen import frozen

TERMINATION, POLICY = "termination protection", "stack policy"

_DATA = ("Update:Replace", "Update:Delete")


@frozen
class ProtectionGap:
    """A missing or wrong protection."""

    subject: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.actual}, not {self.expected}"


def gaps(protected: bool, policy: str, text: str) -> Iterator[ProtectionGap]:  # noqa: FBT001 - what AWS says
    """The protections that a stack lacks; none for a stack without data.

    Args:
        protected: Whether its termination protection is on.
        policy: Its stack policy, or "".
        text: Its template.
    """
    held = holders(text)
    if not held:
        return
    if not protected:
        yield ProtectionGap(subject=TERMINATION, expected="on", actual="off")
    if _read(policy) != json.loads(stack_policy(held)):
        expected = f"forbids replacing or deleting {', '.join(held)}"
        yield ProtectionGap(subject=POLICY, expected=expected, actual="another one" if policy else "none")


def holders(text: str) -> tuple[str, ...]:
    """Logical ids of the resources with data."""
    return tuple(item.logical_id for item in resources_of(text) if item.stateful)


def stack_policy(held: tuple[str, ...]) -> str:
    """A stack policy that allows updates of the given resources, but not their replacement or deletion."""
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
