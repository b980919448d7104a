"""Texts of a profile: names are one line of visible characters; sentences are folded to one line."""

from collections.abc import Sequence

from baseline.findings import Finding
from baseline.profile.problem_ids import problem
from baseline.profile.tree import KeyPath, Place, Tree
from baseline.text.line import LINE_BREAKS, code_point, fold, forbidden_in_a_name, is_plain

_SENTENCES = frozenset({"description", "pattern", "reason", "statement"})
"""Keys whose values may take several lines in the file: sentences, and the patterns of metric filters."""


def read_texts(tree: Tree) -> list[Finding]:
    """Fold the sentences of a document in place; report every other text that is not one visible line."""
    found: list[Finding] = []
    _read(tree, (), set(), found)
    return found


def _read(tree: Tree, path: KeyPath, known: set[int], found: list[Finding]) -> None:
    """Add the problems to `found`, without a generator for each of the many texts of a large profile."""
    value = tree.value
    if isinstance(value, str):
        _read_text(tree, path, known, found)
    elif isinstance(value, dict | list) and id(tree) not in known:  # an alias: said once
        known.add(id(tree))
        if isinstance(value, dict):
            for key, child in value.items():
                below = (*path, key)
                found += _name(key, tree.keys[key], below)
                _read(child, below, known, found)
        else:
            for number, child in enumerate(value):
                _read(child, (*path, number), known, found)


def _read_text(tree: Tree, path: KeyPath, known: set[int], found: list[Finding]) -> None:
    if path and path[-1] in _SENTENCES:
        tree.value = fold(tree.value)
    elif id(tree) not in known and (problems := _name(tree.value, tree.place, path)):
        known.add(id(tree))
        found += problems


def _name(text: str, place: Place, path: KeyPath) -> Sequence[Finding]:
    """The problem of a text that is not one visible line; empty for others."""
    if is_plain(text):
        return ()
    character = forbidden_in_a_name(text)
    if not character:
        return ()
    what = "a line break" if character in LINE_BREAKS else "a character that is not shown"
    message = f"not one line of visible text: it has {what}, {code_point(character)}"
    return (problem("profile-text", place, path, message),)
