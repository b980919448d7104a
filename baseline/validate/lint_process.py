"""The process in which cfn-lint runs, isolated from all outside settings.

cfn-lint reads `.cfnlintrc` in the current directory and at home, a newer schema in the user's cache, and `AWS_REGION`.
Here, all three are this package's own directory, which contains no such file, and only the environment variables that
Python needs are passed on.
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

    Starting it takes longer than linting most templates, so commands start it ahead of time.
    Use it as a context manager, which ends the process on exit.
    """

    def __init__(self) -> None:
        """Create the object; `start` starts the process."""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Return the object; `start` starts the process."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        if self._process is not None:
            _end(self._process)
            self._process = None

    def start(self, region: str = "us-east-1") -> None:
        """Start loading cfn-lint if it is not running yet. `region` is the probable Region of the templates."""
        if self._process is None:
            self._process = _start(region)

    def ask(self, texts: Sequence[str], region: str) -> Iterator[tuple[str, Matches]]:
        """Yield each text with cfn-lint's answer, in order of completion. Linting starts immediately, read or not.

        Raises:
            BaselineError: if the process ends before it has answered.
        """
        self.start(region)
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise BaselineError("cfn-lint cannot be used: its process has no pipes")
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
                        hint="try again; if it persists, check the installation: cfn-lint --version",
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
    """End the process and its worker processes."""
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
