"""A new capability needs its own directories and one line; `make docs` writes the rest."""

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copy2, copytree, ignore_patterns

import pytest

CHECKOUT = Path(__file__).parents[2]

FILES = {
    "baseline/capabilities/operate/__init__.py": '"""Operation."""\n',
    "baseline/capabilities/operate/bulletin/__init__.py": '"""A topic for announcements."""\n',
    "baseline/capabilities/operate/bulletin/bulletin.py": """
from dataclasses import dataclass

from baseline.capabilities.capability import Capability, StackSpec, one_account
from baseline.capabilities.landscape import Landscape
from baseline.capabilities.settings import Settings, tiered


class BulletinSettings(Settings):
    display_name: str = tiered("Name that readers see.", starter="News", standard="News", regulated="News")


@dataclass(frozen=True, kw_only=True)
class BulletinContext:
    prefix: str
    display_name: str


def _stacks(landscape: Landscape) -> tuple[StackSpec, ...]:
    settings = landscape.settings("bulletin", BulletinSettings)
    context = BulletinContext(prefix=landscape.prefix, display_name=settings.display_name)
    return (
        StackSpec(
            name="bulletin",
            template="operate/bulletin/bulletin",
            description="A topic for announcements.",
            target=one_account("management"),
            context=context,
        ),
    )


CAPABILITY = Capability(
    name="bulletin",
    title="Bulletin",
    summary="A topic for announcements.",
    same_everywhere="Every announcement goes to one topic.",
    settings=BulletinSettings,
    stacks=_stacks,
)
""",
    "baseline/capabilities/operate/bulletin/controls.toml": """
[bulletin-encryption]
statement = "Announcements are encrypted."
rationale = "They name systems."
severity = "low"
responsibility = "customer"
cost = "free"
objectives = ["stored-data-encrypted"]
assertions = [
  { type = "AWS::SNS::Topic", where = { TopicName = "-bulletin$" }, path = "KmsMasterKeyId", present = true },
]
""",
    "baseline/capabilities/operate/bulletin/effects.toml": """
[[effect]]
template = "bulletin"
resource = "Topic"
why = "readers see who writes"
DisplayName = "<display_name>"
""",
    "baseline/capabilities/operate/bulletin/responsibility.toml": """
aws = "Delivers messages."
baseline = "Makes the topic."
customer = "Writes announcements."
""",
    "templates/operate/bulletin/bulletin.yaml.j2": """{# A topic. Context: BulletinContext. #}
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Metadata:
      Purpose: Announcements.
    Properties:
      TopicName: {{ prefix | token }}-bulletin
      DisplayName: {{ display_name | scalar }}
      # control: bulletin-encryption
      KmsMasterKeyId: alias/aws/sns

Outputs:
  TopicArn:
    Description: ARN of the topic.
    Value: !Ref Topic
""",
    "docs/capabilities/bulletin.md": """
# bulletin: Bulletin

## Settings

<!-- settings:begin -->
<!-- settings:end -->

## Controls

<!-- controls:begin -->
<!-- controls:end -->
""",
    "tests/capabilities/bulletin/samples.py": """
FULL = {"display_name": 'The "news" # ${x}'}
""",
    "tests/capabilities/bulletin/faults.toml": """
[[kind]]
title = "Says deployed, does nothing"
faults = [["operate/bulletin/bulletin", "DisplayName: {{ display_name | scalar }}", "DisplayName: Other"]]
""",
}

GENERATED = {"README.md", "docs/README.md", "docs/profile.md", "mkdocs.yml"}
"""Files outside the directories of the capability that `make docs` changes."""

TESTS = (
    "tests/docs/test_generated_tables.py",
    "tests/test_planted_faults.py::test_there_are_faults_of_every_kind_in_every_template",
    "tests/cli/test_init.py::test_the_profile_says_what_deploys_nothing_until_it_is_configured",
)
"""The tests that compare lists of capabilities and templates."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with an additional capability."""
    copy = tmp_path_factory.mktemp("program")
    for directory in ("baseline", "templates", "profiles", "docs", "tests", "benchmarks"):
        copytree(CHECKOUT / directory, copy / directory, ignore=ignore_patterns("__pycache__"))
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "LICENSE",
        "mkdocs.yml",
        "pyproject.toml",
    ):
        copy2(CHECKOUT / name, copy / name)
    for name, text in FILES.items():
        file = copy / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.lstrip("\n"), encoding="utf-8")
    areas = copy / "baseline" / "areas.py"
    line = '    "detect/access_analyzer",\n'
    text = areas.read_text(encoding="utf-8")
    assert line in text
    areas.write_text(text.replace(line, line + '    "operate/bulletin",\n'), encoding="utf-8")
    return copy


def run(program: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from baseline.cli.main import main; main()", *words]
    return subprocess.run(
        command,
        cwd=program,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(program), "HOME": str(program), "PATH": "/usr/bin:/bin"},
    )


def test_a_new_capability_needs_its_own_directories_and_one_line(program: Path) -> None:
    result = run(program, "generate", "profiles/northwind.yaml", "-o", "out", "--no-cache", "--no-lint")
    assert result.returncode == 0, result.stdout + result.stderr
    template = (program / "out" / "templates" / "nw-bulletin.yaml").read_text(encoding="utf-8")
    assert 'DisplayName: "News"' in template
    assert "# control: bulletin-encryption" in template
    evidence = json.loads((program / "out" / "report" / "evidence.json").read_text(encoding="utf-8"))
    states = {item["id"]: item["state"] for item in evidence["controls"]}
    assert states["bulletin-encryption"] == "deployed"
    (nist,) = [item for item in evidence["frameworks"] if item["id"] == "nist-800-53-r5"]
    (encryption,) = [item for item in nist["requirements"] if item["id"] == "sc-28"]
    assert "bulletin-encryption" in {item["id"] for item in encryption["controls"]}
    assert "Makes the topic." in (program / "out" / "report" / "index.html").read_text(encoding="utf-8")
    assert "Announcements are encrypted." in run(program, "explain", "bulletin-encryption").stdout
    assert "bulletin" in json.loads(run(program, "schema").stdout)["properties"]["capabilities"]["properties"]


def test_tests_that_compare_lists_pass_after_make_docs(program: Path) -> None:
    before = contents(program)
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rewrite-golden", "-k", "not link", *TESTS],
        cwd=program,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(program), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert result.returncode == 0, result.stdout + result.stderr
    after = contents(program)
    assert {name for name in after if after[name] != before.get(name)} == {*GENERATED, "docs/capabilities/bulletin.md"}


def contents(directory: Path) -> dict[str, bytes]:
    """Relative path → content of every file that a person or `make docs` writes."""
    paths = (path for path in directory.rglob("*") if path.suffix in {".md", ".yml", ".yaml", ".toml", ".py"})
    return {str(path.relative_to(directory)): path.read_bytes() for path in paths}


def test_its_effects_stop_a_template_that_does_not_work(program: Path) -> None:
    template = program / "templates" / "operate" / "bulletin" / "bulletin.yaml.j2"
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("{{ display_name | scalar }}", "Other {# {{ display_name | scalar }} #}"))
    try:
        result = run(program, "validate", "profiles/northwind.yaml", "--no-lint")
    finally:
        template.write_text(text, encoding="utf-8")
    assert result.returncode == 5
    assert "BL134" in result.stdout
