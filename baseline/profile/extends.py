"""`extends`: a profile laid over the profiles that it names."""

import os
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from baseline.findings import Finding
from baseline.profile.document import parse_document
from baseline.profile.merge import merge
from baseline.profile.problem_ids import problem
from baseline.profile.source import decode, read_bytes
from baseline.profile.tree import KeyPath, Place, Tree

DEEPEST_EXTENDS = 10


@dataclass(frozen=True, kw_only=True)
class Layers:
    """What reading a profile and everything below it gave.

    Attributes:
        tree: The merged document, `extends` taken out; None when the profile itself cannot be used at all.
        problems: Every problem met.
        complete: Whether every file was read; when not, nothing can be said about what is missing.
        files: Every file that was read, the profile itself first.
    """

    tree: Tree | None
    problems: list[Finding]
    complete: bool = True
    files: tuple[Path, ...] = ()


def read_layers(path: Path, data: bytes | None = None) -> Layers:
    """The profile at `path` over everything that it extends.

    Args:
        path: The file, as the user gave it; what it extends is found relative to it.
        data: The file's bytes, when they are at hand already.
    """
    content = read_bytes(path) if data is None else data
    if isinstance(content, Finding):
        return _unusable([content])
    return _read(path, content, ())


def _unusable(problems: list[Finding]) -> Layers:
    return Layers(tree=None, problems=problems, complete=False)


def _read(path: Path, data: bytes, chain: tuple[Path, ...]) -> Layers:
    text = decode(data, str(path))
    if isinstance(text, Finding):
        return _unusable([text])
    tree, problems = parse_document(text, str(path))
    if tree is None:
        return _unusable(problems)
    if "extends" not in tree.value:
        return Layers(tree=tree, problems=problems, files=(path,))
    names, wrong = _names(tree.value.pop("extends"))
    layers = [_read_layer(path, name, key_path, (*chain, path)) for key_path, name in names]
    trees = [layer.tree for layer in layers if layer.tree is not None]
    return Layers(
        tree=reduce(merge, [*trees, tree]),
        problems=[*problems, *wrong, *(found for layer in layers for found in layer.problems)],
        complete=not wrong and all(layer.complete for layer in layers),
        files=(path, *(file for layer in layers for file in layer.files)),
    )


def _names(extends: Tree) -> tuple[list[tuple[KeyPath, Tree]], list[Finding]]:
    items: list[tuple[KeyPath, Tree]] = [(("extends",), extends)]
    if isinstance(extends.value, list):
        items = [(("extends", index), item) for index, item in enumerate(extends.value)]
    good = [(path, item) for path, item in items if isinstance(item.value, str) and item.value]
    bad = [
        problem("profile-extends", item.place, path, "not a file name: extends takes one path or a list of paths")
        for path, item in items
        if not (isinstance(item.value, str) and item.value)
    ]
    return good, bad


def _read_layer(path: Path, name: Tree, key_path: KeyPath, chain: tuple[Path, ...]) -> Layers:
    target = path.parent / name.value
    wrong = _chain_problem(target, name.place, key_path, chain)
    if wrong is not None:
        return _unusable([wrong])
    content = read_bytes(target)
    if isinstance(content, Finding):
        return _unusable([problem("profile-extends", name.place, key_path, f"{target}: {content.message}")])
    return _read(target, content, chain)


def _chain_problem(target: Path, place: Place, key_path: KeyPath, chain: tuple[Path, ...]) -> Finding | None:
    resolved = [os.path.realpath(item) for item in chain]
    if os.path.realpath(target) in resolved:
        first = resolved.index(os.path.realpath(target))
        circle = " → ".join(str(item) for item in (*chain[first:], target))
        return problem("profile-extends-cycle", place, key_path, f"extends goes in a circle: {circle}")
    if len(chain) >= DEEPEST_EXTENDS:
        message = f"too many layers: extends goes deeper than {DEEPEST_EXTENDS} files"
        return problem("profile-extends", place, key_path, message, "combine some of the files")
    return None
