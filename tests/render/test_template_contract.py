"""The contract between templates and code: a template reads what its context has, and all that it has."""

import ast
import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from baseline.render.render import Header
from baseline.resources import main_templates, templates_directory
from tests.each import hold_for_each
from tests.render.template_reads import Reads, field_names, read_context
from tests.render.test_templates import stacks

PACKAGE = Path(__file__).parents[2] / "baseline"
HEADER = "parts/header"


@cache
def contexts() -> Mapping[str, type]:
    """Template → the class of its context."""
    found: dict[str, set[type]] = {name: set() for name in main_templates()}
    for stack in stacks():
        if stack.template in found and stack.context is not None:
            found[stack.template].add(type(stack.context))
    several = {name: classes for name, classes in found.items() if len(classes) != 1}
    assert not several, "rendered by no capability, or with several contexts"
    return {**{name: classes.pop() for name, classes in found.items()}, HEADER: Header}


@cache
def reads_of(name: str) -> Reads:
    reads = Reads()
    read_context(templates_directory() / f"{name}.yaml.j2", contexts()[name], reads)
    return reads


def test_templates_read_only_attributes_that_exist() -> None:
    hold_for_each(list(contexts()), lambda name: mistakes_of(reads_of(name)))


def mistakes_of(reads: Reads) -> None:
    assert reads.mistakes == []


def test_templates_read_every_field_of_their_context() -> None:
    hold_for_each(list(contexts()), lambda name: reads_all(contexts()[name], reads_of(name)))


def reads_all(context: type, reads: Reads) -> None:
    assert set(field_names(context)) - reads.read.get(context, set()) == set()


def test_every_field_of_a_value_in_a_context_is_read() -> None:
    """By a template, or by the code that fills in the context; settings are read by rules as well."""
    read: dict[type, set[str]] = {}
    for name in contexts():
        for owner, names in reads_of(name).read.items():
            read.setdefault(owner, set()).update(names)
    values = [owner for owner in read if is_dataclass(owner) and not issubclass(owner, BaseModel)]
    assert len(values) > 60
    below = {owner: {name for other in read if issubclass(other, owner) for name in read[other]} for owner in values}
    hold_for_each(values, lambda owner: has_no_dead_field(owner, below[owner]), lambda owner: owner.__qualname__)


def has_no_dead_field(owner: type, read: set[str]) -> None:
    dead = set(field_names(owner)) - read
    if dead:
        classes = [one for one in owner.__mro__ if one.__module__.startswith(("baseline.", "tests."))]
        directories = {Path(inspect.getfile(one)).parent for one in classes}
        names = re.compile(rf"\b({'|'.join(one.__name__ for one in classes)})\b")
        near = [path for path, text in code().items() if path.parent in directories or names.search(text)]
        dead -= {name for path in near for name in attributes_in(path)}
    assert dead == set()


@cache
def code() -> Mapping[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


@cache
def attributes_in(path: Path) -> frozenset[str]:
    return frozenset(node.attr for node in ast.walk(ast.parse(code()[path])) if isinstance(node, ast.Attribute))


@dataclass(frozen=True, kw_only=True)
class Disk:
    name: str
    sizes: Mapping[str, int]
    owner: "Owner | None" = None

    @property
    def title(self) -> str:
        return self.name.title()


@dataclass(frozen=True, kw_only=True)
class Owner:
    email: str
    unread_field_of_this_test: str = ""


@dataclass(frozen=True, kw_only=True)
class Context:
    prefix: str
    disks: tuple[Disk, ...]
    is_on: bool


GOOD = """\
{{ prefix | scalar }}
{% if is_on %}
{% for disk in disks %}
{{ disk.title | scalar }} {% if not loop.first %}{{ loop.previtem.name | token }}{% endif %}
{% for size, count in disk.sizes.items() %}
{{ size | token }}: {{ count | scalar }}
{% endfor %}
{{ disk.owner.email | scalar }}
{% endfor %}
{% endif %}
"""


def reads_in(tmp_path: Path, text: str) -> Reads:
    path = tmp_path / "toy.yaml.j2"
    path.write_text(text, encoding="utf-8")
    reads = Reads()
    read_context(path, Context, reads)
    return reads


def test_a_template_that_reads_all_is_accepted(tmp_path: Path) -> None:
    reads = reads_in(tmp_path, GOOD)
    mistakes_of(reads)
    reads_all(Context, reads)
    assert reads.read[Disk] == {"title", "name", "sizes", "owner"}


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("{{ prefix |", "{{ prefx |", "toy.yaml.j2:1: Context has no prefx"),
        ("disk.title", "disk.titel", "toy.yaml.j2:4: Disk has no titel"),
        ("loop.previtem.name", "loop.previtem.nam", "toy.yaml.j2:4: Disk has no nam"),
        ("owner.email", "owner.mail", "toy.yaml.j2:8: Owner has no mail"),
        ("disk.sizes.items()", "disk.size.items()", "toy.yaml.j2:5: Disk has no size"),
        ("count | scalar", "count.real_size | scalar", "toy.yaml.j2:6: int has no real_size"),
        ("if is_on", "if is_off", "toy.yaml.j2:2: Context has no is_off"),
    ],
)
def test_an_attribute_that_does_not_exist_is_found(tmp_path: Path, old: str, new: str, mistake: str) -> None:
    assert reads_in(tmp_path, GOOD.replace(old, new)).mistakes == [mistake]


def test_a_field_that_no_template_reads_is_found(tmp_path: Path) -> None:
    reads = reads_in(tmp_path, GOOD.replace("if is_on", "if prefix"))
    with pytest.raises(AssertionError, match="is_on"):
        reads_all(Context, reads)


def test_a_field_that_neither_templates_nor_code_read_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="unread_field_of_this_test"):
        has_no_dead_field(Owner, reads_in(tmp_path, GOOD).read[Owner])


def test_includes_are_read_with_the_names_of_the_loop_around_them(tmp_path: Path) -> None:
    text = '{% for bucket in disks %}{% include "parts/bucket_denials.yaml.j2" %}{% endfor %}'
    reads = reads_in(tmp_path, text)
    assert reads.read[Disk] == {"name"}
    assert reads.mistakes == []
    outside = reads_in(tmp_path, text.replace("bucket in", "disk in"))
    assert "bucket_denials.yaml.j2:7: Context has no bucket" in outside.mistakes
