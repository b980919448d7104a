"""Command output for scans, plans and evidence from other authors."""

import ast
import csv
import json
import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from baseline.cli.main import baseline, main
from baseline.cli.terminal import confirm, prompt, say_json
from baseline.resources import profiles_directory

CLI = Path(__file__).parent.parent.parent / "baseline" / "cli"
OUTPUT = Path(__file__).parent.parent.parent / "output" / "northwind"
HOSTILE = "x\n::error::owned\r\x1b]0;owned\x07\x9b2J ##[error]owned \u202egnp\u2028::warning::owned"


def assert_harmless(text: str) -> None:
    assert "owned" in text
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text) is None
    assert not any(line.strip().startswith("::") or re.search(r"##\w*\[", line) for line in text.splitlines())


@pytest.mark.parametrize("path", sorted(CLI.glob("*.py")), ids=lambda path: path.name)
def test_commands_print_by_the_terminal_module_only(path: Path) -> None:
    names = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
    direct = {"click.echo", "click.secho", "click.confirm", "click.prompt", "print", "error.show", "table.add_row"}
    allowed = {"terminal.py": direct, "tables.py": {"table.add_row"}}.get(path.name, set())
    assert names & direct <= allowed


def texts_in(value: Any) -> set[str]:
    if isinstance(value, dict | list):
        items = [*value, *value.values()] if isinstance(value, dict) else value
        return {text for item in items for text in texts_in(item)}
    return {str(value)}


