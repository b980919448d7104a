import os
import subprocess
import sys
from pathlib import Path

import pytest

from baseline.findings import Severity
from baseline.validate.validate import ValidateOptions, validate_templates
from tests.validate.subjects import template_of

BAD = """\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicNam: alerts
  Group:
    Type: AWS::Logs::LogGroup
"""
CLEAN = """\
Resources:
  Topic:
    Type: AWS::SNS::Topic
"""
AGAIN = """\
import sys
from pathlib import Path
from baseline.validate.validate import ValidateOptions, validate_templates
from tests.validate.subjects import template_of
from tests.validate.test_validate import BAD, CLEAN

def refuse(event, _):
    if event in {"subprocess.Popen", "os.fork", "os.posix_spawn"}:
        raise SystemExit("a process was started")

sys.addaudithook(refuse)
templates = [template_of(BAD, name="bad"), template_of(CLEAN, name="clean")]
found = validate_templates(templates, partition="aws", options=ValidateOptions(cache_dir=Path(sys.argv[1])))
print(*(finding.id for finding in found))
assert "cfnlint" not in sys.modules
"""


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("a process was started")


def test_cfn_lint_and_our_checks_speak_together_sorted_by_place() -> None:
    found = validate_templates([template_of(BAD, name="z"), template_of(BAD, name="a")], partition="aws")
    assert [(f.location.file, f.location.line, f.id, f.logical_id) for f in found] == [
        (f"templates/{name}.yaml", line, check, logical_id)
        for name in ("a", "z")
        for line, check, logical_id in ((5, "E3002", "Topic"), (6, "BL107", "Group"), (6, "BL107", "Group"))
    ]


@pytest.mark.usefixtures("lint_process_as_usual")
def test_without_cfn_lint_only_our_checks_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("baseline.validate.lint_process.subprocess.Popen", _refuse)
    found = validate_templates([template_of(BAD)], partition="aws", options=ValidateOptions(lint=False))
    assert {finding.id for finding in found} == {"BL107"}


def test_without_cfn_lint_a_broken_template_is_an_error_all_the_same() -> None:
    found = validate_templates([template_of("{")], partition="aws", options=ValidateOptions(lint=False))
    assert [(finding.id, finding.severity) for finding in found] == [("BL119", Severity.ERROR)]


def test_what_has_been_linted_once_needs_no_cfn_lint_again(tmp_path: Path) -> None:
    templates = [template_of(BAD, name="bad"), template_of(CLEAN, name="clean")]
    first = validate_templates(templates, partition="aws", options=ValidateOptions(cache_dir=tmp_path))
    checkout = Path(__file__).parents[2]
    again = subprocess.run(
        [sys.executable, "-c", AGAIN, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        cwd=checkout,
    )
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout.split() == [finding.id for finding in first]


def test_only_what_is_new_is_linted(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    options = ValidateOptions(cache_dir=tmp_path, on_progress=lambda done, total: seen.append((done, total)))
    validate_templates([template_of(CLEAN)], partition="aws", options=options)
    found = validate_templates(
        [template_of(CLEAN, name="clean"), template_of(BAD, name="bad")], partition="aws", options=options
    )
    assert seen == [(1, 1), (1, 1)]
    assert "E3002" in {finding.id for finding in found}


def test_nothing_to_validate_is_nothing_found() -> None:
    assert validate_templates([], partition="aws") == ()
