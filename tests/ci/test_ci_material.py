"""The pre-commit hooks, the GitHub action and the GitLab component: their form, and the commands in them."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml
from pre_commit.clientlib import load_manifest

from baseline.evidence.changes import CLASSES
from baseline.resources import profiles_directory
from tests.conftest import CHECKOUT
from tests.ready import client

STARTER = (profiles_directory() / "starter.yaml").read_text(encoding="utf-8")
CHANGED = re.sub(r"(?m)^(  alerts:\n    - ).*$", r"\1others@lab.example", STARTER)
HOOKS = load_manifest(str(CHECKOUT / ".pre-commit-hooks.yaml"))
ACTION: dict[str, Any] = yaml.safe_load((CHECKOUT / "action.yml").read_text(encoding="utf-8"))
SPEC, JOBS = yaml.safe_load_all((CHECKOUT / "templates" / "baseline.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a profile and its output."""
    tree = tmp_path_factory.mktemp("first") / "tree"
    (tree / "profiles").mkdir(parents=True)
    write(tree, STARTER)
    run(tree, "baseline", "generate", "--no-lint", "-q", "profiles/lab.yaml", "-o", "output/lab")
    identity = ("-c", "user.name=t", "-c", "user.email=t@northwind.example", "-c", "commit.gpgsign=false")
    for words in (("init", "-q", "-b", "main"), ("add", "."), (*identity, "commit", "-q", "-m", "first")):
        run(tree, "git", *words)
    return tree


@pytest.fixture
def repository(tmp_path: Path, first: Path) -> Path:
    """The repository, for one test to change."""
    return copytree(first, tmp_path / "tree")


