"""A process that has loaded baseline and cfn-lint, and becomes a command for whoever asks: tests need not load them.

A request has the file descriptors of a command's streams and, as JSON, its words, directory and environment. The answer
is the id of the forked process on one line, then its exit code; there is none if a signal ends it. Each process of a
test run holds a connection on which it has sent a byte, and the server ends with the last of them.
"""

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import baseline.cli
from baseline.cli.main import main
from baseline.pipeline import Options, generate
from baseline.resources import profiles_directory
from baseline.validate import lint_process, lint_worker
from baseline.validate.validate import ValidateOptions
from tests.ready.client import start_lint

_LONGEST_REQUEST = 1 << 20
_WAIT_SECONDS = 5
"""How long it waits for the first connection that is held, and for another one after the last."""


def serve(path: Path) -> None:
    """Answer at the socket, and say when it is ready, until nobody holds a connection."""
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forked processes
    users: set[socket.socket] = set()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        path.unlink(missing_ok=True)  # left by one that was killed
        listener.bind(str(path))
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            ready, _, _ = select.select([listener, *users], [], [], None if users else _WAIT_SECONDS)
            for user in users & {*ready}:
                users.remove(user)
                user.close()
            if listener in ready:
                _answer(listener, users)
            elif not ready:
                path.unlink()
                return


def _load() -> None:
    """Load what commands load, and make what they make when it is needed first."""
    for module in pkgutil.walk_packages(baseline.cli.__path__, "baseline.cli."):
        importlib.import_module(module.name)
    for region in ("eu-west-1", "us-east-1"):
        lint_worker._prepare(region)
    with TemporaryDirectory() as directory:
        options = Options(validation=ValidateOptions(lint=False))
        generate(profiles_directory() / "starter.yaml", Path(directory) / "out", options)
    lint_process._start = start_lint
    gc.collect()
    gc.freeze()


def _answer(listener: socket.socket, users: set[socket.socket]) -> None:
    connection, _ = listener.accept()
    text, streams, _, _ = socket.recv_fds(connection, _LONGEST_REQUEST, 3)
    if not streams:
        users.add(connection)
        return
    if os.fork() == 0:
        for unneeded in (listener, *users):
            unneeded.close()
        _become(json.loads(text), streams, connection)
    for stream in streams:
        os.close(stream)
    connection.close()


def _become(request: Mapping[str, Any], streams: list[int], connection: socket.socket) -> NoReturn:
    """Do what the request says, as a process of its own, and end."""
    code: Any = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        connection.sendall(f"{os.getpid()}\n".encode())
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(request["directory"])
        os.environ.clear()
        os.environ.update(request["environment"])
        sys.argv = request["words"]
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False, buffering=1)
        if sys.argv[0] == "lint":
            lint_worker.main(sys.argv[1])
            code = 0
        else:
            main()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - Python would show any
        sys.excepthook(*sys.exc_info())
    finally:
        code = code if isinstance(code, int) else int(code is not None)
        try:
            sys.stdout.flush()
        finally:
            connection.sendall(str(code).encode())
            os._exit(code)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
