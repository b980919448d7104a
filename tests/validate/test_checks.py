import re
from pathlib import Path

import pytest

from baseline.aws.availability import resource_facts
from baseline.aws.service_principals import is_known_principal
from baseline.findings import Finding, Severity
from baseline.validate.checks.check import Check, nothing_in_plan
from baseline.validate.checks.confused_deputy import NO_SOURCE_KEYS
from baseline.validate.checks.registry import CHECKS
from baseline.validate.checks.run import run_checks
from tests.validate.subjects import expected_findings, planned_of, read_fixture

FIXTURES = Path(__file__).parent / "fixtures"
GOOD = sorted(FIXTURES.glob("*/good*"))
BAD = sorted(FIXTURES.glob("*/bad*"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def findings_in(path: Path) -> list[Finding]:
    """Findings of the checks of single templates, and of the check that the example belongs to.

    Checks of a whole plan need names and grants of other stacks, which examples of one template do not have, and an
    organization that the examples do not cover completely.
    """
    whole = {item.id for item in CHECKS if item.find_in_plan is not nothing_in_plan} | {"BL135"}
    alone = [item for item in CHECKS if item.id not in whole or item.id == path.parent.name]
    templates = read_fixture(path)
    return list(run_checks(templates, alone, planned_of(templates)))


def described(finding: Finding) -> str:
    return f"{Path(finding.location.file).stem}:{finding.location.line}: {finding.id}: {finding.message}"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_has_a_good_and_a_bad_example(check: Check) -> None:
    assert any(path.parent.name == check.id for path in GOOD)
    assert any(path.parent.name == check.id for path in BAD)


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_a_good_example_has_no_finding(path: Path) -> None:
    found = findings_in(path)
    assert not found, "\n".join(["correct the fixture, or the check:", *map(described, found)])


@pytest.mark.parametrize("path", BAD, ids=name_of)
def test_a_bad_example_has_exactly_the_findings_that_it_marks(path: Path) -> None:
    expected = expected_findings(path)
    assert {check for _, check, _ in expected} == {path.parent.name}
    found = findings_in(path)
    others = [described(item) for item in found if item.id != path.parent.name]
    assert not others, "\n".join([f"only {path.parent.name} may find something: correct the fixture:", *others])
    assert sorted((Path(f.location.file).stem, f.id, f.location.line) for f in found) == expected


@pytest.mark.parametrize("path", BAD, ids=name_of)
def test_findings_say_what_and_why_what_to_do_and_where_the_rule_comes_from(path: Path) -> None:
    for finding in findings_in(path):
        assert "\n" not in finding.message
        assert finding.fix
        assert finding.source.startswith("https://docs.aws.amazon.com/")
        assert finding.capability == "test"
        assert finding.location.file.startswith("templates/")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_explains_itself(check: Check) -> None:
    assert re.fullmatch(r"BL\d{3}", check.id)
    assert all((check.title, check.explanation, check.fix))
    assert check.explanation.endswith(".")
    assert not check.fix.endswith(".")


def test_ids_are_distinct() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)


def test_fixtures_belong_to_checks() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == {check.id for check in CHECKS}


@pytest.mark.parametrize(
    ("fixture", "fix"),
    [
        ("BL102/bad.yaml", "did you mean 'cloudtrail.amazonaws.com'?"),
        ("BL105/bad.yaml", "did you mean 's3:GetObject'?"),
        ("BL109/bad.yaml", "did you mean 'ACCESS_KEYS_ROTATED'?"),
        ("BL114/bad.yaml", "write DependsOn: BucketPolicy"),
        ("BL109/bad.yaml", 'write RequireSymbols: "true"'),
    ],
)
def test_the_fix_is_exact_where_it_can_be(fixture: str, fix: str) -> None:
    assert fix in {finding.fix for finding in findings_in(FIXTURES / fixture)}


def test_a_type_that_our_data_does_not_cover_is_reported_without_alarm() -> None:
    (finding,) = findings_in(FIXTURES / "BL112/bad_unknown_type.yaml")
    assert finding.severity is Severity.INFO


def test_a_finding_names_its_resource() -> None:
    found = {f.logical_id for f in findings_in(FIXTURES / "BL107/bad.yaml")}
    assert found == {"Both", "Replaced", "Deleted", "Snapshot", "InTheWay", "Closed"}


@pytest.mark.parametrize(("exempt", "reason"), NO_SOURCE_KEYS.items(), ids=lambda item: str(item)[:60])
def test_a_service_without_source_keys_is_a_known_one_with_a_reason(exempt: tuple[str, str], reason: str) -> None:
    service, resource_type = exempt
    assert is_known_principal(service)
    assert resource_facts(resource_type) is not None
    assert reason
