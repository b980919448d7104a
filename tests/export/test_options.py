"""Options of `export` that the output contradicts."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.errors import BaselineError, ExportError, OutputError
from baseline.resources import profiles_directory


def refused(output: Path, target: Path, *words: str) -> BaselineError:
    done = CliRunner().invoke(baseline, ["export", str(output), "--to", "terraform", "-o", str(target), *words])
    assert isinstance(done.exception, BaselineError), done.output
    return done.exception


def export(*words: str | Path) -> Result:
    return CliRunner().invoke(baseline, ["export", *map(str, words)])


def test_export_into_the_exported_output_is_refused(tmp_path: Path, output: Path) -> None:
    (tmp_path / "link").symlink_to(output)
    for place in (output / "terraform", tmp_path / "link" / "a" / "b"):
        failed = refused(output, place)
        assert isinstance(failed, OutputError)
        assert "it is inside" in str(failed)
    assert CliRunner().invoke(baseline, ["verify", str(output)]).exit_code == 0


@pytest.mark.parametrize("name", ["a" * 300, f"{'a' * 300}/b"])
def test_name_that_the_file_system_refuses_is_an_error(tmp_path: Path, output: Path, name: str) -> None:
    failed = refused(output, tmp_path / name)
    assert isinstance(failed, OutputError)
    assert "not written: File name too long" in str(failed)


def test_names_that_the_plan_does_not_have_are_refused_together(tmp_path: Path, output: Path) -> None:
    known = ("--parameter", "IdentityStoreId=d-1234567890", "--account", "web-prod=WebProd")
    wrong = ("--parameter", "IdentityStoreID=d-1234567890", "--parameter", "Nope=1", "--account", "web-prd=WebProd")
    failed = refused(output, tmp_path / "out", *known, *wrong)
    assert isinstance(failed, ExportError)
    assert str(failed) == (
        'the plan has no such parameter or account: --parameter IdentityStoreID; did you mean "IdentityStoreId"?, '
        '--parameter Nope, --account web-prd; did you mean "web-prod"?'
    )
    assert not (tmp_path / "out").exists()


def test_policies_are_native_unless_stacks_are_wanted(tmp_path: Path, output: Path) -> None:
    words = ("export", str(output), "--to", "cfct", "--profile", str(profiles_directory() / "northwind.yaml"))
    for number, (more, exists) in enumerate({(): True, ("--policies", "stacks"): False}.items()):
        out = tmp_path / f"{number}"
        assert CliRunner().invoke(baseline, [*words, "-o", str(out), *more]).exit_code == 0
        assert (out / "policies" / "nw-guardrails-scp-record.json").exists() == exists


def test_policies_of_other_targets_have_one_form(tmp_path: Path, output: Path) -> None:
    words = ("--to", "cdk", "-o", str(tmp_path / "x"), "--policies", "native")
    wrong = CliRunner().invoke(baseline, ["export", str(output), *words])
    assert wrong.exit_code == 2
    assert "--policies is for cfct, lza and terraform; cdk" in wrong.output


@pytest.mark.parametrize("target", ["cfct", "lza"])
def test_targets_that_do_not_look_into_units_need_the_profile(target: str, tmp_path: Path, output: Path) -> None:
    failed = export(output, "--to", target, "-o", tmp_path / "out")
    assert isinstance(failed.exception, ExportError)
    assert "name the profile with --profile" in str(failed.exception)
    assert not (tmp_path / "out").exists()


def test_profile_of_another_organization_is_refused(tmp_path: Path, output: Path) -> None:
    other = profiles_directory() / "meridian-health.yaml"
    failed = export(output, "--to", "cfct", "--profile", other, "-o", tmp_path / "out")
    assert isinstance(failed.exception, ExportError)
    assert "has other stacks or targets" in str(failed.exception)


def test_directory_with_files_is_left_alone(tmp_path: Path, output: Path) -> None:
    out = tmp_path / "out"
    assert export(output, "--to", "terraform", "-o", out).exit_code == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    failed = export(output, "--to", "terraform", "-o", out)
    assert isinstance(failed.exception, OutputError)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_changed_template_is_not_exported(tmp_path: Path, output: Path) -> None:
    copy = tmp_path / "copy"
    for path in (item for item in output.rglob("*") if item.is_file()):
        target = copy / path.relative_to(output)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (copy / "templates" / "nw-kms-logs.yaml").write_text("Resources: {}\n")
    failed = export(copy, "--to", "terraform", "-o", tmp_path / "out")
    assert isinstance(failed.exception, BaselineError)
    assert failed.exception.exit_code == 5


def test_option_without_a_value_is_wrong_usage(tmp_path: Path, output: Path) -> None:
    failed = export(output, "--to", "terraform", "-o", tmp_path / "out", "--parameter", "IdentityStoreId")
    assert failed.exit_code == 2
    assert "is not NAME=VALUE" in failed.output
