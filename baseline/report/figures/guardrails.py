"""Number of guardrails of each organizational unit: its own, and with the inherited ones."""

from collections.abc import Iterator, Sequence

from baseline.frozen import frozen
from baseline.languages.catalog import Say
from baseline.report.figures.drawing import ROW, WIDTH, Figure, first_of, text

_INDENT = 26
_MOST = 60
_OWN = 280
_ALL = 400


@frozen
class Place:
    """The root, a unit or an account, with the number of guardrails attached there and above."""

    name: str
    depth: int
    own: int
    inherited: int


def guardrail_figure(places: Sequence[Place], say: Say = str, *, note: str = "") -> Figure:
    """A tree with a row per place; a unit inherits the guardrails that are attached above it. The note is below it."""
    shown = first_of(places, _MOST)
    parts = [
        text(_OWN, 16, say("attached here"), style="soft"),
        text(_ALL, 16, say("effective, with inherited ones"), style="soft"),
    ]
    parts += [part for number, place in enumerate(shown, start=1) for part in _drawn(place, number * ROW)]
    parts += _branches(shown)
    if len(places) > len(shown):
        words = say("and {count} more places").format(count=f"{len(places) - len(shown):,}")
        parts.append(text(0, (len(shown) + 1) * ROW + 16, words, style="soft"))
    height = (len(shown) + 2) * ROW
    if note:
        parts.append(text(0, height + 16, note, style="soft"))
    return Figure(
        name="inheritance",
        title=say("Guardrails by unit"),
        lines=[
            *(
                f"{item.name}: {say('attached here')} {item.own:,}, "
                f"{say('effective, with inherited ones')} {item.own + item.inherited:,}"
                for item in places
            ),
            *([note] if note else []),
        ],
        height=height + (ROW if note else 0),
        parts=parts,
    )


def _drawn(place: Place, y: int) -> Iterator[str]:
    x = place.depth * _INDENT
    yield text(x, y + 16, place.name, style="strong" if place.own else "", room=_OWN - x)
    yield text(_OWN, y + 16, f"{place.own:,}" if place.own else "–", room=_ALL - _OWN)
    yield text(_ALL, y + 16, f"{place.own + place.inherited:,}", room=WIDTH - _ALL)


def _branches(places: Sequence[Place]) -> Iterator[str]:
    """Lines from each place to the one above it."""
    rows: list[int] = []
    for number, place in enumerate(places, start=1):
        y, x = number * ROW + 11, place.depth * _INDENT
        del rows[place.depth :]
        if place.depth and rows:
            yield f'<path class="line" d="M{x - _INDENT + 8} {rows[-1] + 10}V{y}H{x - 5}"/>'
        rows += [y] * (place.depth + 1 - len(rows))
