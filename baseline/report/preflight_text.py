"""Preflight results as text: one line per check, followed by its issues and their fixes."""

from collections import Counter
from collections.abc import Iterator, Sequence

from baseline.deploy.preflight.check import PreflightResult


def preflight_text(results: Sequence[PreflightResult]) -> str:
    """The lines, and a count of the states at the end."""
    return "".join(f"{line}\n" for line in _lines(results))


def _lines(results: Sequence[PreflightResult]) -> Iterator[str]:
    width = max((len(result.check.id) for result in results), default=0)
    for result in results:
        said = f" Not checked: {result.skipped}." if result.skipped else ""
        yield f"{result.state:<8} {result.check.id:<{width}}  {result.check.title}{said}"
        for issue in result.issues:
            yield f"         - {issue.message}"
            yield f"           Fix: {issue.fix}."
        if result.issues:
            yield f"           Source: {result.check.source}"
    counts = Counter(result.state for result in results)
    yield ", ".join(f"{counts[state]} {state}" for state in ("ok", "warning", "error", "skipped"))
