"""Pack statements into as few policies as possible, so that a small change rewrites only one."""

from collections.abc import Mapping, Sequence
from typing import Any

from baseline.policy.text import document_of, minified


def size_of(statements: Sequence[Mapping[str, Any]]) -> int:
    """Number of characters of the statements in a policy, including commas between them."""
    return sum(len(minified(statement)) + 1 for statement in statements)


ENVELOPE = len(minified(document_of(())))
"""Characters of a policy without statements."""


def packed(statements: Sequence[Mapping[str, Any]], most: int) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    """The statements in order, split into as few documents as possible, of at most `most` characters each.

    A statement that is too large by itself gets its own document, which a check reports.
    """
    documents: list[list[Mapping[str, Any]]] = []
    room = 0
    for statement in statements:
        size = size_of([statement])
        if not documents or size > room:
            documents.append([])
            room = most - ENVELOPE + 1  # the last statement has no comma
        documents[-1].append(statement)
        room -= size
    return tuple(map(tuple, documents))
