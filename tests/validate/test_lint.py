import os
import re
import signal
import site
import sys
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

import pytest

from baseline.errors import BaselineError
from baseline.findings import Finding, Severity
from baseline.plan.model import Template
from baseline.validate.cache import LintCache
from baseline.validate.lint import Progress, lint_templates
from baseline.validate.lint_process import LintProcess
from tests.validate.subjects import template_of

MISSPELT = """\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicNam: alerts
"""
CLEAN = """\
Resources:
  Topic:
    Type: AWS::SNS::Topic
"""
UNKNOWN_ACTION = """\
Resources:
  Reader:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: s3:GetObjet
            Resource: "*"
"""
BROKEN = "Resources: [\n"
_PAGE = Path(__file__).parents[2] / "docs/capabilities/secrets.md"
(ROTATED,) = re.findall(r"```yaml\n(AWSTemplateFormatVersion.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
MACIE = """\
Resources:
  Macie:
    Type: AWS::Macie::Session
"""


def lint(
    templates: Sequence[Template], *, partition: str = "aws", on_progress: Progress | None = None
) -> list[Finding]:
    with LintProcess() as process:
        return list(
            lint_templates(
                templates, partition=partition, cache=LintCache(None), process=process, on_progress=on_progress
            )
        )


@pytest.fixture(scope="module")
def together() -> dict[str, list[Finding]]:
    """Findings for several templates at once, by stack name."""
    templates = [
        template_of(MISSPELT, name="misspelt", capability="notifications"),
        template_of(MISSPELT, name="again"),
        template_of(CLEAN, name="clean"),
        template_of(UNKNOWN_ACTION, name="action"),
        template_of(BROKEN, name="broken"),
        template_of(ROTATED, name="rotated"),
        template_of(ROTATED.replace("PostgreSQLSingleUser", "[]"), name="unrotated"),
    ]
    found = lint(templates)
    return {
        template.stack.name: [finding for finding in found if finding.location.file == template.stack.file]
        for template in templates
    }


def test_a_finding_says_where_it_is_in_the_rendered_file(together: dict[str, list[Finding]]) -> None:
    (finding,) = together["misspelt"]
    assert (finding.id, finding.severity) == ("E3002", Severity.ERROR)
    assert str(finding.location) == "templates/misspelt.yaml:5:7"
    assert (finding.capability, finding.logical_id) == ("notifications", "Topic")
    assert finding.path == "Resources.Topic.Properties.TopicNam"
    assert finding.source.startswith("https://")


def test_the_same_text_in_two_stacks_is_reported_of_both(together: dict[str, list[Finding]]) -> None:
    assert [finding.message for finding in together["again"]] == [f.message for f in together["misspelt"]]


def test_nothing_is_reported_of_a_clean_template(together: dict[str, list[Finding]]) -> None:
    assert together["clean"] == []


def test_the_example_of_a_rotated_secret_is_clean(together: dict[str, list[Finding]]) -> None:
    """With the transform that its rotation function needs; a value of the wrong type is found all the same."""
    assert together["rotated"] == []
    (finding,) = together["unrotated"]
    assert finding.path.endswith("HostedRotationLambda.RotationType")


def test_a_message_does_not_list_every_action_there_is(together: dict[str, list[Finding]]) -> None:
    (finding,) = together["action"]
    assert (finding.id, finding.severity) == ("W3037", Severity.WARNING)
    assert finding.message.startswith("'getobjet' is none of ")
    assert finding.message.endswith(" known values")


def test_what_cannot_be_read_is_reported_where_it_stops(together: dict[str, list[Finding]]) -> None:
    (finding,) = together["broken"]
    assert (finding.id, finding.severity) == ("E0000", Severity.ERROR)
    assert finding.location.line
    assert finding.logical_id == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [("misspelt", MISSPELT), ("action", UNKNOWN_ACTION), ("broken", BROKEN)],
    ids=["misspelt", "action", "broken"],
)
def test_a_template_alone_gets_the_same_answer_as_among_others(
    together: dict[str, list[Finding]], name: str, text: str
) -> None:
    capability = together[name][0].capability
    assert lint([template_of(text, name=name, capability=capability)]) == together[name]


