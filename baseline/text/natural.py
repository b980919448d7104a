"""The order in which people sort names: Team2 before Team10."""

import re


def natural_key(name: str) -> list[list[str | int]]:
    """Sort key of a name, or of a path such as `Workloads/Team10`, in which numbers are compared by their value."""
    return [_parts(step) for step in name.split("/")]


def _parts(text: str) -> list[str | int]:
    """Text and numbers in turns, beginning with a text, so that two keys can be compared."""
    parts = re.split("([0-9]+)", text)
    return [int(part) if number % 2 else part for number, part in enumerate(parts)]
