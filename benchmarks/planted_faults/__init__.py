"""Templates with one fault each: what is planted where, and what stops it."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FunctionLoader, TemplateError

from baseline.areas import DIRECTORIES
from baseline.capabilities.landscape import Landscape
from baseline.errors import BaselineError
from baseline.evidence.assess import assess
from baseline.evidence.broken import broken_controls
from baseline.findings import Finding, Severity
from baseline.pipeline import plan_profile
from baseline.plan.model import Plan, Template
from baseline.render.render import render_plan, render_stack
from baseline.resources import profiles_directory, templates_directory
from baseline.templating.environment import template_environment
from baseline.validate.checks.registry import CHECKS
from baseline.validate.reach import Planned
from baseline.validate.subject import Subject, read_template
from baseline.validate.validate import ValidateOptions, linted

HERE = Path(__file__).parent
PROFILES: Mapping[str, Path] = {
    **{name: profiles_directory() / f"{name}.yaml" for name in ("starter", "northwind", "meridian-health", "govcloud")},
    "everything": profiles_directory() / "everything-org.yaml",
    "standalone": profiles_directory() / "everything-standalone.yaml",
    "china": HERE / "profiles" / "china.yaml",
}
"""Every tier, partition and form of organization."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One change of one template.

    Attributes:
        kind: Title of its kind.
        place: Template source below `templates/`, without its suffix; with `=` the rendered text of its stacks.
        old: Text that stands there; its first occurrence is replaced.
        new: Replacement; None deletes the block that begins on the line of `old`.
        harmless: Why nothing has to stop it; empty where it does harm.
        passed: Whether nothing stopped it when it was planted first, of those written without a look at the checks.
    """

    kind: str
    place: str
    old: str
    new: str | None
    harmless: str = ""
    passed: bool = False

    @property
    def what(self) -> str:
        """The change on one line."""
        old = " ".join(self.old.split())
        return f"{self.place}: {old} → {'nothing' if self.new is None else ' '.join(self.new.split())}"


def fault_files() -> tuple[Path, ...]:
    """`faults.toml` here, for the shared templates, and the one in the tests of each capability, in reading order."""
    names = (directory.rpartition("/")[2] for directory in DIRECTORIES)
    own = (HERE.parents[1] / "tests" / "capabilities" / name / "faults.toml" for name in names)
    return (HERE / "faults.toml", *(file for file in own if file.is_file()))


@cache
def faults() -> tuple[Fault, ...]:
    """Every fault: by kind, in the order of the shared file, then in the order of the files.

    Raises:
        ValueError: when a capability's file has a kind that the shared file does not have.
    """
    found: dict[str, list[Fault]] = {kind["title"]: [] for kind in _data(HERE / "faults.toml")["kind"]}
    for file in fault_files():
        for kind in _data(file)["kind"]:
            if kind["title"] not in found:
                raise ValueError(f"{file}: unknown kind {kind['title']!r}; the kinds are {', '.join(found)}")
            found[kind["title"]] += (_read(kind["title"], entry) for entry in kind["faults"])
    return tuple(fault for some in found.values() for fault in some)


@cache
def uncompared() -> Mapping[str, str]:
    """Template → why a plan fault in its stacks is not stopped: only the targets say where its stacks go."""
    return {template: why for file in fault_files() for template, why in _data(file).get("uncompared", {}).items()}


@cache
def unfitted() -> tuple[Fault, ...]:
    """Faults that were written without a look at the checks; what nothing stopped then says so in `passed`."""
    return tuple(
        _read(kind["title"], entry) for kind in _data(HERE / "unfitted.toml")["kind"] for entry in kind["faults"]
    )


def _data(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _read(kind: str, entry: list[str]) -> Fault:
    place, old, *rest = entry
    said = "".join(rest[1:])
    return Fault(
        kind=kind,
        place=place,
        old=old,
        new=rest[0] if rest else None,
        harmless=said.removeprefix("passed"),
        passed=bool(said),
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """A profile's plan, rendered without a fault."""

    name: str
    landscape: Landscape
    plan: Plan
    noted: tuple[Finding, ...]
    subjects: tuple[Subject, ...]


@cache
def case(name: str) -> Case:
    """The plan of one of the profiles."""
    loaded, plan = plan_profile(PROFILES[name])
    return Case(
        name=name,
        landscape=loaded.landscape,
        plan=plan,
        noted=loaded.findings,
        subjects=tuple(map(read_template, render_plan(plan))),
    )