@pytest.fixture(autouse=True)
def _linted_once(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands of all tests here remember what cfn-lint has said."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(first.parent / "cache"))


def write(tree: Path, text: str) -> None:
    (tree / "profiles" / "lab.yaml").write_text(text, encoding="utf-8")


def environment(**values: str) -> dict[str, str]:
    return {**os.environ, "PATH": client.search_path(), **values}


def run(tree: Path, *words: str) -> None:
    done = subprocess.run(words, cwd=tree, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def shell(tree: Path, script: str, **values: str) -> subprocess.CompletedProcess[str]:
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(
        command, cwd=tree, env=environment(**values), capture_output=True, text=True, check=False, timeout=300
    )


HOOKED = (
    *("profile.yml", "profiles/lab.yaml", "profiles/clients/acme.yaml", "clients/acme.yaml", "clients/eu/acme.yml"),
    "x/profiles/eu/north/lab.yaml",
    *("src/settings.yaml", "profiles/lab.lock.json", "profiles/templates/net.yaml", "clients/acme/policies/own.yaml"),
    "my-clients/acme.yaml",
)


def takes(hook: dict[str, Any], path: str) -> bool:
    """Whether pre-commit gives the file to the hook."""
    return bool(re.search(hook["files"], path)) and not re.search(hook["exclude"], path)


def test_hooks_take_profiles_and_run(repository: Path) -> None:
    validate, check = HOOKS
    assert {path for path in HOOKED if takes(validate, path)} == set(HOOKED[:6])
    good = f"{validate['entry']} profiles/lab.yaml profiles/lab.yaml"
    assert shell(repository, good).returncode == 0
    stale = f"{check['entry']} {shlex.join([*check.get('args', []), 'profiles/lab.yaml', '-o', 'output/lab'])}"
    assert shell(repository, stale).returncode == 0
    write(repository, CHANGED)
    assert shell(repository, stale).returncode == 5
    write(repository, STARTER.replace("tier: starter", "tier: startr"))
    assert shell(repository, good).returncode == 3


def test_output_is_checked_after_a_change_of_any_file_that_it_depends_on() -> None:
    changed = ("clients/acme.yaml", "clients/policies/own.json", "rules/owner.guard", "customizations/net.yaml.j2")
    written = ("output/lab/SHA256SUMS", "output/lab/report/tasks.xlsx", "profile.yaml", "profiles/lab.lock.json")
    pattern = re.compile(HOOKS[1]["files"])
    assert [path for path in (*changed, *written) if not pattern.search(path)] == []
    assert not any(pattern.search(path) for path in ("src/app.py", "README.md", "my-profile.yaml.txt"))


def test_classes_of_change_are_those_of_the_command() -> None:
    described = (ACTION["inputs"]["fail-on-change"], SPEC["spec"]["inputs"]["fail_on_change"])
    for item in described:
        assert re.findall(r"\((.*)\)", item["description"]) == [", ".join(CLASSES)]


def test_workflow_runs_the_tests_on_each_supported_python_and_nothing_else() -> None:
    workflow = yaml.safe_load((CHECKOUT / ".github/workflows/test.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    supported = [item.rpartition(" :: ")[2] for item in project["classifiers"] if ":: 3." in item]
    assert job["strategy"]["matrix"]["python"] == supported
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make test"]
    assert workflow["permissions"] == {"contents": "read"}
    uses = [step["uses"] for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", name) for name in uses)


def test_action_pins_other_actions_and_takes_inputs_by_the_environment() -> None:
    assert ACTION["runs"]["using"] == "composite"
    for step in ACTION["runs"]["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
        else:
            assert step["shell"] == "bash"
            assert "${{" not in step["run"]
            assert subprocess.run(["bash", "-n", "-c", step["run"]], check=False).returncode == 0
    used = set(re.findall(r"inputs\.([\w-]+)", yaml.dump(ACTION["runs"])))
    assert used == set(ACTION["inputs"])


def step(tree: Path, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action like the runner."""
    given = {key: str(item.get("default", "")) for key, item in ACTION["inputs"].items()} | {
        key.replace("_", "-"): value for key, value in inputs.items()
    }
    values = {
        key: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: given[found[1]], value)
        for key, value in STEPS[name].get("env", {}).items()
    }
    runner = {name: str(tree.parent / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    return shell(tree, STEPS[name]["run"], RUNNER_TEMP=str(tree.parent), **runner, **values)


def test_action_annotates_wrong_profiles(repository: Path) -> None:
    assert step(repository, "Validate the profiles", profiles="profiles/lab.yaml").returncode == 0
    write(repository, STARTER.replace("tier: starter", "tier: startr"))
    wrong = step(repository, "Validate the profiles", profiles="profiles/lab.yaml")
    assert wrong.returncode == 3
    assert wrong.stdout.startswith("::error file=profiles/lab.yaml,line=")


def test_action_executes_nothing_that_an_input_says(repository: Path) -> None:
    hostile = "profiles/lab.yaml;touch$IFS/owned $(touch owned) `touch owned`"
    assert step(repository, "Validate the profiles", profiles=hostile).returncode != 0
    assert not (repository / "owned").exists()


def test_action_finds_output_that_is_not_current(repository: Path) -> None:
    words = {"profiles": "profiles/lab.yaml", "output": "output/lab"}
    assert step(repository, "Check that the output is current", **words).returncode == 0
    write(repository, CHANGED)
    assert step(repository, "Check that the output is current", **words).returncode == 5


def test_action_summarizes_what_changes(repository: Path) -> None:
    write(repository, CHANGED)
    words = {"profiles": "profiles/lab.yaml", "against": "git:main"}
    assert step(repository, "Show the changes", **words).returncode == 0
    assert "**Resources**" in (repository.parent / "github_step_summary").read_text(encoding="utf-8")
    name = (repository.parent / "github_output").read_text(encoding="utf-8").strip().partition("file=")[2]
    assert Path(name).read_text(encoding="utf-8").startswith("## Changes")
    assert step(repository, "Show the changes", **words, fail_on_change="remove any").returncode == 5


def test_action_installs_a_command_that_runs_from_the_checkout(repository: Path) -> None:
    bin_ = repository.parent / "baseline" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "python").symlink_to(sys.executable)
    runner = {"RUNNER_TEMP": str(repository.parent), "GITHUB_PATH": str(repository.parent / "path")}
    done = shell(repository, STEPS["Install the command"]["run"], ACTION_PATH=str(CHECKOUT), **runner)
    assert done.returncode == 0, done.stderr
    assert shell(repository, f"{bin_ / 'baseline'} --version").stdout.startswith("baseline ")


def test_component_uses_the_inputs_that_it_declares() -> None:
    used = set(re.findall(r"\$\[\[ inputs\.(\w+) \]\]", yaml.dump(JOBS)))
    assert used == set(SPEC["spec"]["inputs"])
    for job in JOBS.values():
        assert {"stage", "image", "script", "artifacts"} <= job.keys()
        assert all("$[[" not in line for line in job["script"])


def job(tree: Path, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a job of the component like a runner: its variables, then its lines."""
    given = {key: str(item.get("default", "")) for key, item in SPEC["spec"]["inputs"].items()} | inputs
    values = {
        key: re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda found: given[found[1]], value)
        for key, value in JOBS[name]["variables"].items()
    }
    home = {"HOME": str(tree.parent), "CI_PROJECT_DIR": str(tree)}
    return shell(tree, "\n".join(JOBS[name]["script"]), **values, **home)


def test_component_writes_a_code_quality_report(repository: Path) -> None:
    words = {"profiles": "profiles/lab.yaml", "output": "output/lab"}
    assert job(repository, "baseline-validate", **words).returncode == 0
    write(repository, CHANGED)
    assert job(repository, "baseline-validate", **words).returncode == 5
    write(repository, STARTER.replace("tier: starter", "tier: startr"))
    assert job(repository, "baseline-validate", **words).returncode == 3
    report = yaml.safe_load((repository / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    assert report[0]["location"]["path"] == "profiles/lab.yaml"


def test_component_writes_what_changes(repository: Path) -> None:
    write(repository, CHANGED)
    words = {"profiles": "profiles/lab.yaml", "against": "git:main"}
    assert job(repository, "baseline-changes", **words).returncode == 0
    assert "**Resources**" in (repository / "baseline-changes.md").read_text(encoding="utf-8")
    assert job(repository, "baseline-changes", **words, fail_on_change="any").returncode == 5
