"""YAML text → a `Tree`, built from the parser's events in one pass, without recursion or alias expansion."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from baseline.documents import yaml_reader as yaml
from baseline.findings import Finding, more_of
from baseline.profile.problem_ids import problem
from baseline.profile.scalars import meaning
from baseline.profile.source import FORBIDDEN, why_forbidden
from baseline.profile.syntax import syntax_problem
from baseline.profile.tree import KeyPath, Place, Tree
from baseline.text.dynamic_reference import has_dynamic_reference
from baseline.text.line import is_plain

DEEPEST_NESTING = 50
MOST_VALUES = 1_000_000
_LONG_TEXT = 100
"""Characters of a text that count as one value more: an alias repeats long texts, too."""
MOST_OF_A_KIND = 1_000
"""Problems of one kind that are kept: a file can have hundreds of thousands."""
_PLAIN_TAGS = frozenset({"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})


class _StopReadingError(Exception):
    """The rest of the document cannot be parsed; carries the problem."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class _Frame:
    """A collection that is still open. `key` is the key whose value is next."""

    __slots__ = ("anchor", "before", "key", "tree")

    def __init__(self, tree: Tree, anchor: str | None, before: int) -> None:
        self.tree = tree
        self.anchor = anchor
        self.before = before
        self.key: Tree | None = None


