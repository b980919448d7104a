"""Statements of organization policies into as few policies as they need, so that a small change rewrites one."""

from collections.abc import Mapping, Sequence
from typing import Any

from baseline.policy.text import document_of, minified


def size_of(statements: Sequence[Mapping[str, Any]]) -> int:
    """Characters that the statements take in a policy, the commas between them included."""
    return sum(len(minified(statement)) + 1 for statement in statements)


ENVELOPE = len(minified(document_of(())))
"""Characters of a policy without statements."""


def packed(statements: Sequence[Mapping[str, Any]], most: int) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    """Statements in their order, cut into as few documents as their order allows, each of at most `most` characters.

    A statement that is too large by itself stands alone: a check speaks of it.
    """
    documents: list[list[Mapping[str, Any]]] = []
    for statement in statements:
        if documents and ENVELOPE + size_of([*documents[-1], statement]) - 1 <= most:
            documents[-1].append(statement)
        else:
            documents.append([statement])
    return tuple(map(tuple, documents))
