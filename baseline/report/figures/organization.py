"""The organization: units as boxes, with their accounts and the capabilities that target each by name.

Large organizations are collapsed: a unit shows its first accounts and units, and the number of the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property

from baseline.frozen import frozen
from baseline.languages.catalog import Say
from baseline.plan.model import Method, Plan
from baseline.plan.reach import Membership
from baseline.plan.units import MANAGEMENT, ROOT, units_above
from baseline.report.figures.drawing import ROW, WIDTH, Figure, box, first_of, lines_of, text
from baseline.text.natural import natural_key

_MOST_ACCOUNTS = 6
_MOST_ACCOUNTS_OF_MANY = 2
_MANY = 60
"""Number of accounts above which units show only some of them, so that the figure fits on a screen."""
_MOST_UNITS = 24
_MOST_INNER_UNITS = 6
_MOST_INNER_UNITS_OF_WIDE = 12
_DEEPEST = 3
_COLUMNS = 3
_GAP = 16
_PAD = 12


@frozen
class _Row:
    """A line of a box: an account, or a note."""

    words: str
    style: str = ""
    continues: bool = False
    """Whether it continues the text of the row above."""
    is_count: bool = False
    """Whether it is the number of items that are not shown."""


@frozen
class _Unit:
    """A unit with its lines and the units in it."""

    title: str
    rows: tuple[_Row, ...] = ()
    inner: tuple["_Unit", ...] = ()
    after: tuple[_Row, ...] = ()
    is_closed: bool = False
    is_wide: bool = False
    """Whether it is as wide as the figure, with the inner units side by side."""

    @property
    def columns(self) -> int:
        """Number of columns of the inner units."""
        return _COLUMNS if self.is_wide else 1

    @property
    def height(self) -> int:
        """Height of its box."""
        inner = _bottom(self.inner, self.columns)
        return _PAD + ROW * (1 + len(self.rows) + len(self.after)) + inner + _PAD // 2

    def lines(self, above: str = "") -> Iterator[str]:
        """Content of the figure as text: a line for each unit, with its accounts and their capabilities."""
        path = f"{above}{self.title}"
        items: list[str] = []
        is_account = False
        for row in self.rows:
            if row.continues:
                items[-1] += f" {row.words}"
            elif row.style and is_account and not row.is_count:
                items[-1] += f": {row.words}"
            else:
                items.append(row.words)
            is_account = not row.style
        yield f"{path}: {'; '.join(items)}" if items else path
        for item in self.inner:
            yield from item.lines(f"{path}/")
        yield from (f"{path}: {row.words}" for row in self.after)


@frozen
class _Organization:
    """A plan as accounts by unit, units by unit, and capabilities by place."""

    plan: Plan
    say: Say
    ids: Mapping[str, str | None] = field(default_factory=dict)

    @cached_property
    def accounts(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key, unit in self._membership.accounts.items():
            found.setdefault(unit, []).append(key)
        return found

    @cached_property
    def units(self) -> Mapping[str, list[str]]:
        """Unit → the units directly in it."""
        found: dict[str, list[str]] = {}
        for path in sorted(self._membership.units, key=natural_key):
            if path != ROOT:
                found.setdefault(path.rpartition("/")[0] or ROOT, []).append(path)
        return found

    @cached_property
    def deployed(self) -> Mapping[str, Sequence[str]]:
        """Unit or account → the capabilities whose stacks target it by name."""
        found: dict[str, dict[str, None]] = {}
        for stack in self.plan.stacks:
            for item in stack.deployments:
                by_account = item.method is Method.STACK or item.account
                for place in (item.account,) if by_account else item.ous:
                    found.setdefault(place, {})[stack.capability] = None
        return {place: tuple(names) for place, names in found.items()}

    @cached_property
    def everywhere(self) -> Sequence[str]:
        """The capabilities of the root, or the ones that all first-level units with stacks have in common."""
        reached = [self.deployed[path] for path in self.units.get(ROOT, ()) if path in self.deployed]
        common = [name for name in reached[0] if all(name in names for names in reached)] if len(reached) > 1 else []
        return tuple(dict.fromkeys((*self.deployed.get(ROOT, ()), *common)))

    @property
    def _membership(self) -> Membership:
        if self.plan.membership is None:
            raise LookupError("a written plan does not list the organization's accounts")
        return self.plan.membership

    def unit(self, path: str, room: int, depth: int = 1) -> _Unit:
        """The box of a unit; it is closed if no stack targets it."""
        inner = self.units.get(path, [])
        is_wide = depth == 1 and len(inner) > _COLUMNS
        most = _MOST_INNER_UNITS_OF_WIDE if is_wide else _MOST_INNER_UNITS if depth < _DEEPEST else 0
        shown = first_of(inner, most)
        room = WIDTH if is_wide else room
        inner_room = _column(room - 2 * _PAD, _COLUMNS if is_wide else 1)
        more = self._more(len(inner) - len(shown), self.say("and {count} more units"))
        is_closed = not any(place in self.deployed for place in units_above(path))
        own = (_Row(words=self.say("no stacks"), style="soft"),) if is_closed else self.deployed_rows(path, room)
        return _Unit(
            title=path.rpartition("/")[2],
            rows=(*own, *self.account_rows(self.accounts.get(path, ()), room)),
            inner=tuple(self.unit(item, inner_room, depth + 1) for item in shown),
            after=tuple(more),
            is_closed=is_closed,
            is_wide=is_wide,
        )

    def account_rows(self, keys: Iterable[str], room: int) -> Iterator[_Row]:
        """The first accounts with the capabilities that target each by name; accounts with any come first."""
        here = sorted(keys, key=lambda key: (key != MANAGEMENT, key not in self.deployed, natural_key(key)))
        most = _MOST_ACCOUNTS if len(self._membership.accounts) < _MANY else _MOST_ACCOUNTS_OF_MANY
        shown = first_of(here, most)
        for key in shown:
            yield _Row(words=f"{key} ({self.ids[key]})" if self.ids.get(key) else key)
            yield from self.deployed_rows(key, room)
        yield from self._more(len(here) - len(shown), self.say("and {count} more accounts"))

    def deployed_rows(self, place: str, room: int) -> Iterator[_Row]:
        """The capabilities that target a place by name, but not everywhere."""
        own = self.deployed.get(place, ())
        names = own if place in self._membership.accounts else [name for name in own if name not in self.everywhere]
        yield from soft_rows(", ".join(names), room)

    def _more(self, count: int, words: str) -> Iterator[_Row]:
        if count > 0:
            yield _Row(words=words.format(count=f"{count:,}"), style="soft", is_count=True)


def soft_rows(words: str, room: int) -> Iterator[_Row]:
    """The rows of a text that is split into lines of at most `room`."""
    for number, line in enumerate(lines_of(words, room - 2 * _PAD)):
        yield _Row(words=line, style="soft", continues=number > 0)


def organization_figure(plan: Plan, ids: Mapping[str, str | None] | None = None, say: Say = str) -> Figure:
    """The root with the management account above, and the units of the first level in columns below.

    A unit with more units than columns is as wide as the figure, below the others: no column is much longer.

    Args:
        plan: The plan.
        ids: Account → its id, to be shown beside it.
        say: Translates fixed texts.

    Raises:
        LookupError: when the plan was read from a directory, which does not list the accounts.
    """
    known = _Organization(plan=plan, say=say, ids=ids or {})
    head = _head(known)
    tops = known.units.get(ROOT, [])
    shown = first_of(tops, _MOST_UNITS)
    units = sorted((known.unit(path, _column(WIDTH, _COLUMNS)) for path in shown), key=lambda unit: unit.is_wide)
    parts = list(_drawn(head, 0, 0, WIDTH))
    bottom = head.height + _GAP
    for columns in (_COLUMNS, 1):
        wanted = [unit for unit in units if unit.is_wide == (columns == 1)]
        for unit, column, y in _placed(wanted, columns):
            width = _column(WIDTH, columns)
            parts += _drawn(unit, column * (width + _GAP), bottom + y, width)
        bottom += _bottom(wanted, columns)
    if len(tops) > len(shown):
        rest = say("and {count} more units").format(count=f"{len(tops) - len(shown):,}")
        parts.append(text(_PAD, bottom + ROW - 8, rest, style="soft"))
        bottom += ROW
    return Figure(
        name="organization",
        title=say("Accounts, and what is deployed where"),
        lines=[line for item in (head, *units) for line in item.lines()],
        height=bottom,
        parts=parts,
    )


def _head(known: _Organization) -> _Unit:
    """The root: Regions, capabilities of every account, and accounts directly in it, management account first."""
    everywhere = ", ".join(known.everywhere)
    words = f"{known.say('In every account of the units with stacks')}: {everywhere}" if everywhere else ""
    return _Unit(
        title=known.plan.organization,
        rows=(
            _Row(words=regions_words(known.plan, known.say), style="soft"),
            *soft_rows(words, WIDTH),
            *known.account_rows(known.accounts.get(ROOT, ()), WIDTH),
        ),
    )


def regions_words(plan: Plan, say: Say = str) -> str:
    """The home Region and the others, in one line."""
    regions = dict.fromkeys(region for stack in plan.stacks for region in stack.regions)
    others = ", ".join(region for region in regions if region != plan.home_region)
    home = f"{say('Home Region')} {plan.home_region}"
    return f"{home}; {say('also')} {others}" if others else home


def _drawn(unit: _Unit, x: int, y: int, width: int, depth: int = 0) -> Iterator[str]:
    yield box(x, y, width, unit.height, style="closed" if unit.is_closed else "inner" if depth % 2 else "box")
    line = y + _PAD + ROW - 10
    room = width - 2 * _PAD
    yield text(x + _PAD, line, unit.title, style="strong", room=room)
    for row in unit.rows:
        line += ROW
        yield text(x + _PAD, line, row.words, style=row.style, room=room)
    top = y + _PAD + ROW * (1 + len(unit.rows))
    inner = _column(room, unit.columns)
    for item, column, below in _placed(unit.inner, unit.columns):
        yield from _drawn(item, x + _PAD + column * (inner + _GAP), top + below, inner, depth + 1)
    line = top + _bottom(unit.inner, unit.columns) + _PAD
    for row in unit.after:
        yield text(x + _PAD, line, row.words, style=row.style, room=room)
        line += ROW


def _column(room: int, columns: int) -> int:
    """Width of a column."""
    return (room - _GAP * (columns - 1)) // columns


def _placed(units: Sequence[_Unit], columns: int) -> Iterator[tuple[_Unit, int, int]]:
    """Each unit with its column and its distance from the top; the next unit goes to the shortest column."""
    heights = [0] * columns
    for unit in units:
        column = heights.index(min(heights))
        yield unit, column, heights[column]
        heights[column] += unit.height + _GAP


def _bottom(units: Sequence[_Unit], columns: int) -> int:
    """Height of the longest column, with the gap below it."""
    return max((y + unit.height + _GAP for unit, _, y in _placed(units, columns)), default=0)
