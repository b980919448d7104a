"""A YAML document as plain values with their places."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from baseline.findings import Location

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and list indexes (from 0) that lead from the top of a profile to a value."""


class Place(NamedTuple):
    """File, line and column; the last two start at 1, and 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def location(self) -> Location:
        """The place as a location for findings."""
        return Location(file=self.file, line=self.line, column=self.column)


class Tree:
    """One value of a document.

    Attributes:
        value: A mapping of trees, a list of trees, or a scalar (text, number, boolean, None).
        place: Its start.
        keys: The place of each key, for a mapping.
        text: The source text of a scalar, before YAML gave it a type.
    """

    __slots__ = ("keys", "place", "text", "value")

    def __init__(self, value: Any, place: Place, text: str = "") -> None:  # noqa: ANN401 - YAML data of any type
        self.value = value
        self.place = place
        self.keys: dict[str, Place] = {}
        self.text = text

    def set(self, key: str, place: Place, child: "Tree") -> None:
        """Set `child` under `key`, whose place is `place`."""
        self.value[key] = child
        self.keys[key] = place


class Found(NamedTuple):
    """The deepest part of a key path that exists in a document.

    Attributes:
        path: The existing parts of the path.
        tree: The value there.
        key: Place of its key, or of the value if it has no key.
    """

    path: KeyPath
    tree: Tree
    key: Place


def plain(tree: Tree) -> Any:  # noqa: ANN401 - YAML data of any type
    """The values without places, as dictionaries, lists and scalars."""
    value = tree.value
    if isinstance(value, dict):
        return {key: plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [plain(child) for child in value]
    return value


def child_of(tree: Tree, part: str | int) -> Tree | None:
    """The value one step below, or None."""
    value = tree.value
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
        return value[part] if isinstance(value[part], Tree) else None
    return None


def find(tree: Tree, path: Sequence[str | int]) -> Found:
    """The deepest value on `path`; missing parts are skipped."""
    found = Found((), tree, tree.place)
    for part in path:
        child = child_of(found.tree, part)
        if child is not None:
            key = found.tree.keys.get(str(part), child.place)
            found = Found((*found.path, part), child, key)
    return found


def path_text(path: Sequence[str | int]) -> str:
    """`accounts.web.id`, `organization.regions[1]`: a key path for messages."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
