"""Texts of a profile: names are one line of visible characters; sentences are folded to one line."""

from collections.abc import Iterator

from baseline.findings import Finding
from baseline.profile.problem_ids import problem
from baseline.profile.tree import KeyPath, Place, Tree
from baseline.text.line import LINE_BREAKS, code_point, fold, forbidden_in_a_name

_SENTENCES = frozenset({"description", "pattern", "reason", "statement"})
"""Keys whose values may take several lines in the file: sentences, and the patterns of metric filters."""


def read_texts(tree: Tree) -> list[Finding]:
    """Fold the sentences of a document in place; report every other text that is not one visible line."""
    return list(_texts(tree, (), set()))


def _texts(tree: Tree, path: KeyPath, known: set[tuple[int, bool]]) -> Iterator[Finding]:
    is_sentence = bool(path) and path[-1] in _SENTENCES
    if (id(tree), is_sentence) in known:  # an alias: said once
        return
    known.add((id(tree), is_sentence))
    if isinstance(tree.value, dict):
        for key, child in tree.value.items():
            yield from _name(key, tree.keys[key], (*path, key))
            yield from _texts(child, (*path, key), known)
    elif isinstance(tree.value, list):
        for number, child in enumerate(tree.value):
            yield from _texts(child, (*path, number), known)
    elif isinstance(tree.value, str) and is_sentence:
        tree.value = fold(tree.value)
    elif isinstance(tree.value, str):
        yield from _name(tree.value, tree.place, path)


def _name(text: str, place: Place, path: KeyPath) -> Iterator[Finding]:
    character = forbidden_in_a_name(text)
    if character:
        what = "a line break" if character in LINE_BREAKS else "a character that is not shown"
        yield problem(
            "profile-text", place, path, f"not one line of visible text: it has {what}, {code_point(character)}"
        )
