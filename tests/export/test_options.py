"""Options of `export` that the output contradicts."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import BaselineError, ExportError, OutputError
from baseline.resources import profiles_directory


def refused(output: Path, target: Path, *words: str) -> BaselineError:
    done = CliRunner().invoke(baseline, ["export", str(output), "--to", "terraform", "-o", str(target), *words])
    assert isinstance(done.exception, BaselineError), done.output
    return done.exception


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
