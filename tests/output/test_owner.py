import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from baseline.errors import OutputError, TamperedError
from baseline.output.compare import compare
from baseline.output.write import write_output
from baseline.pipeline import evidence_of, files_of
from baseline.plan.document import PLAN_FILE, SUMS_FILE, sums_of
from baseline.plan.written import read_written_plan
from baseline.resources import profiles_directory
from baseline.text.slug import slug


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return files_of(evidence_of(profiles_directory() / "starter.yaml")[1])


def renamed(files: Mapping[str, bytes], **values: str) -> dict[str, bytes]:
    plan = {**json.loads(files[PLAN_FILE]), **values}
    return {**files, PLAN_FILE: json.dumps(plan).encode()}


@pytest.mark.parametrize("values", [{"organization": "BLUEBIRD!"}, {"prefix": "other"}])
def test_the_output_of_another_organization_is_not_replaced(
    values: dict[str, str], files: Mapping[str, bytes], tmp_path: Path
) -> None:
    write_output(tmp_path / "out", files)
    with pytest.raises(OutputError, match="holds the output of"):
        write_output(tmp_path / "out", renamed(files, **values))
    assert (tmp_path / "out" / PLAN_FILE).read_bytes() == files[PLAN_FILE]
    assert write_output(tmp_path / "out", renamed(files, **values), force=True)


def test_sums_file_is_read_by_sha256sum(files: Mapping[str, bytes], tmp_path: Path) -> None:
    write_output(tmp_path / "out", files)
    command = ["sha256sum", "--check", "--strict", "--quiet", SUMS_FILE]
    assert subprocess.run(command, cwd=tmp_path / "out", capture_output=True, check=False).returncode == 0
    listed = {line.split("  ", 1)[1] for line in files[SUMS_FILE].decode().splitlines()}
    assert listed == files.keys() - {SUMS_FILE}
    (tmp_path / "out" / "README.md").write_text("changed", encoding="utf-8")
    assert subprocess.run(command, cwd=tmp_path / "out", capture_output=True, check=False).returncode == 1


def test_verify_names_a_wrong_sums_file(files: Mapping[str, bytes], tmp_path: Path) -> None:
    write_output(tmp_path / "out", files)
    assert read_written_plan(tmp_path / "out", only_listed=True)
    (tmp_path / "out" / SUMS_FILE).write_bytes(sums_of({}, "0" * 64))
    with pytest.raises(TamperedError, match="SHA256SUMS: does not list"):
        read_written_plan(tmp_path / "out", only_listed=True)
    with pytest.raises(OutputError, match="SHA256SUMS: changed since baseline wrote it"):
        write_output(tmp_path / "out", files)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tree" / ".git").mkdir(parents=True)
    (tmp_path / "tree" / "real").mkdir()
    (tmp_path / "outside").mkdir()
    monkeypatch.chdir(tmp_path / "tree")
    return tmp_path / "tree"


def test_link_to_a_directory_of_the_working_tree_is_followed(tree: Path, files: Mapping[str, bytes]) -> None:
    (tree / "out").symlink_to("real", target_is_directory=True)
    assert write_output(Path("out"), files)
    assert (tree / "out").is_symlink()
    assert (tree / "real" / PLAN_FILE).exists()


@pytest.mark.parametrize("target", ["../outside", "nowhere", "out", ".", "file"])
def test_any_other_link_is_refused(target: str, tree: Path, files: Mapping[str, bytes]) -> None:
    (tree / "file").write_text("mine", encoding="utf-8")
    (tree / "out").symlink_to(target, target_is_directory=True)
    with pytest.raises(OutputError, match="symbolic link"):
        write_output(Path("out"), files)
    assert list((tree.parent / "outside").iterdir()) == []


def test_differences_name_each_file_that_is_not_what_would_be_written(
    files: Mapping[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert f"{PLAN_FILE}: missing" in compare(out, files).differences
    write_output(out, files)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    assert compare(out, files).differences == ()
    name = next(path for path in files if path.startswith("templates/"))
    (out / "README.md").write_text("x", encoding="utf-8")
    assert compare(out, {path: content for path, content in files.items() if path != name}).differences == (
        "README.md: changed since baseline wrote it",
        f"{name}: no longer generated",
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Müller & Söhne: GmbH", "mueller-soehne-gmbh"),
        ("Москва", "moskva"),
        ("Ærø Ångström", "aeroe-aangstroem"),
        ("Café São", "cafe-sao"),
        ("Ελλάδα", "ellada"),
        ("日本", ""),
    ],
)
def test_names_are_transliterated(name: str, expected: str) -> None:
    assert slug(name) == expected
