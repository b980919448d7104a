"""Access of people: groups → permission sets → places."""

from collections.abc import Sequence
from itertools import groupby

from baseline.capabilities.identity.identity_center.settings import Assignment
from baseline.languages.catalog import Say
from baseline.report.figures.drawing import ROW, WIDTH, Figure, arrow, box, first_of, text

_MOST = 30
_GAP = 10
_STEP = ROW + _GAP
_BOX = 230
_SET = 430
_PLACES = 740
_SPARE = 50
"""Margin at the right of the places, so that text in a wider font is not cut off."""
_MOST_PLACES = 3


def identity_figure(assignments: Sequence[Assignment], say: Say = str) -> Figure:
    """One row per assignment, grouped by group or user."""
    rows = sorted(assignments, key=lambda item: (item.group or item.user or "", item.permission_set))
    shown, parts, first = first_of(rows, _MOST), list[str](), 0
    for name, group in groupby(shown, key=lambda item: item.group or item.user or ""):
        items = list(group)
        height = len(items) * _STEP - _GAP
        parts += [
            box(0, first * _STEP, _BOX, height),
            text(10, first * _STEP + height // 2 + 5, name, style="strong", room=_BOX - 20),
        ]
        for number, item in enumerate(items, start=first):
            y = number * _STEP
            parts += [
                arrow(_BOX + 6, y + 13, _SET - 6),
                box(_SET, y, _PLACES - _SET - 60, ROW, style="inner"),
                text(_SET + 10, y + 17, item.permission_set, room=_PLACES - _SET - 80),
                arrow(_PLACES - 54, y + 13, _PLACES - 6),
                text(_PLACES, y + 17, _places(item.to, say), room=WIDTH - _PLACES - _SPARE),
            ]
        first += len(items)
    more = len(rows) - len(shown)
    if more:
        words = say("and {count} more assignments").format(count=f"{more:,}")
        parts.append(text(0, first * _STEP + 16, words, style="soft"))
    return Figure(
        name="identity",
        title=say("Groups, permission sets and places"),
        lines=[f"{item.group or item.user}: {item.permission_set}: {', '.join(item.to)}" for item in rows],
        height=(first + bool(more)) * _STEP or ROW,
        parts=parts,
    )


def _places(places: Sequence[str], say: Say) -> str:
    """All places, or the first ones and the number of the others."""
    if len(places) <= _MOST_PLACES:
        return ", ".join(places)
    more = say("and {count} more").format(count=f"{len(places) - _MOST_PLACES + 1:,}")
    return f"{', '.join(places[: _MOST_PLACES - 1])} {more}"
