"""What must hold between several values of a policy, each said where it is broken.

pydantic asks only once the values themselves are right: what is wrong with them is said first.
"""

from collections.abc import Iterable

from pydantic_core import PydanticCustomError

from baseline.findings import Problem


def hold(broken: Iterable[Problem]) -> None:
    """Says that every rule holds.

    Raises:
        PydanticCustomError: One for all the rules that do not.
    """
    found = tuple(broken)
    if found:
        raise PydanticCustomError("rules", "a rule is broken", {"broken": found})
