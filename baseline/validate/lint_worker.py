"""A cfn-lint process: reads one JSON request and writes one line of JSON per text, in order of completion.

`lint_process.py` starts it isolated from outside settings; `mandatory_checks` prevents a template's Metadata from
disabling rules. Loading cfn-lint and building a Runner takes longer than linting most templates, so both happen once,
before the request arrives, and the worker processes inherit them. A Runner is not thread-safe: sharing it would give
wrong answers.
"""

import gc
import json
import multiprocessing
import os
import sys
from collections.abc import Generator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from typing import Any, TextIO

gc.disable()  # while cfn-lint loads: nothing of it is ever garbage

from cfnlint.config import ConfigMixIn  # noqa: E402
from cfnlint.decode.decode import decode_str  # noqa: E402
from cfnlint.runner import Runner  # noqa: E402

from baseline.validate import lint_memo  # noqa: E402

_LONGEST_MESSAGE = 300
_runners: dict[str, Runner] = {}


def main(region: str) -> None:
    """Answer `{"texts": […], "region": …}` with `{"index": …, "matches": […]}` per line. `region` is a guess.

    If cfn-lint fails on a text, the last line is `{"error": …}`.
    """
    _prepare(region)
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # little of what it makes lives on, and looking for that takes a tenth of its time
    gc.enable()
    answers = sys.stdout
    sys.stdout = sys.stderr
    request = json.loads(sys.stdin.readline() or '{"texts": []}')
    if request["texts"]:
        _prepare(request["region"])
        try:
            with closing(_each(request["texts"], request["region"])) as found:
                for index, matches in found:
                    _answer(answers, {"index": index, "matches": matches})
        except Exception as error:
            _answer(answers, {"error": f"{type(error).__name__}: {error}"})
            raise


def _answer(stream: TextIO, said: Mapping[str, Any]) -> None:
    stream.write(json.dumps(said) + "\n")
    stream.flush()


def _each(texts: list[str], region: str) -> Generator[tuple[int, list[dict[str, Any]]], None, None]:
    count = min(os.cpu_count() or 1, len(texts))
    if count == 1:
        yield from (_lint(index, text, region) for index, text in enumerate(texts))
        return
    # Forking shares what is loaded; where it is not safe, each process loads its own.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(count, context)  # which, unlike multiprocessing's Pool, notices when one is killed
    try:
        asked = [pool.submit(_lint, index, text, region) for index, text in enumerate(texts)]
        yield from (future.result() for future in as_completed(asked))
    finally:
        pool.shutdown(cancel_futures=True)  # when a text fails, or the reader is gone, the others are not begun


def _prepare(region: str) -> Runner:
    if region not in _runners:
        _runners[region] = Runner(ConfigMixIn([], regions=[region], mandatory_checks=["E", "W"]))
        lint_memo.remember(_runners[region])
    return _runners[region]


def _lint(index: int, text: str, region: str) -> tuple[int, list[dict[str, Any]]]:
    template, errors = decode_str(text)
    return index, [_plain(match) for match in (errors or _prepare(region).validate_template(template))]


def _plain(match: Any) -> dict[str, Any]:  # noqa: ANN401 - cfn-lint's Match is untyped
    return {
        "id": match.rule.id,
        "severity": match.rule.severity,
        "message": _shortened(match.message),
        "path": [str(part) for part in getattr(match, "path", None) or ()],  # a syntax error has none
        "line": match.linenumber,
        "column": match.columnnumber,
        "source": match.rule.source_url,
    }


def _shortened(message: str) -> str:
    """The message on one line, shortened: some print every allowed value, thousands of them (W3037)."""
    message = " ".join(message.split())
    if len(message) <= _LONGEST_MESSAGE:
        return message
    said, separator, values = message.partition(" is not one of [")
    if separator and len(said) < _LONGEST_MESSAGE:
        return f"{said} is none of {values.count(', ') + 1:,} known values"
    return f"{message[: _LONGEST_MESSAGE - 2]} …"


if __name__ == "__main__":
    main(sys.argv[1])
