"""cfn-lint over many templates: each distinct text once, in a few processes, answers remembered."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from baseline.errors import BaselineError
from baseline.findings import Finding, Location, Severity
from baseline.plan.model import Template
from baseline.validate.cache import LintCache

Matches = list[dict[str, Any]]
Progress = Callable[[int, int], None]

_REGION = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
"""One Region per partition is enough: schemas are the same everywhere, and BL112 checks where a type is available."""

_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING, "informational": Severity.INFO}
_PASSED_ON = ("PATH", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")


def lint_templates(
    templates: Sequence[Template],
    *,
    partition: str,
    cache: LintCache,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Iterator[Finding]:
    """What cfn-lint says of each template, mapped to its capability, logical id and line.

    Raises:
        BaselineError: when the cfn-lint process dies.
    """
    region = _REGION[partition]
    texts = list(dict.fromkeys(template.text for template in templates))
    known = {text: matches for text in texts if (matches := cache.get(text, region)) is not None}
    missing = sorted((text for text in texts if text not in known), key=len, reverse=True)
    for text, matches in _lint(missing, region, workers, on_progress):
        cache.put(text, region, matches)
        known[text] = matches
    for template in templates:
        yield from (_finding(template, match) for match in known[template.text])


def _lint(
    texts: Sequence[str], region: str, workers: int | None, on_progress: Progress | None
) -> Iterator[tuple[str, Matches]]:
    if not texts:
        return
    count = min(workers or os.cpu_count() or 1, len(texts))
    with _processes(count) as processes, ThreadPoolExecutor(count) as pool:
        futures = {pool.submit(_ask, processes, text, region): text for text in texts}
        for done, future in enumerate(as_completed(futures), start=1):
            yield futures[future], future.result()
            if on_progress:
                on_progress(done, len(texts))


@contextmanager
def _processes(count: int) -> Iterator["SimpleQueue[subprocess.Popen[str]]"]:
    """Idle worker processes, in a queue from which a thread takes one for a request and gives it back."""
    idle: SimpleQueue[subprocess.Popen[str]] = SimpleQueue()
    started = []
    with tempfile.TemporaryDirectory(prefix="baseline-lint-") as empty:
        try:
            for _ in range(count):
                started.append(_start(empty))
                idle.put(started[-1])
            yield idle
        finally:
            for process in started:
                _stop(process)


def _start(empty: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "baseline.validate.lint_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        cwd=empty,
        env=_environment(empty),
    )


def _environment(empty: str) -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if "PYTHONPATH" in kept:
        kept["PYTHONPATH"] = os.pathsep.join(str(Path(p).resolve()) for p in kept["PYTHONPATH"].split(os.pathsep) if p)
    return {**kept, "HOME": empty, "USERPROFILE": empty, "XDG_CACHE_HOME": empty, "PYTHONUTF8": "1"}


def _stop(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:  # the unsent rest of a request to a process that has died
                continue


def _ask(idle: "SimpleQueue[subprocess.Popen[str]]", text: str, region: str) -> Matches:
    process = idle.get()
    try:
        matches = _request(process, text, region)
    finally:
        idle.put(process)
    return matches


def _request(process: "subprocess.Popen[str]", text: str, region: str) -> Matches:
    if process.stdin is None or process.stdout is None:
        raise BaselineError("cfn-lint cannot be asked: its process has no pipes")
    try:
        process.stdin.write(json.dumps({"text": text, "region": region}) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
    except OSError:
        answer = ""
    if not answer:
        raise BaselineError(
            "cfn-lint stopped working: its process ended without an answer",
            hint="try again; if it persists, look at the installation: python -m cfnlint --version",
        )
    matches: Matches = json.loads(answer)
    return matches


def _finding(template: Template, match: Mapping[str, Any]) -> Finding:
    path = match["path"]
    return Finding(
        id=match["id"],
        severity=_SEVERITIES.get(match["severity"], Severity.WARNING),
        message=match["message"],
        location=Location(file=template.stack.file, line=match["line"], column=match["column"]),
        path=".".join(path),
        capability=template.stack.capability,
        logical_id=path[1] if len(path) > 1 and path[0] == "Resources" else "",
        source=match["source"],
    )
