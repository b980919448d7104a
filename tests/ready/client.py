"""Commands of baseline and processes of cfn-lint, made by the process that is ready (`server.py`).

Tests of how they start and end (what is loaded, who no longer reads) start Python as usual.
"""

import _socket
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from baseline.validate import lint_process

SOCKET = "BASELINE_TESTS_READY"
"""The environment variable with the path of the server's socket."""

start_lint_as_usual = lint_process._start


class Kept:
    """The connection by which this process keeps the server alive."""

    connection: socket.socket | None = None

    @classmethod
    def close(cls) -> None:
        """Let the server end when nobody else needs it."""
        if cls.connection:
            cls.connection.close()
            cls.connection = None


def start_server() -> None:
    """Start the server unless it runs; all processes of a test run share it."""
    path = os.environ[SOCKET]
    with Path(f"{path}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            Kept.connection = _connected()
        except (FileNotFoundError, ConnectionRefusedError):
            ready, said = os.pipe()
            words = [sys.executable, str(Path(__file__).with_name("server.py")), path]
            environment = {
                **os.environ,
                "XDG_CACHE_HOME": f"{path}-cache",
                "PYTHONPATH": str(Path(__file__).parents[2]),
            }
            os.posix_spawn(words[0], words, environment, file_actions=[(os.POSIX_SPAWN_DUP2, said, 1)], setsid=True)
            os.close(said)
            with os.fdopen(ready) as answer:
                assert answer.readline() == "ready\n"
            Kept.connection = _connected()
        Kept.connection.sendall(b"x")


def _connected() -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _socket.socket.connect(connection, os.environ[SOCKET])  # tests replace the method of `socket`
    except OSError:
        connection.close()
        raise
    return connection


class Started:
    """A started command, with the part of `subprocess.Popen` that its users need."""

    def __init__(
        self, *words: str, directory: Path, environment: Mapping[str, str], streams: tuple[int, int, int]
    ) -> None:
        request = {"words": words, "directory": str(directory), "environment": {**environment}}
        if not Kept.connection:
            start_server()
        self._connection = _connected()
        socket.send_fds(self._connection, [json.dumps(request).encode()], streams)
        self._answer = self._connection.makefile("r")
        self.pid = int(self._answer.readline())
        self.returncode: int | None = None
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None

    def kill(self) -> None:
        """End it by SIGKILL."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; -9 if a signal ended it, as only SIGKILL does here.

        Raises:
            TimeoutError: after so many seconds.
        """
        if self.returncode is None:
            self._connection.settimeout(timeout)
            self.returncode = int(self._answer.read() or -9)
            self._answer.close()
            self._connection.close()
        return self.returncode


def run(
    *words: str | Path, directory: Path | None = None, stdin: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`baseline WORDS`, as `subprocess.run` runs it with `capture_output`."""
    with TemporaryFile() as out, TemporaryFile() as err, Path(os.devnull).open() as nothing:
        typed = ("baseline", *map(str, words))
        process = Started(
            *typed,
            directory=directory or Path.cwd(),
            environment={**os.environ, **environment},
            streams=(nothing.fileno() if stdin is None else stdin, out.fileno(), err.fileno()),
        )
        code = process.wait()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(typed, code, out.read().decode(), err.read().decode())


def search_path() -> str:
    """A value of PATH in which `baseline` is a command of the server, which runs."""
    if not Kept.connection:
        start_server()
    return os.pathsep.join((str(Path(__file__).parent / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]))


def start_lint(region: str) -> Any:
    """Instead of `baseline.validate.lint_process._start`."""
    questions, stdin = os.pipe()
    stdout, answers = os.pipe()
    with Path(os.devnull).open("w") as nothing:
        process = Started(
            "lint",
            region,
            directory=Path(lint_process._HERE),
            environment=lint_process._environment(),
            streams=(questions, answers, nothing.fileno()),
        )
    os.close(questions)
    os.close(answers)
    process.stdin = os.fdopen(stdin, "w", encoding="utf-8")
    process.stdout = os.fdopen(stdout, encoding="utf-8")
    return process
