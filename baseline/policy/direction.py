"""Whether a changed statement denies more or less than before, without looking at requests."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from baseline.frozen import frozen
from baseline.policy.conditions import matches
from baseline.policy.document import Condition, Statement, read_statements, text_of

Direction = Literal["less", "more", "either"]
_Covers = Callable[[str, str], bool]

_LISTED = re.compile(
    r"(?:For(?:AllValues|AnyValue):)?(?:String(?:Not)?(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Not)?(?:Equals|Like)"
    r"|(?:Not)?IpAddress|BinaryEquals)(?:IfExists)?"
)
"""Operators for which each further value matches more requests, or fewer if they negate."""
_FILLED_IN = re.compile(r"\$\{[^}]*\}")
_UNREADABLE = "${}"
"""Placeholder for a function whose result is unknown; see `document.text_of`."""
_TURNED: Mapping[Direction, Direction] = {"less": "more", "more": "less", "either": "either"}
_MOST_NAMES = 4


@frozen
class Difference:
    """One difference: whether the statement denies `less` or `more` than before, or `either`; and what differs."""

    direction: Direction
    words: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The differences between two versions of a statement; none if they decide the same.

    A statement applies if principal, action, resource and every condition match: it denies less if one of these
    matches less, and none more. An Allow works the other way round.
    """
    if before == after:
        return ()
    old, new = (list(read_statements({"Statement": [item]})) for item in (before, after))
    unreadable = any(_UNREADABLE in json.dumps(item) for item in (before, after))
    if unreadable or len(old) != 1 or len(new) != 1 or old[0].effect != new[0].effect:
        return (Difference(direction="either", words="the content differs"),)
    found = (*_elements(old[0], new[0]), *_conditions(old[0], new[0]))
    return tuple(_of_allow(item) for item in found) if old[0].effect == "Allow" else found


def is_covered(statement: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> bool:
    """Whether other statements together deny all that a Deny denies; False if unsure.

    Each of its actions must be in one that is at least as broad in principals, resources and conditions.
    """
    if statement.get("Effect") != "Deny" or "Action" not in statement:
        return False
    left = _texts(statement["Action"])
    for other in others:
        remaining = _uncovered(left, _texts(other.get("Action", [])), _covers_action)
        if remaining != left and _is_within({**statement, "Action": "*"}, {**other, "Action": "*"}):
            left = remaining
    return not left


def _is_within(statement: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(item.direction == "more" for item in differences(statement, other))


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - one or many
    return [text_of(item) for item in (value if isinstance(value, list) else [value])]


def new_statement(effect: str) -> Difference:
    """The difference that a new statement causes."""
    found = Difference(direction="more", words="statements newly in force")
    return _of_allow(found) if effect == "Allow" else found


def removed_statement(effect: str) -> Difference:
    """The difference that a removed statement causes."""
    found = Difference(direction="less", words="statements no longer in force")
    return _of_allow(found) if effect == "Allow" else found


def _of_allow(item: Difference) -> Difference:
    return replace(item, direction=_TURNED[item.direction], words=f"Allow: {item.words}")


def _elements(old: Statement, new: Statement) -> Iterator[Difference]:
    principals = [[f"{one.kind}:{one.value}" for one in item] for item in (old.principals, new.principals)]
    others = [[f"{one.kind}:{one.value}" for one in item] for item in (old.not_principals, new.not_principals)]
    yield from _element("Principal", principals, others, _equal)
    yield from _element("Action", (old.actions, new.actions), (old.not_actions, new.not_actions), _covers_action)
    yield from _element("Resource", (old.resources, new.resources), (old.not_resources, new.not_resources), _covers_arn)


def _element(
    name: str, given: Iterable[Iterable[str]], excepted: Iterable[Iterable[str]], covers: _Covers
) -> Iterator[Difference]:
    (before, after), (not_before, not_after) = map(tuple, given), map(tuple, excepted)
    if bool(before) != bool(after) or bool(not_before) != bool(not_after):
        yield Difference(direction="either", words=f"{name} and Not{name} are exchanged")
        return
    yield from _entries(tuple(before), tuple(after), covers, negated=False)
    yield from _entries(tuple(not_before), tuple(not_after), covers, negated=True)


def _conditions(old: Statement, new: Statement) -> Iterator[Difference]:
    before, after = ({(item.operator, item.key.lower()): item for item in side.conditions} for side in (old, new))
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        if was and now:
            yield from _values(was, now)
        elif now:
            yield Difference(direction="less", words=f"depends on {now.operator} {now.key}")
        elif was:
            yield Difference(direction="more", words=f"no longer depends on {was.operator} {was.key}")


def _values(was: Condition, now: Condition) -> Iterator[Difference]:
    if set(was.values) == set(now.values):
        return
    if not _LISTED.fullmatch(was.operator):
        yield Difference(direction="either", words=f"other values of {was.operator} {was.key}")
        return
    covers = _covers_arn if "Arn" in was.operator else _covers_text if "Like" in was.operator else _equal
    of = "" if was.key.lower() == "aws:principalarn" else f" ({was.key})"
    yield from _entries(was.values, now.values, covers, negated="Not" in was.operator, of=of)


def _entries(
    before: tuple[str, ...], after: tuple[str, ...], covers: _Covers, *, negated: bool, of: str = ""
) -> Iterator[Difference]:
    """The difference of two lists of which one entry has to match, or none if they are negated."""
    gained, lost = _uncovered(after, before, covers), _uncovered(before, after, covers)
    if gained:
        words = f"{'exempts' if negated else 'applies to'} {_names(gained)}{of}"
        yield Difference(direction="less" if negated else "more", words=words)
    if lost:
        words = f"no longer {'exempts' if negated else 'applies to'} {_names(lost)}{of}"
        yield Difference(direction="more" if negated else "less", words=words)


def _uncovered(items: Iterable[str], others: Sequence[str], covers: _Covers) -> list[str]:
    """The items that no other entry covers: an equal one, or one with a wildcard."""
    folded = str.lower if covers is _covers_action else str
    exact = {folded(other) for other in others}
    wild = [other for other in others if "*" in other or "?" in other]
    return [item for item in items if folded(item) not in exact and not any(covers(other, item) for other in wild)]


def _names(values: list[str]) -> str:
    names = [_short(item) for item in values]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{', '.join(names[:_MOST_NAMES])}{more}"


def _short(value: str) -> str:
    """The name of a role, or the whole value."""
    return value.rpartition(":role/")[2] if value.startswith("arn:") else value


def _equal(wide: str, narrow: str) -> bool:
    return wide == narrow


def _covers_action(wide: str, narrow: str) -> bool:
    return _covers_text(wide.lower(), narrow.lower())


def _covers_text(wide: str, narrow: str) -> bool:
    """Whether everything that the second pattern matches is matched by the first one; False if unsure."""
    if "?" in wide and ("*" in narrow or "${" in narrow):
        return wide == narrow
    return matches(wide, narrow)


@cache
def _covers_arn(wide: str, narrow: str) -> bool:
    """The same for ARNs, part by part: a wildcard of one part does not reach into the next."""
    one, other = (_FILLED_IN.sub(lambda found: found.group().replace(":", "."), item) for item in (wide, narrow))
    parts = list(zip(one.split(":", 5), other.split(":", 5), strict=False))
    same_length = one.count(":") >= 5 and other.count(":") >= 5
    return wide in ("*", narrow) or (same_length and all(_covers_text(*pair) for pair in parts))
