"""Limits of `extends`: allowed directories, size, and messages for files that are not profiles."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import ProfileError
from baseline.profile import extends
from baseline.profile.load import load_profile

PROFILE = """\
version: 1
defaults: "2026.12"
organization: {name: Lab, prefix: lab, standalone: true, home_region: eu-west-1, regions: [eu-west-1]}
accounts: {management: {id: "111111111111"}}
"""
SECRET = "hunter2"  # noqa: S105 - a decoy


def problems_of(path: Path, root: Path | None = None) -> str:
    with pytest.raises(ProfileError) as caught:
        load_profile(path, root=root)
    assert all(problem.location.file for problem in caught.value.problems)
    return "\n".join(str(problem) for problem in caught.value.problems)


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    """A repository with a profile two directories deep, and files beside the repository."""
    (tmp_path / "outside.yaml").write_text(PROFILE)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "base.yaml").write_text(PROFILE)
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "base.yaml").write_text(PROFILE)
    (tmp_path / "repository" / "clients" / "a").mkdir(parents=True)
    (tmp_path / "repository" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (tmp_path / "repository" / "linked").symlink_to(tmp_path / "outside")
    return tmp_path / "repository" / "clients" / "a" / "profile.yaml"


def test_layer_in_the_same_repository_is_read(inside: Path) -> None:
    inside.write_text("extends: ../../base.yaml\n")
    assert [path.name for path in load_profile(inside).files] == ["profile.yaml", "base.yaml"]


def test_a_missing_file_is_answered_with_one_beside_it_of_a_near_name(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text("")
    assert problems_of(tmp_path / "acme.yml").count('no such file; did you mean "acme.yaml"?') == 1
    assert "did you mean" not in problems_of(tmp_path / "tern.yaml")


def test_layer_beside_the_directory_is_named_without_dots_unless_a_link_leads_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    (tmp_path / "away" / "below").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "away" / "below")
    (tmp_path / "house.yaml").write_text("tier: starter\n")
    (tmp_path / "away" / "house.yaml").write_text("tier: starter\n")
    profile = tmp_path / "clients" / "a.yaml"
    profile.write_text(f"extends: [../house.yaml, ../link/../house.yaml]\n{PROFILE}")
    files = [path.relative_to(tmp_path).as_posix() for path in load_profile(profile, root=tmp_path).files]
    assert files == ["clients/a.yaml", "house.yaml", "clients/../link/../house.yaml"]


@pytest.mark.parametrize(
    "name",
    [
        "../../../outside.yaml",
        "../../link.yaml",
        "../../linked/base.yaml",
        "../../linked/../outside.yaml",
        "/etc/passwd",
        "/etc/hostname",
        "/proc/self/environ",
        "/dev/zero",
        "/dev/stdin",
        "../../../../../../../../../../etc/shadow",
        "../../../nowhere.yaml",
        "../../base.yaml/../../../outside.yaml",
        "/",
        "..//..//..//outside.yaml",
    ],
)
def test_layer_outside_of_the_repository_is_refused_without_a_look(name: str, inside: Path) -> None:
    inside.write_text(f"extends: {name}\n")
    said = problems_of(inside)
    assert "outside of the directory" in said
    assert "--root" in said
    assert "no such file" not in said


def test_layer_outside_is_read_when_root_allows_it(inside: Path, tmp_path: Path) -> None:
    inside.write_text("extends: ../../../outside.yaml\n")
    assert load_profile(inside, root=tmp_path).profile.organization.name == "Lab"
    for command in (["plan"], ["validate", "--no-lint", "--no-cache"], ["policy", "list"]):
        refused = CliRunner().invoke(baseline, [*command, str(inside)])
        assert isinstance(refused.exception, ProfileError)
        allowed = CliRunner().invoke(baseline, [*command, str(inside), "--root", str(tmp_path)])
        assert allowed.exception is None, allowed.output


def test_profile_without_a_repository_reads_its_own_directory_only(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(PROFILE)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "profile.yaml").write_text("extends: [below/base.yaml]\n")
    (tmp_path / "here" / "below").mkdir()
    (tmp_path / "here" / "below" / "base.yaml").write_text("extends: ../../base.yaml\n")
    assert "outside of the directory" in problems_of(tmp_path / "here" / "profile.yaml")
    (tmp_path / "here" / "below" / "base.yaml").write_text(PROFILE)
    assert load_profile(tmp_path / "here" / "profile.yaml").profile.organization.name == "Lab"


FOREIGN = {
    "decoy keys": f"prod-db-password={SECRET}:\n",
    "credentials": f"[default]\naws_access_key_id = {SECRET}\n",
    "environment": f"PASSWORD={SECRET}\nOTHER={SECRET}\n",
    "kubeconfig": f"apiVersion: v1\nusers: [{{name: {SECRET}}}]\n",
    "netrc": f"machine example.com login me password {SECRET}\n",
    "docker": f'{{"auths": {{"registry": {{"auth": "{SECRET}"}}}}}}\n',
    "private key": f"-----BEGIN KEY-----\n{SECRET}\n-----END KEY-----\n",
    "duplicate keys": f"{SECRET}: 1\n{SECRET}: 2\n",
    "nested duplicates": f"a: {{{SECRET}: 1, {SECRET}: 2}}\n",
    "alias": f"a: *{SECRET}\n",
    "recursive alias": f"a: &{SECRET} [*{SECRET}]\n",
    "tag": f"a: !{SECRET} x\n",
    "undeclared tag": f"a: !{SECRET}!x y\n",
    "key that is no text": "19283746: 1\n",
    "broken after keys": f"{SECRET}: 1\n{SECRET}: 2\n  bad: [\n",
    "two documents": f"{SECRET}: 1\n---\n{SECRET}: 2\n",
    "tabs": f"{SECRET}:\n\t- {SECRET}\n",
    "escape": f'{SECRET}: "\\q{SECRET}"\n',
    "reference": f"{SECRET}: '{{{{resolve:ssm:{SECRET}}}}}'\n",
    "list": f"- {SECRET}\n",
    "text": f"{SECRET}\n",
    "directive": f"%YAML {SECRET}\n---\na: 1\n",
    "anchor": f"&{SECRET}\n",
    "flow": f"{{{SECRET}\n",
    "binary": f"\x00{SECRET}",
    "yaml 1.1 merge": f"<<: {{{SECRET}: 1}}\n",
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_file_that_is_no_profile_is_refused_without_a_word_of_it(text: str, tmp_path: Path) -> None:
    (tmp_path / "foreign").write_text(text)
    (tmp_path / "profile.yaml").write_text("extends: foreign\n" + PROFILE)
    said = problems_of(tmp_path / "profile.yaml")
    assert SECRET not in said
    assert "19283746" not in said
    assert "foreign" in said


def test_each_layer_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def reading(path: Path) -> bytes:
        read.append(path)
        return path.read_bytes()

    monkeypatch.setattr(extends, "read_bytes", reading)
    for level in range(7):
        lower = f"l{level + 1}.yaml" if level < 6 else "base.yaml"
        (tmp_path / f"l{level}.yaml").write_text(f"extends: [{', '.join([lower] * 12)}]\ntier: standard\n")
    (tmp_path / "base.yaml").write_text(PROFILE)
    loaded = load_profile(tmp_path / "l0.yaml")
    assert loaded.profile.organization.name == "Lab"
    assert [path.name for path in read] == [f"l{level}.yaml" for level in range(7)] + ["base.yaml"]
    assert len(loaded.files) == 8


def test_problem_in_a_layer_that_many_extend_is_reported_once(tmp_path: Path) -> None:
    for level in range(4):
        lower = f"l{level + 1}.yaml" if level < 3 else "base.yaml"
        (tmp_path / f"l{level}.yaml").write_text(f"extends: [{', '.join([lower] * 12)}]\ntier: standard\n")
    (tmp_path / "base.yaml").write_text(f"{PROFILE}tier: standard\ntier: starter\n")
    with pytest.raises(ProfileError) as caught:
        load_profile(tmp_path / "l0.yaml")
    assert [problem.id for problem in caught.value.problems] == ["profile-duplicate-key"]


def test_too_many_layers_are_refused(tmp_path: Path) -> None:
    names = [f"l{number}.yaml" for number in range(extends.MOST_FILES + 1)]
    for name in names:
        (tmp_path / name).write_text(PROFILE)
    profile = tmp_path / "profile.yaml"
    profile.write_text(f"extends: [{', '.join(names)}]\n")
    assert "too many layers: 101 in one list" in problems_of(profile)
    (tmp_path / "more.yaml").write_text(f"extends: [{', '.join(names[:60])}]\n")
    profile.write_text(f"extends: [more.yaml, {', '.join(names[60:])}]\n")
    assert "too many layers: more than 100 files" in problems_of(profile)


def test_too_many_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extends, "MOST_BYTES", 1_000)
    (tmp_path / "large.yaml").write_text(PROFILE + "#" * 1_000)
    (tmp_path / "small.yaml").write_text(PROFILE)
    (tmp_path / "profile.yaml").write_text("extends: [large.yaml, small.yaml]\n")
    assert "too many layers" in problems_of(tmp_path / "profile.yaml")
