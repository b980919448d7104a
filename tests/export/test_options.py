"""Options of `export` that the output contradicts."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline
from baseline.errors import BaselineError, ExportError, OutputError


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
