"""Advice to write one of a few values."""

from collections.abc import Collection


def one_of(names: Collection[str]) -> str:
    """`one of a, b`, or the name itself if there is only one."""
    listed = ", ".join(names)
    return f"one of {listed}" if len(names) > 1 else listed
