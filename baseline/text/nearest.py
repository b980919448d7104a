"""Suggestions for misspelled words ("did you mean")."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

_MOST = 5
"""Numbers of candidates that are compared again with their case, and that a message names."""
_SHORTEST_BEGINNING = 2


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the item of `words` that is most similar to `word`, or None."""
    return next(iter(all_nearest(word, words, cutoff)), None)


def all_nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> list[str]:
    """Return the items of `words` that are most similar to `word`, if several are equally similar.

    If at most five items begin with the word, only those are returned: pci-dss-4.0.1 for pci.
    Case only decides between words that are equally similar without it.

    Args:
        word: The word as written.
        words: The known words.
        cutoff: Minimum similarity, 0 to 1; higher if a wrong guess could do harm.
    """
    spelled: dict[str, list[str]] = {}
    for item in words:
        spelled.setdefault(item.lower(), []).append(item)
    longer = [item for lower, items in spelled.items() if _begins(lower, word.lower()) for item in items]
    if word.lower() not in spelled and 0 < len(longer) <= _MOST:
        return longer
    close = get_close_matches(word.lower(), spelled, n=_MOST, cutoff=cutoff)
    if not close:
        return []
    best = _similarity(word.lower(), close[0])
    equal = [item for lower in close if _similarity(word.lower(), lower) == best for item in spelled[lower]]
    highest = max(_similarity(word, item) for item in equal)
    return [item for item in equal if _similarity(word, item) == highest]


def did_you_mean(word: str, words: Iterable[str], cutoff: float = 0.6) -> str:
    """Return `; did you mean "x" or "y"?` for the end of a message, or nothing; at most five words."""
    close = all_nearest(word, words, cutoff)[:_MOST]
    if not close:
        return ""
    *others, last = (f'"{item}"' for item in close)
    return f"; did you mean {', '.join(others)} or {last}?" if others else f"; did you mean {last}?"


def _begins(item: str, word: str) -> bool:
    """Whether `item` is the word and more, divided by a character such as `-`."""
    return len(word) >= _SHORTEST_BEGINNING and item.startswith(word) and not item[len(word) : len(word) + 1].isalnum()


def _similarity(word: str, other: str) -> float:
    return SequenceMatcher(None, other, word).ratio()
