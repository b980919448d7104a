"""Objectives: named once by a control, they map it to the requirements of all frameworks."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from baseline.controls import framework as module
from baseline.controls.control import controls
from baseline.controls.framework import Framework, frameworks, read_framework
from baseline.controls.objective import Contribution, objectives, objectives_of

HEAD = 'title = "Ours"\nversion = "1"\nsource = "https://example.com"\nas_of = "2026-11-30"\n'
MANUAL = 'manual = { what = "Look.", owner = "Me" }\n'
PAIR = '{ id = "locks", relation = "detects", reason = "It looks." }'


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A framework file whose requirement `a` has an objective of the controls `locks` and `keys`."""
    found = tuple(Contribution(control=name, reason=f"By {name}.") for name in ("locks", "keys"))
    monkeypatch.setattr(module, "_DIRECTORY", tmp_path)
    monkeypatch.setattr(module, "contributions", lambda: {"ours": {"a": found}})
    return tmp_path / "ours.toml"


def written(file: Path, body: str) -> Framework:
    file.write_text(HEAD + body, encoding="utf-8")
    return read_framework(file)


def pairs(framework: Framework, requirement: str = "a") -> Mapping[str, tuple[str, str]]:
    return {item.control: (item.relation, item.reason) for item in framework.requirements[requirement].controls}


def test_a_control_contributes_to_the_requirements_of_its_objectives(ours: Path) -> None:
    found = written(ours, f'\n[requirements.a]\ngist = "A."\n{MANUAL}\n[requirements.b]\ngist = "B."\n{MANUAL}')
    assert pairs(found) == {"locks": ("contributes", "By locks."), "keys": ("contributes", "By keys.")}
    assert pairs(found, "b") == {}


def test_a_pair_has_its_own_relation_and_reason_where_it_is_written(ours: Path) -> None:
    found = written(ours, f'\n[requirements.a]\ngist = "A."\ncontrols = [{PAIR}]\n{MANUAL}')
    assert pairs(found) == {"locks": ("detects", "It looks."), "keys": ("contributes", "By keys.")}


def test_a_requirement_leaves_out_a_control_with_a_reason(ours: Path) -> None:
    found = written(
        ours, f'\n[requirements.a]\ngist = "A."\nwithout = {{ keys = "They lock nothing here." }}\n{MANUAL}'
    )
    assert set(pairs(found)) == {"locks"}


def test_a_requirement_that_follows_another_takes_its_controls(ours: Path) -> None:
    body = f'\n[requirements.a]\ngist = "A."\n{MANUAL}\n[requirements.c]\nsame_as = "ours/a"\n'
    assert set(pairs(written(ours, body), "c")) == {"locks", "keys"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (f'\n[requirements.b]\ngist = "B."\n{MANUAL}', "ours/a: an objective names it, and it is no requirement"),
        ('\n[requirements.a]\nsame_as = "ours/a"\n', "ours/a: an objective names it, and it follows ours/a"),
        (
            f'\n[requirements.a]\ngist = "A."\nsources = ["ours/b"]\n{MANUAL}',
            "ours/a: an objective names it, and it follows ours/b",
        ),
        (
            f'\n[requirements.a]\ngist = "A."\nwithout = {{ doors = "None." }}\n{MANUAL}',
            "ours/a: without names doors, which no objective brings",
        ),
        (
            '\n[requirements.a]\ngist = "A."\n',
            "ours/a: its controls only contribute, check or support: manual has to say what remains",
        ),
    ],
)
def test_a_mistake_is_named_with_its_requirement(ours: Path, body: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _ = written(ours, body).requirements


def excluded(key: str) -> tuple[str, ...]:
    framework, _, name = key.partition("/")
    return frameworks()[framework].requirements[name].without


def test_every_requirement_of_an_objective_exists_and_is_listed_once() -> None:
    for item in objectives().values():
        assert len(set(item.requirements)) == len(item.requirements)
        for key in item.requirements:
            framework, _, name = key.partition("/")
            assert name in frameworks()[framework].requirements, key


def test_objectives_say_different_things_in_a_sentence_each() -> None:
    statements = [item.statement for item in objectives().values()]
    assert len(set(statements)) == len(statements)
    assert all(text.endswith(".") and text[0].isupper() for text in statements)
    assert len({item.requirements for item in objectives().values()}) == len(statements)


def test_a_control_counts_wherever_its_objectives_say() -> None:
    for name, found in objectives_of().items():
        expected = {
            key for objective in found for key in objectives()[objective].requirements if name not in excluded(key)
        }
        asked = {f"{framework}/{key}" for framework, keys in controls()[name].requirements.items() for key in keys}
        assert expected <= asked
        assert controls()[name].objectives == found


def test_a_name_that_no_objective_has_is_reported_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    from baseline.controls import objective

    entry = {"statement": "It is so.", "objectives": ["backups-mode"]}
    monkeypatch.setattr(objective, "written_controls", lambda: {"copies": entry})
    objectives_of.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"copies: no objective backups-mode.*backups-made"):
            objectives_of()
    finally:
        objectives_of.cache_clear()
