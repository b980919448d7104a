"""Statements of organization policies: their size, and how many policies they need."""

from collections.abc import Mapping, Sequence
from typing import Any

from baseline.policy.text import document_of, minified


def packed(statements: Sequence[Mapping[str, Any]], most: int) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    """Statements in their order, cut into as few documents as their order allows, each of at most `most` characters.

    A statement that is too large by itself stands alone: a check speaks of it.
    """
    documents: list[list[Mapping[str, Any]]] = []
    for statement in statements:
        if documents and len(minified(document_of([*documents[-1], statement]))) <= most:
            documents[-1].append(statement)
        else:
            documents.append([statement])
    return tuple(map(tuple, documents))