def planted(fault: Fault, case: Case) -> tuple[Template, ...] | None:
    """Templates that the fault changes; none where the profile does not render the place.

    Returns:
        None where the faulty source does not render at all, which stops `generate`.

    Raises:
        ValueError: when the text that is replaced does not stand in the source.
    """
    if fault.place.startswith("="):
        return _planted_in_text(fault, case)
    source = (templates_directory() / f"{fault.place}.yaml.j2").read_text(encoding="utf-8")
    changed = with_fault(source, fault)
    if changed == source:
        raise ValueError(f"{fault.what}: not in the source")
    users = [item.template for item in case.subjects if fault.place in _sources(item.template.stack.template)]
    try:
        with _source_of(fault.place, changed):
            rendered = [(item, render_stack(item.stack)) for item in users]
        return tuple(found for item, found in rendered if found.text.split() != item.text.split())
    except (TemplateError, BaselineError):
        return None


def _planted_in_text(fault: Fault, case: Case) -> tuple[Template, ...]:
    for subject in case.subjects:
        template = subject.template
        if template.stack.template == fault.place[1:] and fault.old in template.text:
            return (replace(template, text=with_fault(template.text, fault)),)
    return ()


def with_fault(text: str, fault: Fault) -> str:
    """The text with the fault in it; unchanged where it has no such place."""
    if fault.new is not None:
        return text.replace(fault.old, fault.new, 1)
    lines = text.splitlines(keepends=True)
    first = next((number for number, line in enumerate(lines) if fault.old in line), None)
    return text if first is None else "".join(_without_block(lines, first))


def _without_block(lines: list[str], first: int) -> Iterator[str]:
    """The lines without a block and everything that is deeper; lines of Jinja stay, so that blocks stay closed."""
    depth = _depth(lines[first])
    inside = False
    for number, line in enumerate(lines):
        if number == first:
            inside = True
        elif inside and line.strip() and not line.startswith("{%") and _depth(line) <= depth:
            inside = False
        if not inside or line.startswith("{%"):
            yield line


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@cache
def _sources(template: str) -> frozenset[str]:
    """Sources that a stack's template is rendered from, without their suffixes."""
    text = (templates_directory() / f"{template}.yaml.j2").read_text(encoding="utf-8")
    folder = f"{template.rpartition('/')[0]}/deliveries/"
    chosen = f'"{folder}" ~' in text  # a part that the context chooses by name
    names = (str(path.relative_to(templates_directory())) for path in templates_directory().rglob("*.j2"))
    included = (name for name in names if f'"{name}"' in text or (chosen and name.startswith(folder)))
    return frozenset({template, *(name.removesuffix(".yaml.j2") for name in included)})


@contextmanager
def _source_of(place: str, source: str) -> Iterator[None]:
    """Let the one Jinja environment read this source in place of the file."""
    environment = template_environment()
    before = environment.loader

    def load(name: str) -> str:
        return source if name == f"{place}.yaml.j2" else (templates_directory() / name).read_text(encoding="utf-8")

    environment.loader = FunctionLoader(load)
    try:
        yield
    finally:
        environment.loader = before


def stopped_by(case: Case, changed: tuple[Template, ...], *, lint: bool = True) -> frozenset[str]:
    """Ids of the errors that `generate` reports for these templates.

    The cheapest checks are asked first, and the others only where those find nothing: one error stops `generate`.
    """
    read = {item.stack.name: read_template(item) for item in changed}
    subjects = tuple(read.get(item.template.stack.name, item) for item in case.subjects)
    return next((found for found in _stages(case, tuple(read.values()), subjects, lint=lint) if found), frozenset())


def _stages(
    case: Case, changed: tuple[Subject, ...], subjects: tuple[Subject, ...], *, lint: bool
) -> Iterator[frozenset[str]]:
    yield frozenset(
        check.id
        for check in CHECKS
        for subject in changed
        if any((hit.severity or check.severity) is Severity.ERROR for hit in check.find(subject, subjects))
    )
    planned = Planned(landscape=case.landscape, plan=case.plan)
    for hits in (
        ((check, hit) for check in CHECKS for _, hit in check.find_in_organization(planned, subjects)),
        ((check, hit) for check in CHECKS for _, hit in check.find_in_plan(subjects)),
    ):
        yield frozenset(check.id for check, hit in hits if (hit.severity or check.severity) is Severity.ERROR)
    templates = tuple(item.template for item in subjects)
    broken = broken_controls(assess(subjects), templates, case.noted)
    yield frozenset(item.id for item in broken if item.severity is Severity.ERROR)
    if lint:
        texts = tuple(item.template for item in changed)
        with linted(texts, partition=case.plan.partition, options=ValidateOptions()) as said:
            yield frozenset(item.id for item in said if item.severity is Severity.ERROR)
