"""The example profiles, and the example output in the repository."""

from pathlib import Path
from shutil import rmtree

import pytest

from baseline.findings import Severity
from baseline.output.write import write_output
from baseline.pipeline import Options, Proof, evidence_of, files_of, prove
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions

CHECKOUT = Path(__file__).parent.parent
LAYERS = {"house-baseline"}
EXAMPLES = sorted(path.stem for path in profiles_directory().glob("*.yaml") if path.stem not in LAYERS)


@pytest.fixture(scope="session")
def lint_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lint")


@pytest.fixture(scope="session", params=EXAMPLES)
def proof(request: pytest.FixtureRequest, lint_cache: Path) -> tuple[str, Proof]:
    options = Options(validation=ValidateOptions(cache_dir=lint_cache))
    return request.param, prove(profiles_directory() / f"{request.param}.yaml", options)


def test_the_examples_are_those_that_the_documentation_names() -> None:
    assert set(EXAMPLES) == {"starter", "northwind", "meridian-health", "govcloud", "client"}


def test_an_example_has_no_finding_that_is_not_accepted(proof: tuple[str, Proof]) -> None:
    _, found = proof
    assert found.evidence.templates
    assert [f for f in found.findings if f.accepted is None and f.severity > Severity.INFO] == []


def test_the_kept_output_is_what_the_profile_generates(*, rewrite_golden: bool) -> None:
    files = files_of(evidence_of(profiles_directory() / "northwind.yaml")[1])
    directory = CHECKOUT / "output" / "northwind"
    if rewrite_golden:
        rmtree(directory)  # a merge leaves files that are neither the old nor the new ones
        write_output(directory, files)
    kept = {p.relative_to(directory).as_posix(): p.read_bytes() for p in directory.rglob("*") if p.is_file()}
    assert kept.keys() == files.keys()
    for path, content in files.items():
        assert kept[path] == content, f"{path} is out of date: pytest tests/test_examples.py --rewrite-golden"