def test_progress_counts_each_distinct_text_once() -> None:
    seen: list[tuple[int, int]] = []
    lint(
        [template_of(CLEAN, name="a"), template_of(CLEAN, name="b"), template_of(MISSPELT, name="c")],
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 2), (2, 2)]


@pytest.mark.usefixtures("lint_process_as_usual")
def test_no_templates_need_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("baseline.validate.lint_process.subprocess.Popen", _refuse)
    assert lint([]) == []


@pytest.mark.parametrize(("partition", "ids"), [("aws-us-gov", ["E3006"]), ("aws-cn", ["E3006"])])
def test_a_partition_is_linted_in_its_own_region(partition: str, ids: list[str]) -> None:
    assert [finding.id for finding in lint([template_of(MACIE)], partition=partition)] == ids


def test_a_process_that_ends_early_is_an_error_that_says_so() -> None:
    with LintProcess() as process:
        process.start()
        started = process._process
        assert started is not None
        started.kill()
        started.wait()
        with pytest.raises(BaselineError, match="cfn-lint stopped working") as caught:
            list(process.ask([CLEAN], "us-east-1"))
        assert caught.value.hint


@pytest.mark.skipif(sys.platform != "linux", reason="finds the process's children in /proc")
def test_a_killed_child_of_the_process_is_not_waited_for() -> None:
    texts = [CLEAN + f"# {number}\n" for number in range(200)]
    with LintProcess() as process:
        answers = process.ask(texts, "us-east-1")
        next(answers)
        assert process._process is not None
        os.kill(_child_of(process._process.pid), signal.SIGKILL)
        with pytest.raises(BaselineError, match="cfn-lint stopped working: BrokenProcessPool"):
            list(answers)


def _child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()[0])


def test_what_nobody_listens_to_any_more_is_not_linted() -> None:
    """As after an interrupted command: its process ends after the current texts."""
    resources = "".join(f"  Topic{number}: {{Type: AWS::SNS::Topic}}\n" for number in range(40))
    texts = [f"Description: '{number}'\nResources:\n{resources}" for number in range(2_000)]
    with LintProcess() as process:
        answers = process.ask(texts, "us-east-1")
        next(answers)
        started = process._process
        assert started is not None
        assert started.stdout is not None
        started.stdout.close()
        started.wait(timeout=60)  # all of them take minutes


def test_half_an_answer_is_none() -> None:
    answers = LintProcess()._answers(StringIO('{"index": 0, "mat'), [CLEAN])
    with pytest.raises(BaselineError, match="ended without an answer"):
        list(answers)


def test_a_process_started_ahead_ends_with_its_context() -> None:
    with LintProcess() as process:
        process.start()
        process.start()
        started = process._process
    assert started is not None
    assert started.returncode is not None


def test_a_process_can_be_asked_again() -> None:
    with LintProcess() as process:
        first, second = (dict(process.ask([text], "us-east-1")) for text in (CLEAN, MISSPELT))
    assert first == {CLEAN: []}
    assert [match["id"] for match in second[MISSPELT]] == ["E3002"]


@pytest.mark.usefixtures("lint_process_as_usual")
def test_packages_that_the_user_installed_are_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    monkeypatch.setattr("baseline.validate.lint_process.subprocess.Popen", lambda *_, env, **__: _noted(seen, env))
    with pytest.raises(_StartedError):
        LintProcess().start()
    assert seen["PYTHONUSERBASE"] == site.getuserbase()


class _StartedError(Exception):
    pass


def _noted(seen: dict[str, str], env: dict[str, str]) -> Iterator[None]:
    seen.update(env)
    raise _StartedError


def _refuse(*_: object, **__: object) -> None:
    raise AssertionError("a process was started")
