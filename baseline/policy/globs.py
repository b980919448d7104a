"""Whether two patterns with `*` and `?` can match the same text."""

from functools import cache


@cache
def overlap(one: str, other: str) -> bool:
    """Whether some text matches both patterns."""
    reachable = _closed({(0, 0)}, one, other)
    seen = set(reachable)
    while reachable:
        stepped = {target for state in reachable for target in _steps(state, one, other)} - seen
        reachable = _closed(stepped, one, other) - seen
        seen |= reachable
    return (len(one), len(other)) in seen


def _closed(states: set[tuple[int, int]], one: str, other: str) -> set[tuple[int, int]]:
    """The states, and the states after a `*` that matches nothing."""
    found, left = set(states), list(states)
    while left:
        first, second = left.pop()
        for state in (
            (first + 1, second) if one[first : first + 1] == "*" else None,
            (first, second + 1) if other[second : second + 1] == "*" else None,
        ):
            if state and state not in found:
                found.add(state)
                left.append(state)
    return found


def _steps(state: tuple[int, int], one: str, other: str) -> set[tuple[int, int]]:
    """The states after one more common character."""
    first, second = state
    left, right = one[first : first + 1], other[second : second + 1]
    if not left or not right or not (left == right or left in "*?" or right in "*?"):
        return set()
    return {(first + (left != "*"), second + (right != "*"))}
