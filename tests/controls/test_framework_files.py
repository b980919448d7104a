"""Parsing of a framework's file: accepted content, and messages for rejected content."""

from pathlib import Path

import pytest

from baseline.controls.framework import read_framework

HEAD = 'title = "Ours 1"\nversion = "1"\nsource = "https://example.com"\nas_of = "2026-11-25"\n'
MANUAL = 'manual = { what = "Look.", owner = "Me" }\n'
MAPPING = 'controls = [{ id = "a", relation = "satisfies", reason = "It does." }]\n'


def write(directory: Path, name: str, body: str, head: str = HEAD) -> Path:
    file = directory / f"{name}.toml"
    file.write_text(head + body, encoding="utf-8")
    return file


def mistakes(file: Path) -> str:
    with pytest.raises(ValueError, match=r".+") as caught:
        _ = read_framework(file).requirements
    return str(caught.value)


def test_requirements_are_in_the_order_of_the_file_and_read_when_asked_for(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "ours-1",
        f'\n[requirements."1.10"]\ngist = "Ten."\n{MAPPING}'
        f'\n[requirements."1.9"]\ngist = "Nine."\nlevel = ["low", "high"]\n{MAPPING}',
    )
    framework = read_framework(file)
    assert framework.id == "ours-1"
    assert "requirements" not in vars(framework)
    assert list(framework.requirements) == ["1.10", "1.9"]
    assert framework.requirements["1.9"].key == "ours-1/1.9"
    assert framework.requirements["1.9"].level == ("low", "high")


def test_controls_under_every_count_for_each_requirement(tmp_path: Path) -> None:
    head = HEAD + 'every = [{ id = "scan", relation = "detects", reason = "It looks." }]\n'
    file = write(tmp_path, "ours", f'\n[requirements.a]\ngist = "A."\n\n[requirements.b]\ngist = "B."\n{MAPPING}', head)
    found = read_framework(file).requirements
    assert [mapping.control for mapping in found["a"].controls] == ["scan"]
    assert [mapping.control for mapping in found["b"].controls] == ["a", "scan"]


def test_a_requirement_takes_what_it_does_not_say_from_the_one_that_asks_for_the_same(tmp_path: Path) -> None:
    write(tmp_path, "new", f'\n[requirements.n]\ngist = "New."\n{MAPPING}manual = {{ what = "Look.", owner = "Me" }}\n')
    file = write(
        tmp_path, "old", '\n[requirements.o]\nsame_as = "new/n"\n\n[requirements.p]\ngist = "Old."\nsame_as = "old/o"\n'
    )
    found = read_framework(file).requirements
    assert found["o"].gist == "New."
    assert found["p"].gist == "Old."
    assert found["p"].controls[0].control == "a"
    assert found["p"].manual
    assert found["p"].manual.owner == "Me"


def written_with_sources(directory: Path, extra: str = "") -> dict[str, str]:
    """Control → relation of a requirement whose sources have the controls a to e."""
    relations = {"a": "satisfies", "b": "detects", "c": "contributes", "d": "supports"}
    one = ", ".join(f'{{ id = "{key}", relation = "{name}", reason = "Yes." }}' for key, name in relations.items())
    two = (
        '{ id = "b", relation = "contributes", reason = "Part." }, { id = "e", relation = "checks", reason = "Sees." }'
    )
    write(
        directory,
        "theirs",
        f'\n[requirements.x]\ngist = "X."\ncontrols = [{one}]\n'
        f'\n[requirements.y]\ngist = "Y."\n{MANUAL}controls = [{two}]\n',
    )
    body = f'\n[requirements.m]\ngist = "M."\nsources = ["theirs/x", "theirs/y"]\n{MANUAL}{extra}'
    found = read_framework(write(directory, "ours", body)).requirements["m"]
    return {item.control: item.relation for item in found.controls}


def test_what_satisfies_or_detects_for_a_source_does_or_checks_a_part(tmp_path: Path) -> None:
    assert written_with_sources(tmp_path) == {
        "a": "contributes",
        "b": "contributes",
        "c": "contributes",
        "d": "supports",
        "e": "checks",
    }


def test_a_requirement_has_its_own_pairs_and_leaves_out_controls_of_its_sources(tmp_path: Path) -> None:
    extra = 'controls = [{ id = "c", relation = "checks", reason = "Here." }]\nwithout = { a = "No.", e = "No." }\n'
    assert written_with_sources(tmp_path, extra) == {"c": "checks", "b": "contributes", "d": "supports"}


def test_leaving_out_what_no_source_brings_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ours/m: without names z, which no source brings"):
        written_with_sources(tmp_path, 'without = { z = "No." }\n')


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('gist = "A."\n', "ours/a: says nothing of how it is met"),
        (MAPPING, "ours/a: has no gist"),
        (f'gist = "A."\nlevels = "L1"\n{MAPPING}', "ours/a: unknown key levels"),
        (
            'gist = "A."\ncontrols = [{ id = "a", relation = "proves", reason = "Yes." }]\n',
            "the relation proves: known are satisfies, contributes, detects",
        ),
        (
            'gist = "A."\ncontrols = [{ id = "a", relation = "detects" }]\n',
            "control a has the keys id, reason, relation",
        ),
        (
            'gist = "A."\ncontrols = [{ id = "a", relation = "contributes", reason = "Yes." }]\n',
            "manual has to say what remains",
        ),
        ('gist = "A."\nmanual = { what = "Look." }\n', "manual has the keys owner, what"),
        ('gist = "A."\ninherited = { what = "AWS does." }\n', "inherited has the keys report, what"),
        ('same_as = "ours/a"\n', "same_as is circular: ours/a → ours/a"),
        (f'gist = "A."\nsources = ["ours/a"]\n{MANUAL}', "sources is circular: ours/a → ours/a"),
        (f'gist = "A."\nsources = ["theirs/1"]\n{MANUAL}', "sources names theirs/1, which is not a requirement"),
        ('gist = "A."\nsources = ["theirs/1"]\n', "ours/a: has sources: manual has to say what remains"),
        ('same_as = "theirs/1"\n', "same_as names theirs/1, which is not a requirement"),
    ],
    ids=lambda text: text.replace("\n", " ")[:60],
)
def test_a_mistake_is_named_with_its_requirement(tmp_path: Path, body: str, said: str) -> None:
    assert said in mistakes(write(tmp_path, "ours", f"\n[requirements.a]\n{body}"))


def test_a_control_that_counts_twice_is_a_mistake(tmp_path: Path) -> None:
    twice = '{ id = "a", relation = "satisfies", reason = "It does." }'
    file = write(tmp_path, "ours", f'\n[requirements.a]\ngist = "A."\ncontrols = [{twice}, {twice}]\n')
    assert mistakes(file) == "ours/a: names a twice"


def test_all_mistakes_of_a_file_are_reported_together(tmp_path: Path) -> None:
    file = write(tmp_path, "ours", '\n[requirements.a]\ngist = "A."\n\n[requirements.b]\ngist = "B."\n')
    assert mistakes(file).count("\n") == 1


def test_a_longer_way_round_is_found_too(tmp_path: Path) -> None:
    write(tmp_path, "one", '\n[requirements.a]\nsame_as = "two/b"\n')
    file = write(tmp_path, "two", '\n[requirements.b]\nsame_as = "one/a"\n')
    assert "two/b → one/a → two/b" in mistakes(file)
