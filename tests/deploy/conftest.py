"""An emulated organization for the deployments of a test, and the real command line against it."""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from click.exceptions import Abort, ClickException
from click.testing import CliRunner, Result

from baseline.cli.main import baseline
from baseline.cloud.calls import CALLS
from baseline.cloud.session import Session
from baseline.errors import BaselineError
from baseline.pipeline import Options, generate
from baseline.resources import profiles_directory
from baseline.validate.validate import ValidateOptions
from tests.emulator.server import Emulator
from tests.emulator.snapshot import Snapshot

NORTHWIND = profiles_directory() / "northwind.yaml"
STARTER = profiles_directory() / "starter.yaml"


@pytest.fixture(scope="session")
def _emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def _known_calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The commands only make calls that `baseline.cloud.calls` lists, the source of errors and permissions."""
    made: set[str] = set()
    client_of: Any = Session.client

    def client(self: Session, service: str, region: str = "") -> Any:
        found = client_of(self, service, region)
        found.meta.events.register(
            "before-parameter-build",
            lambda model, **_: made.add(f"{service}.{model.name}"),
            unique_id="known-calls",
        )
        return found

    monkeypatch.setattr(Session, "client", client)
    yield
    assert made <= CALLS


@dataclass(kw_only=True)
class Aws:
    """The emulator, and the environment of a user's shell."""

    emulator: Emulator

    def run(self, *words: str | Path, typed: str | None = None) -> Result:
        """Run the command like a user, with typed input; return the exit code of `main`."""
        command = [*map(str, words), "--poll-interval", "0"]
        result = CliRunner().invoke(baseline, command, input=typed, standalone_mode=False)
        if isinstance(result.exception, BaselineError):
            result.exit_code = result.exception.exit_code
            result.stderr_bytes = (result.stderr_bytes or b"") + f"Error: {result.exception}".encode()
        elif isinstance(result.exception, Exception) and not isinstance(result.exception, (ClickException, Abort)):
            raise result.exception
        elif result.exception is None and isinstance(result.return_value, int):
            result.exit_code = result.return_value
        return result

    def calls(self, *operations: str) -> list[str]:
        """The calls of these operations, in order."""
        return [call for call in self.emulator.called() if call.rpartition(".")[2] in operations]


@pytest.fixture
def aws(_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The organization of the profile northwind, with the OUs and accounts that have ids."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", _emulator.url)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    begin(_emulator, monkeypatch)
    return Aws(emulator=_emulator)


@pytest.fixture
def without_preflight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deploy without looking first, which takes half of the calls: for tests of what a deployment does."""
    monkeypatch.setattr("baseline.deploy.preflight.preflight", lambda *_: ())


def begin(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reset the emulator and create the organization again."""
    emulator.reset()
    organization = emulator.cloudformation.organization
    for name, value in organization.credentials().items():
        monkeypatch.setenv(name, value)
    organization.found("o-a1b2c3d4e5", "r-ab12")
    organization.unit("Security", "ou-ab12-11111111")
    organization.unit("Workloads", "ou-ab12-22222222")
    organization.account("222222222222", "log_archive", "Security")
    organization.account("333333333333", "security", "Security")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove botocore's delays between retries."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None, time=time.time))


@pytest.fixture(scope="session")
def written(northwind_output: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of `generate` for northwind."""
    return Path(shutil.copytree(northwind_output, tmp_path_factory.mktemp("written") / "northwind"))


def write(profile: Path, directory: Path) -> Path:
    """Generate a profile without checks and without evidence, which other tests cover and no deployment reads."""
    with (
        patch("baseline.pipeline.evidence_files", return_value={}),
        patch("baseline.pipeline.check_subjects", return_value=()),
    ):
        generate(profile, directory, Options(validation=ValidateOptions(lint=False)))
    return directory


@pytest.fixture
def settled(aws: Aws) -> Aws:
    """The organization with every OU and account of the profile in its place."""
    organization = aws.emulator.cloudformation.organization
    organization.unit("Workloads/Prod", "ou-ab12-33333333")
    organization.unit("Workloads/Dev", "ou-ab12-44444444")
    organization.unit("Sandbox", "ou-ab12-55555555")
    organization.unit("Suspended", "ou-ab12-66666666")
    organization.account("444444444444", "web-prod", "Workloads/Prod")
    organization.account("555555555555", "web-dev", "Workloads/Dev")
    return aws


_LEFT_OUT = (
    "access_analyzer",
    "account_settings",
    "guardduty",
    "guardrails",
    "iam_roles",
    "identity_center",
    "security_hub",
)
"""Capabilities that add stacks to a deployment, and nothing to how it goes."""

_LESS_OF = {"alarms": "root_activity: false, root_mfa: none", "config": "rules: false"}
"""Stacks of a kind that others of the same capability are already."""


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Northwind with all ids, so that no stack creates OUs or accounts."""
    directory = tmp_path_factory.mktemp("whole")
    (directory / "northwind.yaml").write_text(_with_ids(), encoding="utf-8")
    return write(directory / "northwind.yaml", directory / "out")


@pytest.fixture(scope="session")
def existing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profile of `whole` with fewer capabilities, for tests with many deployments."""
    directory = tmp_path_factory.mktemp("existing")
    return write(reduced(directory), directory / "out")


def reduced(directory: Path, *, but: str = "") -> Path:
    """The profile of `existing`, with the capability `but` enabled."""
    (directory / "whole.yaml").write_text(_with_ids(), encoding="utf-8")
    settings = {**{name: "enabled: false" for name in _LEFT_OUT if name != but}, **_LESS_OF}
    left_out = "".join(f"  {name}: {{{said}, reason: Left out.}}\n" for name, said in settings.items())
    (directory / "northwind.yaml").write_text(f"extends: whole.yaml\ncapabilities:\n{left_out}", encoding="utf-8")
    return directory / "northwind.yaml"


def _with_ids() -> str:
    text = NORTHWIND.read_text(encoding="utf-8")
    for path, number in (("Workloads/Prod", 3), ("Workloads/Dev", 4), ("Sandbox", 5), ("Suspended", 6)):
        text = text.replace(f"  - {path}\n", f"  - {{path: {path}, id: ou-ab12-{str(number) * 8}}}\n")
    return "".join(line for line in text.splitlines(True) if "data-prod:" not in line and "  sandbox:" not in line)


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One account without an organization."""
    return write(STARTER, tmp_path_factory.mktemp("starter") / "out")


@pytest.fixture(scope="session")
def _after_deployment() -> list[Snapshot]:
    """AWS after a deployment of `existing`; empty until the first test needs it."""
    return []


@pytest.fixture
def deployed(settled: Aws, existing: Path, _after_deployment: list[Snapshot]) -> Aws:
    """The organization with a deployment of `existing`: the first test deploys it, the others get a copy."""
    if not _after_deployment:
        assert settled.run("deploy", existing, "--yes").exit_code == 0
        _after_deployment.append(Snapshot.of(settled.emulator))
    _after_deployment[0].restore(settled.emulator)
    return settled
