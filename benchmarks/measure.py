"""Running commands and measuring them as whole processes."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One run: wall-clock and processor seconds, and peak resident memory of its largest process in MB."""

    seconds: float
    processor: float
    megabytes: float


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured figure against its budget."""

    what: str
    value: float
    limit: float
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Runs commands in `directory`, with a user cache of their own there."""

    directory: Path

    def run(self, command: Sequence[str | Path], *, cache: str = "cache") -> Sample:
        """Run a command once.

        Raises:
            RuntimeError: when it fails.
        """
        environment = {
            **os.environ,
            "XDG_CACHE_HOME": str(self.directory / cache),
            "XDG_STATE_HOME": str(self.directory / "state"),
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode, as cfn-lint does
        started = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)), cwd=self.directory, env=environment, stdout=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{command} failed with {process.returncode}")
        per_megabyte = 1024 * 1024 if sys.platform == "darwin" else 1024
        processor = usage.ru_utime + usage.ru_stime
        return Sample(seconds=seconds, processor=processor, megabytes=usage.ru_maxrss / per_megabyte)

    def medians(self, *actions: Callable[[], Sample], rounds: int = ROUNDS) -> list[Sample]:
        """The median of each action's runs, the actions taking turns so that noise meets them all alike."""
        samples: list[list[Sample]] = [[] for _ in actions]
        for _ in range(rounds):
            for kept, action in zip(samples, actions, strict=True):
                kept.append(action())
        return [
            Sample(
                seconds=statistics.median(sample.seconds for sample in kept),
                processor=statistics.median(sample.processor for sample in kept),
                megabytes=max(sample.megabytes for sample in kept),
            )
            for kept in samples
        ]