class _Builder:
    """Builds a tree from events; collects problems that do not stop parsing."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Finding] = []
        self._counts: Counter[str] = Counter()
        self._further: dict[str, Finding] = {}
        self.root: Tree | None = None
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Tree, int] | None] = {}
        self._values = 0
        self._documents = 0
        self.handlers: Mapping[type, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start_mapping,
            yaml.SequenceStartEvent: self._start_sequence,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def _document(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's events have no useful common type
        self._documents += 1
        if self._documents > 1:
            message = "several documents: a second one begins here"
            raise _StopReadingError(problem("profile-documents", self._place(event), (), message))
        self._anchors.clear()

    def _scalar(self, event: Any) -> None:  # noqa: ANN401
        text = event.value
        value = meaning(text) if event.implicit[0] and event.tag is None else text
        mark = event.start_mark
        tree = Tree(value, Place(self.file, mark.line + 1, mark.column + 1), text)
        if event.tag is not None or "{{" in text or not is_plain(text):  # few of the many values of a large profile
            self._check_scalar(event, tree)
        weight = 1 + len(text) // _LONG_TEXT
        self._count(weight, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (tree, weight)
        self._deliver(tree)

    def _check_scalar(self, event: Any, tree: Tree) -> None:  # noqa: ANN401
        self._check_tag(event)
        forbidden = FORBIDDEN.search(tree.text) if event.style == '"' else None
        if forbidden is not None:
            self._note("profile-characters", tree.place, why_forbidden(forbidden.group()[:1]))
            tree.value = FORBIDDEN.sub("", tree.text)
        if has_dynamic_reference(tree.text):
            message = "dynamic reference: CloudFormation would put the secret or parameter in place of this text"
            self._note("profile-dynamic-reference", tree.place, message)

    def _start_mapping(self, event: Any) -> None:  # noqa: ANN401
        self._start({}, event)

    def _start_sequence(self, event: Any) -> None:  # noqa: ANN401
        self._start([], event)

    def _start(self, value: dict[str, Tree] | list[Tree], event: Any) -> None:  # noqa: ANN401
        self._check_tag(event)
        if len(self._stack) >= DEEPEST_NESTING:
            message = f"nested too deeply: more than {DEEPEST_NESTING} levels"
            raise _StopReadingError(problem("profile-nesting", self._place(event), (), message))
        self._stack.append(_Frame(Tree(value, self._place(event)), event.anchor, self._values))
        self._count(1, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = None

    def _end(self, _: object) -> None:
        frame = self._stack.pop()
        if frame.anchor is not None:
            self._anchors[frame.anchor] = (frame.tree, self._values - frame.before)
        self._deliver(frame.tree)

    def _alias(self, event: Any) -> None:  # noqa: ANN401
        if event.anchor not in self._anchors:
            message = f"unknown alias: there is no anchor &{event.anchor} above"
            raise _StopReadingError(problem("profile-alias", self._place(event), self._path(), message))
        known = self._anchors[event.anchor]
        if known is None:
            message = f"recursive alias: *{event.anchor} is inside the value that it names"
            raise _StopReadingError(problem("profile-alias", self._place(event), self._path(), message))
        tree, values = known
        self._count(values, event)
        self._deliver(tree)

    def _count(self, values: int, event: Any) -> None:  # noqa: ANN401
        self._values += values
        if self._values > MOST_VALUES:
            message = f"too many values: more than {MOST_VALUES:,} once its aliases are followed"
            raise _StopReadingError(problem("profile-alias", self._place(event), self._path(), message))

    def _deliver(self, tree: Tree) -> None:
        if not self._stack:
            self.root = tree
            return
        frame = self._stack[-1]
        holder, key = frame.tree.value, frame.key
        if isinstance(holder, list):
            holder.append(tree)
        elif key is None:
            frame.key = tree
            self._check_key(tree, frame.tree)
        else:
            if isinstance(key.value, str) and key.value not in holder:
                frame.tree.set(key.value, key.place, tree)
            frame.key = None

    def _check_key(self, key: Tree, mapping: Tree) -> None:
        name = key.value
        if not isinstance(name, str):
            shown = f"`{key.text}` is {_kind(name)}" if key.text else f"this is {_kind(name)}"
            self._note("profile-key-not-text", key.place, f"key is not text: {shown}")
        elif name == "<<":
            self._note("profile-merge-key", key.place, "merge key: `<<` is not supported")
            key.value = None
        elif name in mapping.value:
            first = mapping.keys[name]
            message = f"key given twice: first at line {first.line}, column {first.column}"
            self._note("profile-duplicate-key", key.place, message)

    def _check_tag(self, event: Any) -> None:  # noqa: ANN401
        if event.tag is not None and event.tag not in _PLAIN_TAGS:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._note("profile-tag", self._place(event), f"YAML tag: {shown} has no meaning in a profile")

    def _note(self, kind: str, place: Place, message: str) -> None:
        self._counts[kind] += 1
        if self._counts[kind] <= MOST_OF_A_KIND:
            self.problems.append(problem(kind, place, self._path(), message))
        elif self._counts[kind] == MOST_OF_A_KIND + 1:
            self._further[kind] = problem(kind, place, (), message)

    def all_problems(self) -> list[Finding]:
        """The problems; for kinds with too many, a final problem counts the rest."""
        counted = {kind: self._counts[kind] - MOST_OF_A_KIND for kind in self._further}
        further = [more_of([replace(first, count=counted[kind])]) for kind, first in self._further.items()]
        return [*self.problems, *further]

    def _path(self) -> KeyPath:
        parts: list[str | int] = []
        for frame in self._stack:
            if isinstance(frame.tree.value, list):
                parts.append(len(frame.tree.value))
            elif frame.key is not None:
                parts.append(frame.key.value if isinstance(frame.key.value, str) else frame.key.text)
        return tuple(parts)

    def _place(self, event: Any) -> Place:  # noqa: ANN401
        mark = event.start_mark
        return Place(self.file, mark.line + 1, mark.column + 1)


def _kind(value: object) -> str:
    kinds = {dict: "a mapping", list: "a list", bool: "a boolean", type(None): "empty"}
    return kinds.get(type(value), "a number")


def parse_document(text: str, file: str) -> tuple[Tree | None, list[Finding]]:
    """The document's top-level mapping and its problems; no mapping if the document is unusable."""
    builder = _Builder(file)
    try:
        for event in yaml.events(text):
            handle = builder.handlers.get(type(event))
            if handle is not None:
                handle(event)
    except _StopReadingError as stop:
        return None, [*builder.all_problems(), stop.finding]
    except yaml.NotYamlError as error:
        return None, [*builder.all_problems(), syntax_problem(error, text, file)]
    return _top_mapping(builder, file)


def _top_mapping(builder: _Builder, file: str) -> tuple[Tree | None, list[Finding]]:
    root = builder.root
    if root is None or (root.value is None and not root.text):
        message = "empty profile: the file holds nothing but comments or blank lines"
        return None, [*builder.all_problems(), problem("profile-empty", Place(file, 1, 1), (), message)]
    if not isinstance(root.value, dict):
        kind = "a list" if isinstance(root.value, list) else "a single value"
        message = f"not a mapping: the top of the file is {kind}, a profile is `key: value` lines"
        fix = "begin with `version: 1`, or start from `baseline init`"
        return None, [*builder.all_problems(), problem("profile-type", root.place, (), message, fix)]
    return root, builder.all_problems()