def prowler_csv(path: Path) -> list[str]:
    columns = ["CHECK_ID", "STATUS", "MUTED", "RESOURCE_UID", "ACCOUNT_UID", "REGION"]
    with path.open("w", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(columns)
        rows.writerow(["cloudtrail_log_file_validation_enabled", "FAIL", "False", HOSTILE, HOSTILE, HOSTILE])
    return ["--prowler", str(path)]


def prowler_ocsf(path: Path) -> list[str]:
    finding = {
        "metadata": {"event_code": "cloudtrail_log_file_validation_enabled"},
        "status_code": "FAIL",
        "resources": [{"uid": HOSTILE, "region": HOSTILE}],
        "cloud": {"account": {"uid": HOSTILE}, "region": HOSTILE},
    }
    path.write_text(json.dumps([finding]))
    return ["--prowler", str(path)]


def security_hub(path: Path) -> list[str]:
    finding = {
        "GeneratorId": "security-control/CloudTrail.4",
        "AwsAccountId": HOSTILE,
        "Region": HOSTILE,
        "Compliance": {"Status": "FAILED", "SecurityControlId": "CloudTrail.4"},
        "Resources": [{"Id": HOSTILE, "Region": HOSTILE}],
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
    }
    path.write_text(json.dumps({"Findings": [finding]}))
    return ["--securityhub", str(path)]


@pytest.mark.parametrize("scan", [prowler_csv, prowler_ocsf, security_hub])
@pytest.mark.parametrize("format_", ["text", "json"])
def test_reconcile_prints_no_command_of_a_scan(scan: Callable[[Path], list[str]], format_: str, tmp_path: Path) -> None:
    words = ["evidence", "reconcile", str(OUTPUT), *scan(tmp_path / "scan"), "--format", format_]
    result = CliRunner().invoke(baseline, words)
    assert result.exception is None, result.output
    if format_ == "json":
        assert HOSTILE in texts_in(json.loads(result.output))
    assert_harmless(result.output)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An output with edited plan and evidence, including digests."""
    directory = tmp_path_factory.mktemp("foreign") / "out"
    shutil.copytree(OUTPUT, directory)
    evidence = directory / "report" / "evidence.json"
    document: dict[str, Any] = json.loads(evidence.read_text())
    document["organization"] = HOSTILE
    for stack in document["stacks"].values():
        stack["targets"] = [{**target, "text": HOSTILE} for target in stack["targets"]]
    evidence.write_text(json.dumps(document))
    plan = json.loads((directory / "plan.json").read_text())
    plan["files"]["report/evidence.json"] = sha256(evidence.read_bytes()).hexdigest()
    (directory / "plan.json").write_text(json.dumps(plan))
    return directory


@pytest.mark.parametrize("topic", [[], ["cloudtrail"], ["cis-7.0/4.2"]])
def test_explain_prints_no_command_of_an_output(topic: list[str], foreign: Path) -> None:
    result = CliRunner().invoke(baseline, ["explain", *topic, "--in", str(foreign)])
    assert result.exit_code == 0, result.output
    assert_harmless(result.output)


COMMANDS_WITH_A_PATH = {
    "validate": ["validate", "--no-lint", "PATH"],
    "validate as JUnit": ["validate", "--no-lint", "--format", "junit", "PATH"],
    "validate as SARIF": ["validate", "--no-lint", "--format", "sarif", "PATH"],
    "plan": ["plan", "PATH"],
    "generate": ["generate", "--no-lint", "PATH", "-o", "PATH"],
    "init": ["init", "--defaults", "-o", "PATH/PATH"],
    "verify": ["verify", "PATH"],
    "explain": ["explain", "cloudtrail", "--in", "PATH"],
    "explain a topic": ["explain", "PATH"],
    "policy list": ["policy", "list", "PATH"],
    "policy explain": ["policy", "explain", "PATH", "--account", "PATH", "--action", "PATH"],
    "reconcile": ["evidence", "reconcile", "PATH", "--prowler", "PATH"],
    "reconcile with a scan": ["evidence", "reconcile", str(OUTPUT), "--prowler", "PATH"],
    "redact": ["evidence", "redact", "PATH", "-o", "PATH"],
    "deploy": ["deploy", "PATH", "--dry-run"],
    "an unknown command": ["PATH"],
    "an unknown option": ["--PATH"],
}


@pytest.mark.parametrize("words", COMMANDS_WITH_A_PATH.values(), ids=COMMANDS_WITH_A_PATH)
@pytest.mark.parametrize("content", [None, "version: 1\nowned: 3\n", "version: ["], ids=["no file", "key", "syntax"])
def test_path_commands_nothing(
    words: list[str],
    content: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / HOSTILE
    if content is not None:
        path.write_text(content)
    monkeypatch.setattr("sys.argv", ["baseline", *(word.replace("PATH", str(path)) for word in words)])
    monkeypatch.setattr("gc.disable", lambda: None)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code not in {0, 1}
    printed = capsys.readouterr()
    assert_harmless(printed.out + printed.err)


@pytest.mark.parametrize("name", ["::error::owned", "##[error]owned", "##vso[task.setvariable variable=x]owned"])
@pytest.mark.parametrize("words", [["plan"], ["plan", "--format", "markdown"], ["plan", "--format", "json"]])
def test_organization_name_commands_nothing(name: str, words: list[str], tmp_path: Path) -> None:
    profile = tmp_path / "profile.yaml"
    text = (profiles_directory() / "starter.yaml").read_text()
    profile.write_text(re.sub(r"(?m)^  name: .*$", f"  name: {json.dumps(name)}", text, count=1))
    result = CliRunner().invoke(baseline, [*words, str(profile)])
    assert result.exit_code == 0, result.output
    assert "owned" in result.output or words == ["plan"]
    assert not any(line.strip().startswith("::") or re.search(r"##\w*\[", line) for line in result.output.splitlines())


@pytest.mark.parametrize("ask", [lambda: confirm(f"Deploy to {HOSTILE}?"), lambda: prompt(f"Type {HOSTILE}")])
def test_question_stays_one_line(ask: Callable[[], object]) -> None:
    result = CliRunner().invoke(click.Command("ask", callback=ask), input="y\n")
    assert_harmless(result.stderr)
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(("typed", "default", "yes"), [("Yes", False, True), ("", True, True), ("n", True, False)])
def test_other_answers_than_yes_and_no_are_asked_again(*, typed: str, default: bool, yes: bool) -> None:
    ask = click.Command("ask", callback=lambda: click.echo(confirm("Go?", default=default)))
    result = CliRunner().invoke(ask, input=f"maybe\n{typed}\n")
    assert "Error: answer y or n\n" in result.stderr
    assert result.stdout == f"{yes}\n"


def test_json_is_lossless_and_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"a": HOSTILE})
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"a": HOSTILE}
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", printed) is None
