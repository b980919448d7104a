"""The same text gives the same answer, regardless of files on the machine.

Each test first shows that the test's files affect the `cfn-lint` command, so that a clean answer from ours is
significant.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from baseline.validate.cache import LintCache
from baseline.validate.lint import lint_templates
from baseline.validate.lint_process import LintProcess
from tests.validate.subjects import template_of

MISSPELT = """\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicNam: alerts
"""
SUPPRESSED = f"""\
Metadata:
  cfn-lint:
    config:
      ignore_checks: [E3002]
{MISSPELT}"""
COMMERCIAL = """\
Resources:
  Macie:
    Type: AWS::Macie::Session
"""
LENIENT = """\
Resources:
  Subscription:
    Type: AWS::SNS::Subscription
    Properties:
      Protocol: email
      TopicArn: !Sub arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:alerts
      RawMessageDelivery: "true"
"""
STRICT = "configure_rules:\n  E3012:\n    strict: true\n"
IGNORE = "ignore_checks: [E3002]\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home / ".cache"))
    monkeypatch.chdir(here)
    return home


def command_finds(text: str) -> set[str]:
    Path("template.yaml").write_text(text, encoding="utf-8")
    code = "import sys; from cfnlint.runner import main; sys.exit(main())"
    command = [sys.executable, "-P", "-c", code, "--format", "json", "template.yaml"]
    said = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ).stdout
    return {match["Rule"]["Id"] for match in json.loads(said)}


def we_find(text: str) -> set[str]:
    with LintProcess() as process:
        found = lint_templates([template_of(text)], partition="aws", cache=LintCache(None), process=process)
        return {finding.id for finding in found}


def lay_newer_schemas(home: Path) -> None:
    """A future schema cache, in which a topic may have any property."""
    schema = {"typeName": "AWS::SNS::Topic", "properties": {}, "additionalProperties": True, "primaryIdentifier": []}
    for base in (home / ".cache", home / "Library" / "Caches"):
        schemas = base / "aws" / "cfn-lint" / "schemas"
        for folder in ("providers", "resources"):
            (schemas / folder).mkdir(parents=True)
        (schemas / "version.json").write_text('{"schema_date": "2099-01-01T00:00:00Z"}', encoding="utf-8")
        providers = json.dumps({"AWS::SNS::Topic": "0123456789abcdef"})
        (schemas / "providers" / "us-east-1.json").write_text(providers, encoding="utf-8")
        (schemas / "resources" / "0123456789abcdef.json").write_text(json.dumps(schema), encoding="utf-8")


@pytest.mark.parametrize(
    "lay",
    [
        lambda _: Path(".cfnlintrc").write_text(IGNORE, encoding="utf-8"),
        lambda home: (home / ".cfnlintrc").write_text(IGNORE, encoding="utf-8"),
        lay_newer_schemas,
    ],
    ids=["settings in the current directory", "settings at home", "a newer schema cache"],
)
def test_what_lies_around_hides_nothing(home: Path, lay: Callable[[Path], object]) -> None:
    lay(home)
    assert "E3002" not in command_finds(MISSPELT)
    assert we_find(MISSPELT) == {"E3002"}


@pytest.mark.parametrize("where", ["here", "home"])
def test_what_lies_around_adds_nothing(home: Path, where: str) -> None:
    (home.with_name(where) / ".cfnlintrc").write_text(STRICT, encoding="utf-8")
    assert command_finds(LENIENT) == {"E3012"}
    assert we_find(LENIENT) == set()


@pytest.mark.usefixtures("home")
def test_a_template_cannot_switch_rules_off() -> None:
    assert "E3002" not in command_finds(SUPPRESSED)
    assert we_find(SUPPRESSED) == {"E3002"}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_environment_does_not_choose_the_region(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "us-gov-west-1")
    assert command_finds(COMMERCIAL) == {"E3006"}
    assert we_find(COMMERCIAL) == set()


@pytest.mark.usefixtures("home")
def test_python_settings_of_the_environment_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "nowhere.py")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONHASHSEED", "not a number")
    assert we_find(MISSPELT) == {"E3002"}


@pytest.mark.usefixtures("home")
def test_a_module_in_the_current_directory_is_not_mistaken_for_cfn_lint() -> None:
    Path("cfnlint.py").write_text("raise SystemExit(1)", encoding="utf-8")
    assert we_find(MISSPELT) == {"E3002"}
