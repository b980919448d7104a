"""Organization policies and their numbers, for a terminal of 80 columns."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Any

from baseline.policy.kinds import KINDS
from baseline.text.terminal import terminal_line

_WIDTH = 80
_COLUMNS = ("ours", "others", "inherited", "free")
_LONGEST_PLACE = 40

Row = Mapping[str, Any]


def format_policies(rows: Sequence[Row]) -> str:
    """Each policy with its name on a separate line, followed by kind, size, places and guardrails."""
    return "\n".join(line for row in rows for line in _policy(row)) + "\n"


def _policy(row: Row) -> Iterable[str]:
    yield terminal_line(row["policy"])
    size = f"{row['characters']:,} of {row['most']:,} characters"
    yield from _wrapped(f"{row['kind']}, {size}, attached to {', '.join(row['attached']) or 'nothing'}")
    if row["guardrails"]:
        yield from _wrapped(f"guardrails: {', '.join(row['guardrails'])}")
    yield ""


def _wrapped(text: str) -> Iterable[str]:
    return wrap(
        terminal_line(text),
        _WIDTH,
        initial_indent="  ",
        subsequent_indent="    ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def format_budgets(rows: Sequence[Row]) -> str:
    """A table for each kind of policy. Places without their own policies are counted by free slots."""
    kinds = dict.fromkeys(row["kind"] for row in rows)
    parts = ["\n".join(_kind(kind, [row for row in rows if row["kind"] == kind])) for kind in kinds]
    return "\n\n".join(parts) + "\n"


def _kind(kind: str, rows: Sequence[Row]) -> Iterable[str]:
    shown = [row for row in rows if row["ours"] or row["free"] < 1]
    width = max([5, *(min(len(terminal_line(row["place"])), _LONGEST_PLACE) for row in shown)])
    yield KINDS[kind].title.replace("policy", "policies")
    yield f"  {'place':<{width}}  {'  '.join(f'{name:>9}' for name in _COLUMNS)}"
    for row in shown:
        place = terminal_line(row["place"])
        numbers = "  ".join(f"{row[name]:>9}" for name in _COLUMNS)
        if len(place) > _LONGEST_PLACE:
            yield f"  {place}"
            place = ""
        yield f"  {place:<{width}}  {numbers}"
    rest = [row for row in rows if row not in shown]
    if rest:
        free = sorted({row["free"] for row in rest})
        slots = str(free[0]) if len(free) == 1 else f"{free[0]} to {free[-1]}"
        yield f"  {len(rest)} other places have none of their own, and {slots} free each"
