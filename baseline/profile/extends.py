"""`extends`: layering of a profile over the profiles that it names."""

import os
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

from baseline.findings import Finding
from baseline.frozen import frozen
from baseline.profile.document import parse_document
from baseline.profile.merge import merge
from baseline.profile.model import Profile
from baseline.profile.problem_ids import problem
from baseline.profile.source import decode, read_bytes
from baseline.profile.tree import KeyPath, Place, Tree

DEEPEST_EXTENDS = 10
MOST_FILES = 100
MOST_BYTES = 20 * 1024 * 1024
_KEYS = frozenset({*Profile.model_fields, "extends"})
_WITHOUT_CONTENT = frozenset(
    f"profile-{name}"
    for name in ("characters", "documents", "empty", "encoding", "nesting", "syntax", "tabs", "too-large", "type")
)
"""Problems whose messages do not quote the file: a layer may be any file, and its lines may be private."""


@frozen
class Layers:
    """The result of reading a profile and its layers.

    Attributes:
        tree: The merged document without `extends`; None if the profile itself is unusable.
        problems: Every problem found.
        complete: Whether every file was read; if not, missing values cannot be reported.
        files: Every file that was read, the profile itself first.
    """

    tree: Tree | None
    problems: list[Finding]
    complete: bool = True
    files: tuple[Path, ...] = ()


def read_layers(path: Path, data: bytes | None = None, root: Path | None = None) -> Layers:
    """The profile at `path` merged over everything that it extends; each file is read once.

    Args:
        path: The file as given by the user; the layers are relative to it.
        data: The file's bytes, if already read.
        root: The directory that must contain the layers; None for the profile's repository, or its directory if there
            is none.
    """
    content = read_bytes(path) if data is None else data
    if isinstance(content, Finding):
        return Layers(tree=None, problems=[content], complete=False)
    reader = _Reader(root=(root or _repository(path.parent)).resolve())
    tree = reader.read(path, content, ())
    return Layers(tree=tree, problems=reader.problems, complete=reader.complete, files=tuple(reader.files.values()))


def _repository(directory: Path) -> Path:
    """The nearest directory with a `.git`, upwards; `directory` itself if there is none."""
    resolved = directory.resolve()
    return next((item for item in (resolved, *resolved.parents) if (item / ".git").exists()), resolved)


@dataclass(kw_only=True)
class _Reader:
    """Reads layers; `merged` caches the merged document of each file."""

    root: Path
    problems: list[Finding] = field(default_factory=list)
    complete: bool = True
    files: dict[str, Path] = field(default_factory=dict)
    merged: dict[str, Tree | None] = field(default_factory=dict)
    size: int = 0

    def read(self, path: Path, data: bytes, chain: tuple[Path, ...]) -> Tree | None:
        """The file's document over its layers; None if it is unusable."""
        self.size += len(data)
        text = decode(data, str(path))
        if isinstance(text, Finding):
            self._unusable([text])
            return None
        tree, found = parse_document(text, str(path))
        if tree is None:
            self._unusable(_without_content(found, path) if chain else found)
            return None
        if chain and not _KEYS & tree.value.keys():
            self._unusable([_not_a_profile(path)])
            return None
        self.files[os.path.realpath(path)] = path
        self.problems += found
        if "extends" not in tree.value:
            return tree
        names, wrong = _names(tree.value.pop("extends"))
        self.problems += wrong
        self.complete = self.complete and not wrong
        layers = [self._layer(path, name, key_path, (*chain, path)) for key_path, name in names]
        return reduce(merge, [*(layer for layer in layers if layer is not None), tree])

    def _layer(self, path: Path, name: Tree, key_path: KeyPath, chain: tuple[Path, ...]) -> Tree | None:
        target = _without_dots(path.parent / name.value)
        key = os.path.realpath(target)
        wrong = _chain_problem(target, name.place, key_path, chain) or self._limit(key, name, key_path)
        if wrong is not None:
            self._unusable([wrong])
            return None
        if key not in self.merged:
            content = read_bytes(target)
            if isinstance(content, Finding):
                message = f"{target}: {content.message}"
                self._unusable([problem("profile-extends", name.place, key_path, message)])
                return None
            self.merged[key] = self.read(target, content, chain)
        return self.merged[key]

    def _limit(self, key: str, name: Tree, key_path: KeyPath) -> Finding | None:
        if not Path(key).is_relative_to(self.root):
            message = f"{name.value}: outside of the directory that layers have to be in, {self.root}"
            fix = "move the file there, or name a directory that holds both with --root"
            return problem("profile-extends", name.place, key_path, message, fix)
        if len(self.files) >= MOST_FILES or self.size > MOST_BYTES:
            message = f"too many layers: more than {MOST_FILES} files or {MOST_BYTES:,} bytes in all"
            return problem("profile-extends", name.place, key_path, message, "combine some of the files")
        return None

    def _unusable(self, found: list[Finding]) -> None:
        self.problems += found
        self.complete = False


def _without_content(found: list[Finding], path: Path) -> list[Finding]:
    """The reasons why a layer cannot be read, without quoting its content."""
    return [found[-1]] if found[-1].id in _WITHOUT_CONTENT and not found[-1].path else [_not_a_profile(path)]


def _not_a_profile(path: Path) -> Finding:
    message = "not a profile: it has no key of a profile at its top"
    return problem("profile-extends", Place(str(path), 1, 1), (), message, "name a profile under `extends`")


def _without_dots(path: Path) -> Path:
    """The path without `..`, for reports; the path itself if a symbolic link gives the short one another meaning."""
    short = Path(os.path.normpath(path))
    return short if os.path.realpath(short) == os.path.realpath(path) else path


def _names(extends: Tree) -> tuple[list[tuple[KeyPath, Tree]], list[Finding]]:
    items: list[tuple[KeyPath, Tree]] = [(("extends",), extends)]
    if isinstance(extends.value, list):
        if len(extends.value) > MOST_FILES:
            message = f"too many layers: {len(extends.value):,} in one list, at most {MOST_FILES}"
            return [], [problem("profile-extends", extends.place, ("extends",), message, "combine some of the files")]
        items = [(("extends", index), item) for index, item in enumerate(extends.value)]
    good = [(path, item) for path, item in items if isinstance(item.value, str) and item.value]
    bad = [
        problem("profile-extends", item.place, path, "not a file name: extends takes one path or a list of paths")
        for path, item in items
        if not (isinstance(item.value, str) and item.value)
    ]
    return good, bad


def _chain_problem(target: Path, place: Place, key_path: KeyPath, chain: tuple[Path, ...]) -> Finding | None:
    resolved = [os.path.realpath(item) for item in chain]
    if os.path.realpath(target) in resolved:
        first = resolved.index(os.path.realpath(target))
        circle = " → ".join(str(item) for item in (*chain[first:], target))
        return problem("profile-extends-cycle", place, key_path, f"extends is circular: {circle}")
    if len(chain) >= DEEPEST_EXTENDS:
        message = f"too many layers: extends goes deeper than {DEEPEST_EXTENDS} files"
        return problem("profile-extends", place, key_path, message, "combine some of the files")
    return None
