"""The process in which cfn-lint runs, out of reach of every setting but our own.

cfn-lint reads `.cfnlintrc` in the current directory and at home, a newer schema in the user's cache, and `AWS_REGION`.
All three places are this package's own directory here, where there is nothing of the kind, and of the environment only
what Python needs is passed on.
"""

import json
import os
import signal
import site
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any, Self

from baseline.errors import BaselineError

Matches = list[dict[str, Any]]

_HERE = str(Path(__file__).parent)
_PASSED_ON = ("PATH", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


class LintProcess:
    """The process in which cfn-lint runs.

    Starting it takes longer than most templates do, so a command that will lint starts it ahead of time.
    Use as a context manager: on leaving, it ends.
    """

    def __init__(self) -> None:
        """Nothing starts yet."""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Nothing starts yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        if self._process is not None:
            _end(self._process)
            self._process = None

    def start(self, region: str = "us-east-1") -> None:
        """Have it load cfn-lint, if it does not run already. `region` is where templates will probably go."""
        if self._process is None:
            self._process = _start(region)

    def ask(self, texts: Sequence[str], region: str) -> Iterator[tuple[str, Matches]]:
        """What cfn-lint says of each text, in the order in which it is done. It begins at once, read or not.

        Raises:
            BaselineError: when the process ends before it has answered.
        """
        self.start(region)
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise BaselineError("cfn-lint cannot be asked: its process has no pipes")
        request = json.dumps({"texts": list(texts), "region": region}) + "\n"
        # It reads when it has loaded cfn-lint, and a pipe does not hold so much.
        Thread(target=_send, args=(process.stdin, request), daemon=True).start()
        return self._answers(process.stdout, texts)

    def _answers(self, stream: IO[str], texts: Sequence[str]) -> Iterator[tuple[str, Matches]]:
        with self:
            for _ in texts:
                line = stream.readline()
                answer = json.loads(line if line.endswith("\n") else '{"error": "its process ended without an answer"}')
                if "error" in answer:
                    raise BaselineError(
                        f"cfn-lint stopped working: {answer['error']}",
                        hint="try again; if it persists, look at the installation: cfn-lint --version",
                    )
                yield texts[answer["index"]], answer["matches"]


def _send(stream: IO[str], request: str) -> None:
    with suppress(OSError, ValueError):  # a process that has died, or is being ended
        stream.write(request)
        stream.flush()


def _start(region: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "baseline.validate.lint_worker", region],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        cwd=_HERE,
        env=_environment(),
        start_new_session=True,
    )


def _environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if "PYTHONPATH" in kept:
        kept["PYTHONPATH"] = os.pathsep.join(str(Path(p).resolve()) for p in kept["PYTHONPATH"].split(os.pathsep) if p)
    # Packages installed with `pip install --user` are found by the real home, which cfn-lint must not see.
    kept["PYTHONUSERBASE"] = site.getuserbase()
    return {**kept, "HOME": _HERE, "USERPROFILE": _HERE, "XDG_CACHE_HOME": _HERE, "PYTHONUTF8": "1"}


def _end(process: "subprocess.Popen[str]") -> None:
    """End the process and those that it shares its work with."""
    with suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError, ValueError):  # the unsent rest of a request to a process that has died
                stream.close()
