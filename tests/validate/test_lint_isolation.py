"""The same text gives the same answer, regardless of files on the machine.

Each thing that lies around is shown to affect the `cfn-lint` command, so that a clean answer from ours is significant
where all of them lie around at once.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from baseline.validate.cache import LintCache
from baseline.validate.lint import lint_templates
from baseline.validate.lint_process import LintProcess
from tests.validate.subjects import template_of

pytestmark = pytest.mark.usefixtures("lint_process_as_usual")

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
SETTINGS = "ignore_checks: [E3002]\nconfigure_rules:\n  E3012:\n    strict: true\n"


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


def command_finds(*texts: str) -> list[set[str]]:
    """Ids of what the `cfn-lint` command reports, for each text."""
    files = [f"template{number}.yaml" for number, _ in enumerate(texts)]
    for file, text in zip(files, texts, strict=True):
        Path(file).write_text(text, encoding="utf-8")
    code = "import sys; from cfnlint.runner import main; sys.exit(main())"
    command = [sys.executable, "-P", "-c", code, "--format", "json", *files]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ).stdout)
    return [{match["Rule"]["Id"] for match in said if match["Filename"] == file} for file in files]


def we_find(*texts: str) -> list[set[str]]:
    """Ids of what we report, for each text."""
    templates = [template_of(text, name=f"t{number}") for number, text in enumerate(texts)]
    with LintProcess() as process:
        found = [*lint_templates(templates, partition="aws", cache=LintCache(None), process=process)]
    return [{item.id for item in found if item.location.file == template.stack.file} for template in templates]


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


def test_what_lies_around_changes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".cfnlintrc").write_text(SETTINGS, encoding="utf-8")
    Path("cfnlint.py").write_text("raise SystemExit(1)", encoding="utf-8")
    (home / ".cfnlintrc").write_text(SETTINGS, encoding="utf-8")
    lay_newer_schemas(home)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-gov-west-1")
    monkeypatch.setenv("PYTHONSTARTUP", "nowhere.py")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    monkeypatch.setenv("PYTHONHASHSEED", "not a number")
    assert we_find(MISSPELT, SUPPRESSED, LENIENT, COMMERCIAL) == [{"E3002"}, {"E3002"}, set(), set()]


@pytest.mark.parametrize("where", ["here", "home"])
def test_settings_change_what_the_command_says(home: Path, where: str) -> None:
    (home.with_name(where) / ".cfnlintrc").write_text(SETTINGS, encoding="utf-8")
    misspelt, lenient = command_finds(MISSPELT, LENIENT)
    assert "E3002" not in misspelt
    assert lenient == {"E3012"}


def test_newer_schemas_change_what_the_command_says(home: Path) -> None:
    lay_newer_schemas(home)
    (misspelt,) = command_finds(MISSPELT)
    assert "E3002" not in misspelt


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_regions_and_metadata_change_what_the_command_says(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "us-gov-west-1")
    commercial, suppressed = command_finds(COMMERCIAL, SUPPRESSED)
    assert commercial == {"E3006"}
    assert "E3002" not in suppressed
