"""Suggestions for misspelled words ("did you mean")."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

_MOST = 5
"""Candidates that are compared once more, in their own case."""


def nearest(word: str, words: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the item of `words` that is most similar to `word`, or None.

    Case only decides between words that are equally similar without it.

    Args:
        word: The word as written.
        words: The known words.
        cutoff: Minimum similarity, 0 to 1; higher if a wrong guess could do harm.
    """
    spelled: dict[str, list[str]] = {}
    for item in words:
        spelled.setdefault(item.lower(), []).append(item)
    close = get_close_matches(word.lower(), spelled, n=_MOST, cutoff=cutoff)
    if not close:
        return None
    best = _similarity(word.lower(), close[0])
    equal = [item for lower in close if _similarity(word.lower(), lower) == best for item in spelled[lower]]
    return max(equal, key=lambda item: _similarity(word, item))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return `; did you mean "x"?` for the end of a message, or nothing."""
    close = nearest(word, words)
    return f'; did you mean "{close}"?' if close else ""


def _similarity(word: str, other: str) -> float:
    return SequenceMatcher(None, other, word).ratio()
