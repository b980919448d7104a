"""Rules between several values of a policy, reported at the value that breaks them.

pydantic evaluates them only if the values themselves are valid, so problems of single values are reported first.
"""

from collections.abc import Iterable

from pydantic_core import PydanticCustomError

from baseline.findings import Problem


def hold(broken: Iterable[Problem]) -> None:
    """Raise an error if any rule is broken.

    Raises:
        PydanticCustomError: one error for all broken rules.
    """
    found = tuple(broken)
    if found:
        raise PydanticCustomError("rules", "a rule is broken", {"broken": found})
