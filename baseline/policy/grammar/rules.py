"""What must hold between several values of a policy, each said where it is broken.

pydantic asks only once the values themselves are right: what is wrong with them is said first.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pydantic_core import PydanticCustomError

from baseline.policy.document import Path


class Broken(NamedTuple):
    """A rule that is broken.

    Attributes:
        path: Where, from the model that has the rule.
        message: What is wrong and why.
        fix: What to do.
    """

    path: Path
    message: str
    fix: str


def hold(broken: Iterable[Broken]) -> None:
    """Says that every rule holds.

    Raises:
        PydanticCustomError: One for all the rules that do not.
    """
    found = tuple(broken)
    if found:
        raise PydanticCustomError("rules", "a rule is broken", {"broken": found})
