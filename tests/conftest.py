"""The environment of every test: no network except localhost, no credentials, no caches of the user."""

import fcntl
import functools
import gc
import itertools
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from baseline.documents.template import read_data
from baseline.validate import lint_process
from tests.ready import client

CHECKOUT = Path(__file__).parent.parent

# No test times: a busy machine is no failure.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="Rewrite expected output instead of comparing it.")


def pytest_configure(config: pytest.Config) -> None:
    """Let workers tell the controller results, not steps: telling is half of what a small test costs."""
    for plugin in config.pluginmanager.get_plugins():
        if hasattr(plugin, "sendevent"):
            plugin.sendevent = functools.partial(_tell, plugin.sendevent)


def _tell(send: Callable[..., None], event: str, **fields: Any) -> None:
    is_passed_step = (
        event == "testreport" and fields["data"]["when"] != "call" and fields["data"]["outcome"] == "passed"
    )
    if event not in ("logstart", "logfinish") and not is_passed_step:
        send(event, **fields)


def pytest_collection_finish() -> None:
    """Never look for garbage among what was loaded, and seldom at all: else it takes an eighth of a run."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


@pytest.fixture(scope="module", autouse=True)
def _no_garbage() -> Iterator[None]:
    """Collect what the tests of a module leave, and do not look at the rest again."""
    yield
    gc.collect()
    gc.freeze()


_connect = socket.socket.connect


def _connect_here(self: socket.socket, address: Any) -> None:
    if self.family == socket.AF_INET and address[0] == "127.0.0.1":
        return _connect(self, address)
    raise AssertionError(f"a test opened a network connection to {address}")


_getaddrinfo = socket.getaddrinfo


def resolve_here(host: Any, port: Any, *_: object, **__: object) -> Any:
    """Resolve names under localhost; S3 Control prepends the account id."""
    if str(host).rpartition(".")[2] == "localhost" or host == "127.0.0.1":
        return _getaddrinfo("127.0.0.1", port, socket.AF_INET, socket.SOCK_STREAM)
    raise AssertionError(f"a test looked up {host}")


@pytest.fixture(scope="session")
def shared_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that all processes of a run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session", autouse=True)
def _own_state(shared_directory: Path) -> Iterator[None]:
    """One key for the caches of all tests, so that all processes of a run share its records."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(shared_directory / "user-state"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _ready_processes(shared_directory: Path) -> Iterator[None]:
    """Have processes of cfn-lint made by one that has loaded it; all processes of a run share it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(client.SOCKET, str(shared_directory / "ready"))
        patch.setattr(lint_process, "_start", client.start_lint)
        yield
    client.Kept.close()


@pytest.fixture(scope="session", autouse=True)
def _templates_read_once() -> Iterator[None]:
    """Parse equal templates of several tests once: nothing changes their data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("baseline.validate.subject.read_data", functools.lru_cache(maxsize=512)(read_data))
        yield


@pytest.fixture
def lint_process_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have processes of cfn-lint started as outside the tests."""
    monkeypatch.setattr(lint_process, "_start", client.start_lint_as_usual)


@pytest.fixture(scope="session")
def northwind_output(shared_directory: Path) -> Path:
    """The output of `generate` for northwind, written once per run: for reading and copying."""
    from baseline.pipeline import Options, generate
    from baseline.resources import profiles_directory
    from baseline.validate.validate import ValidateOptions

    directory = shared_directory / "northwind-output"
    with (shared_directory / "northwind-output.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not directory.exists():
            profile = profiles_directory() / "northwind.yaml"
            generate(profile, directory, Options(validation=ValidateOptions(lint=False)))  # other tests lint it
    return directory


_number = itertools.count()


@pytest.fixture(autouse=True)
def _no_outside_world(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.setattr(socket.socket, "connect", _connect_here)
    monkeypatch.setattr(socket, "getaddrinfo", resolve_here)
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    if "boto3" in sys.modules:  # whose default session keeps the credentials of the test before
        monkeypatch.setattr(sys.modules["boto3"], "DEFAULT_SESSION", None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "caches" / f"{next(_number)}"))
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    """Whether to rewrite expected output."""
    return bool(request.config.getoption("--rewrite-golden"))
