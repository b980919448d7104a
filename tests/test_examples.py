"""The example profiles, and the example output in the repository."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import pytest

from baseline.findings import Severity
from baseline.output.write import write_output
from baseline.pipeline import Options, Proof, evidence_of, files_of, prove
from baseline.plan.model import Template
from baseline.resources import profiles_directory
from baseline.validate.subject import read_template
from baseline.validate.validate import ValidateOptions

CHECKOUT = Path(__file__).parent.parent
KEPT = CHECKOUT / "tests" / "examples"
"""Digests of the resources of the other examples."""
LAYERS = {"house-baseline"}
EVERYTHING = {"everything-org", "everything-standalone"}
"""Everything on, for tests and scans: the tests of planted faults render both, and `make scan` lints them."""
EXAMPLES = sorted(path.stem for path in profiles_directory().glob("*.yaml") if path.stem not in LAYERS | EVERYTHING)


@pytest.fixture(scope="session")
def lint_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lint")


@pytest.fixture(scope="session", params=EXAMPLES)
def proof(request: pytest.FixtureRequest, lint_cache: Path) -> tuple[str, Proof]:
    options = Options(validation=ValidateOptions(cache_dir=lint_cache))
    return request.param, prove(profiles_directory() / f"{request.param}.yaml", options)


def test_the_examples_are_those_that_the_documentation_names() -> None:
    assert set(EXAMPLES) == {"starter", "northwind", "meridian-health", "govcloud", "client", "control-tower"}


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


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "northwind"])
def test_the_resources_of_an_example_are_the_kept_ones(name: str, *, rewrite_golden: bool) -> None:
    """A digest for each resource: a change shows which resources of which profiles it reaches, and no more."""
    evidence = evidence_of(profiles_directory() / f"{name}.yaml")[1]
    found = {template.stack.name: dict(_digests(template)) for template in evidence.templates}
    text = json.dumps(found, indent=1) + "\n"
    file = KEPT / f"{name}.json"
    if rewrite_golden:
        file.write_text(text, encoding="utf-8")
    kept = json.loads(file.read_text(encoding="utf-8"))
    changed = [f"{stack}.{item}" for stack, item in sorted(_entries(found) ^ _entries(kept))]
    assert changed == [], f"{file.name} is out of date: make golden"
    assert len(_entries(found)) >= 20


def _digests(template: Template) -> Iterator[tuple[str, str]]:
    """Logical id of each resource → digest of its parsed body; of the stack, the digest of where it goes."""
    subject = read_template(template)
    yield "deployments", _digest(repr(template.stack.deployments))
    for resource in subject.resources:
        yield resource.logical_id, _digest(json.dumps(resource.body, sort_keys=True, default=str))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _entries(found: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    return {(stack, f"{name} {digest}") for stack, items in found.items() for name, digest in items.items()}
