"""Mutants: small faults in the source, each of which some test should notice.

cosmic-ray's operators make them. One place of the source has one mutant; annotations, decorators and docstrings have
none. Each mutant is tested in a process of its own: the tests keep rendered landscapes, and a mutant that came after
them in the same process would never be rendered.
"""

import ast
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SUBJECTS = ("baseline/capabilities", "baseline/policy", "baseline/evidence")
_SKIPPED = frozenset(
    f"core/{name}"
    for name in ("RemoveDecorator", "NoOp", "ReplaceComparisonOperator_Is_Eq", "ReplaceComparisonOperator_IsNot_NotEq")
)
"""Operators that change nothing, or that change caching only."""
_Position = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One fault.

    Attributes:
        path: The source file, relative to the repository.
        operator: cosmic-ray's name of the operator.
        occurrence: Number of the place among those of the operator in the file.
        line: Its line.
    """

    path: str
    operator: str
    occurrence: int
    line: int

    def source(self, text: str) -> str:
        """The text of the file with the fault."""
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator

        changed: str = mutate_code(text, get_operator(self.operator)(), self.occurrence)
        return changed


def sources(root: Path, subjects: Sequence[str] = SUBJECTS) -> list[Path]:
    """The source files below these paths, or these files."""
    chosen = (root / subject for subject in subjects)
    return sorted(path for item in chosen for path in ([item] if item.is_file() else item.rglob("*.py")))


def sample(root: Path, paths: Iterable[Path], count: int, seed: int) -> list[Mutant]:
    """Mutants of `count` places, drawn from all places of the files."""
    generator = random.Random(seed)  # noqa: S311 - a sample, not a secret
    places = [place for path in paths for place in places_of(root, path)]
    drawn = generator.sample(places, min(count, len(places)))
    return [generator.choice(mutants) for mutants in drawn]


def places_of(root: Path, path: Path) -> list[tuple[Mutant, ...]]:
    """The mutants of a file, by the place that they change."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    text = path.read_text(encoding="utf-8")
    without_effect = list(_without_effect(ast.parse(text)))
    tree = get_ast(text)
    found: dict[_Position, list[Mutant]] = {}
    for name in operator_names():
        operator = get_operator(name)
        if name in _SKIPPED or operator.arguments():
            continue
        positions = (start for node in ast_nodes(tree) for start, _ in operator().mutation_positions(node))
        for occurrence, start in enumerate(positions):
            if not any(first <= start < last for first, last in without_effect):
                mutant = Mutant(
                    path=path.relative_to(root).as_posix(), operator=name, occurrence=occurrence, line=start[0]
                )
                found.setdefault(start, []).append(mutant)
    return [tuple(mutants) for _, mutants in sorted(found.items())]


def _without_effect(tree: ast.AST) -> Iterator[tuple[_Position, _Position]]:
    """Start and end of annotations and decorators."""
    for node in ast.walk(tree):
        found = [getattr(node, name, None) for name in ("annotation", "returns")]
        for item in (*found, *getattr(node, "decorator_list", ())):
            if item is not None:
                yield (item.lineno, item.col_offset), (item.end_lineno, item.end_col_offset)


def relevant_tests(root: Path, path: str) -> tuple[str, ...]:
    """The tests of a source file: those of its capability or room; else those that import it, or render landscapes."""
    parts = Path(path).parts[1:]
    if parts[0] != "capabilities":
        return (f"tests/{parts[0]}",)
    if len(parts) > 3:
        return (f"tests/capabilities/{parts[2]}",)
    module = ".".join(("baseline", *parts)).removesuffix(".py")
    importing = sorted(
        item.relative_to(root).as_posix()
        for item in (root / "tests").rglob("test_*.py")
        if module in item.read_text(encoding="utf-8")
    )
    return (*importing, "tests/plan", "tests/render/test_templates.py")
