"""The state of each control in the rendered templates, with its places and the values that prove it."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from baseline.controls.assertion import WORD, Assertion, assertions
from baseline.controls.control import Control, controls
from baseline.frozen import frozen
from baseline.policy.document import Path, text_of
from baseline.validate.look import values_at
from baseline.validate.subject import Resource, Subject

_LONGEST = 120


class State(Enum):
    """State of a control in the templates: assertions hold, hold only in some places, fail, or have no value."""

    DEPLOYED = "deployed"
    PARTIAL = "partial"
    FAILED = "failed"
    ABSENT = "absent"


@frozen
class Observation:
    """One value that an assertion evaluated.

    Attributes:
        stack: The stack's name.
        logical_id: Logical id of the resource.
        pointer: RFC 6901 JSON pointer into the template, or further into a conformance pack's body.
        line: Line in the template file, from 1.
        value: The value with functions as `${…}` and long texts shortened; None if missing.
        expected: The expectation of the assertion, in words.
        holds: Whether the value meets it.
    """

    stack: str
    logical_id: str
    pointer: str
    line: int
    value: Any
    expected: str
    holds: bool


@frozen
class Assessment:
    """A control and every observation for it.

    Attributes:
        control: The control.
        state: Its state.
        observations: Every evaluated value.
        missing: Accounts and Regions without the control, in words, if its state is partial.
    """

    control: Control
    state: State
    observations: tuple[Observation, ...]
    missing: tuple[str, ...] = ()


@frozen
class Found:
    """A resource with its template and its path."""

    subject: Subject
    path: Path
    resource: Resource


class Resources(dict[str, list[Found]]):
    """Resource type → every resource of it."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[tuple[str, str], dict[str, set[int]]] = {}
        self._meant: dict[tuple[object, ...], tuple[Found, ...]] = {}

    def meant(self, assertion: Assertion) -> tuple[Found, ...]:
        """The resources that match the assertion's `where`. This is the innermost loop of the assessment."""
        key = (assertion.type, *assertion.where.items())
        if key not in self._meant:
            fitting = [self._fitting(assertion.type, *item) for item in assertion.where.items()]
            candidates = enumerate(self.get(assertion.type, ()))
            self._meant[key] = tuple(found for number, found in candidates if all(number in some for some in fitting))
        return self._meant[key]

    def _fitting(self, type_name: str, path: str, pattern: re.Pattern[str]) -> set[int]:
        """Indexes of the resources whose value matches the pattern; each distinct text is compared once."""
        if (type_name, path) not in self._numbers:
            numbers = self._numbers[type_name, path] = {}
            for number, found in enumerate(self.get(type_name, ())):
                for _, value in values_at(found.resource.properties, path):
                    numbers.setdefault(text_of(value), set()).add(number)
        texts = self._numbers[type_name, path].items()
        return {number for text, numbers in texts if pattern.search(text) for number in numbers}


def assess(subjects: Sequence[Subject]) -> tuple[Assessment, ...]:
    """Every control, in the order of the data file."""
    resources = by_type(subjects)
    return tuple(assess_control(control, resources) for control in controls().values())


def by_type(subjects: Sequence[Subject]) -> Resources:
    """The resources of all templates, including the rules inside conformance packs."""
    found = Resources()
    for subject in subjects:
        for path, resource in resources_of(subject):
            found.setdefault(resource.type, []).append(Found(subject=subject, path=path, resource=resource))
    return found


def assess_control(control: Control, resources: Resources, proved_by: Sequence[Assertion] | None = None) -> Assessment:
    """The assessment of one control from the resources, by its own assertions or by those in `proved_by`."""
    wanted = assertions()[control.id] if proved_by is None else proved_by
    found = [(item, tuple(observations_of(item, resources))) for item in wanted]
    observations = tuple(seen for _, some in found for seen in some)
    groups = {(item.either or number): False for number, (item, _) in enumerate(found)}
    groups |= {(item.either or number): True for number, (item, some) in enumerate(found) if some}
    complete = all(groups.values())
    if all(seen.value is None for seen in observations):
        state = State.ABSENT
    elif complete and all(seen.holds for seen in observations):
        state = State.DEPLOYED
    elif not complete and all(item.anywhere for item, _ in found):
        state = State.ABSENT  # some policy has a part of what the guardrail denies, for another one
    else:
        state = State.FAILED
    return Assessment(control=control, state=state, observations=observations)


def observations_of(assertion: Assertion, resources: Resources) -> Iterator[Observation]:
    """Every value that the assertion evaluates. A resource without the value has an observation with no value.

    If one resource is sufficient, only the resources with the expected value are observed.
    """
    expected = words(assertion)
    for found in resources.meant(assertion):
        here = (*found.path, "Properties")
        values = list(values_at(found.resource.properties, assertion.path, here))
        if assertion.anywhere:
            values = [(place, value) for place, value in values if _holds(assertion, value)]
        elif not values:
            values = [(here, None)]
        yield from (_observation(assertion, expected, found, place, value) for place, value in values)


def resources_of(subject: Subject) -> Iterator[tuple[Path, Resource]]:
    """The template's resources, and the rules inside its conformance packs."""
    for resource in subject.resources:
        yield resource.path, resource
    for pack in subject.packs:
        for logical_id, body in (pack.document.get("Resources") or {}).items():
            properties = body.get("Properties") or {}
            inner = Resource(logical_id=logical_id, type=str(body.get("Type")), body=body, properties=properties)
            yield (*pack.path, "Resources", logical_id), inner


def _observation(
    assertion: Assertion,
    expected: str,
    found: Found,
    place: Path,
    value: Any,  # noqa: ANN401 - template data
) -> Observation:
    return Observation(
        stack=found.subject.template.stack.name,
        logical_id=found.resource.logical_id,
        pointer="".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place),
        line=found.subject.place(place)[0],
        value=_clipped(_shown(_denial(value) if assertion.comparison == "denies" and value else value)),
        expected=expected,
        holds=_holds(assertion, value),
    )


def _denial(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    """The denied actions with their resources and conditions, which name the exempt principals."""
    return {key: item for key, item in statement.items() if (key, item) not in _EVERY_DENIAL}


_EVERY_DENIAL = (("Effect", "Deny"), ("Resource", "*"), ("Principal", "*"))


def _holds(assertion: Assertion, value: Any) -> bool:  # noqa: ANN401 - template data
    return value is not None and _HOLDS[assertion.comparison](value, assertion.expected)


def _items(value: Any) -> list[Any]:  # noqa: ANN401 - one or many
    return value if isinstance(value, list) else [value]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _covers(statement: Any, expected: Any) -> bool:  # noqa: ANN401 - statements of policies
    """Whether the statement denies all that the expected one denies, except exemptions; `<word>` matches any text.

    Some roles may be exempt, but not all.
    """
    if not isinstance(statement, dict) or statement.get("Effect") != "Deny":
        return False
    if not _names_first_action(statement.get("Action"), expected.get("Action")):
        return False
    wanted = {"Resource": "*", **expected} if "NotResource" not in expected else expected
    if not all(_has(statement.get(key), value) for key, value in wanted.items() if key not in ("Sid", "Condition")):
        return False
    asked = dict(_conditions(expected))
    conditions = _under_expected_keys(dict(_conditions(statement)), asked)
    exempt = _items(conditions.get(_EXEMPTION, ()))
    if any(fnmatchcase(_ANYBODY, text_of(item).replace("${AWS::Partition}", "aws")) for item in exempt):
        return False
    if _EXEMPTION not in asked:
        conditions.pop(_EXEMPTION, None)
    return asked.keys() >= conditions.keys() >= {
        key for key, values in asked.items() if not _may_be_empty(values)
    } and all(_has(values, asked[key]) for key, values in conditions.items())


def _names_first_action(actions: Any, expected: Any) -> bool:  # noqa: ANN401 - one or many texts
    """Fast check for the first expected action: most statements contain other actions."""
    first = next(iter(_items(expected)), None) if expected else None
    return not isinstance(first, str) or "<" in first or first in _items(actions)


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    """Operator and key → the compared values; invalid conditions of the profile's policies are skipped."""
    found = statement.get("Condition", {})
    for operator, keys in found.items() if isinstance(found, dict) else [("", found)]:
        for key, values in keys.items() if isinstance(keys, dict) else [("", keys)]:
            yield (operator, key), values


def _under_expected_keys(
    conditions: Mapping[tuple[str, str], Any], asked: Mapping[tuple[str, str], Any]
) -> dict[tuple[str, str], Any]:
    """The conditions by expected keys: a key with a `<word>` matches every key of the profile that fits."""
    found: dict[tuple[str, str], Any] = {}
    for (operator, key), values in conditions.items():
        forms = (form for form in asked if form[0] == operator and "<" in form[1] and _is_like(form[1], [key]))
        named = (operator, key) if (operator, key) in asked else next(forms, (operator, key))
        found[named] = [*_items(found[named]), *_items(values)] if named in found else values
    return found


def _may_be_empty(values: Any) -> bool:  # noqa: ANN401 - one or many texts
    """Whether the condition uses only lists of the profile. If they are empty, the policy denies without it."""
    return all(WORD.fullmatch(str(item)) for item in _items(values))


_EXEMPTION = ("ArnNotLike", "aws:PrincipalArn")
_ANYBODY = "arn:aws:iam::000000000000:role/Anybody"


def _has(value: Any, expected: Any) -> bool:  # noqa: ANN401 - one or many texts
    """Whether the texts contain all expected texts."""
    texts = {text_of(item).replace(":${AWS::Partition}:", ":aws:") for item in _items(value)}
    return all(str(item) in texts or ("<" in str(item) and _is_like(str(item), texts)) for item in _items(expected))


def _is_like(pattern: str, texts: Iterable[str]) -> bool:
    likes = re.compile(WORD.sub(".+", re.escape(pattern))).fullmatch
    return any(map(likes, texts))


_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, expected: type(value) is type(expected) and value == expected,
    "one_of": lambda value, expected: value in expected,
    "at_least": lambda value, expected: _is_number(value) and value >= expected,
    "at_most": lambda value, expected: _is_number(value) and value <= expected,
    "holds": lambda value, expected: set(expected) <= {text_of(item) for item in _items(value)},
    "matches": lambda value, expected: all(re.search(expected, text_of(item)) for item in _items(value)),
    "present": lambda value, expected: bool(expected) == (value not in ("", [], {})),
    "denies": _covers,
}


def words(assertion: Assertion) -> str:
    """The expected value of the assertion, in a few words."""
    return {
        "is": f"is {json.dumps(assertion.expected)}",
        "one_of": f"is one of {json.dumps(assertion.expected)}",
        "at_least": f"is at least {assertion.expected}",
        "at_most": f"is at most {assertion.expected}",
        "holds": f"has {', '.join(map(str, assertion.expected)) if isinstance(assertion.expected, list) else ''}",
        "matches": f"matches {assertion.expected}",
        "present": "is there",
        "denies": f"has a Deny of {', '.join(_items(_named(assertion.expected)))}",
    }[assertion.comparison]


def _named(statement: Any) -> Any:  # noqa: ANN401 - a statement of a guardrail
    return statement.get("Action", "all but named actions") if isinstance(statement, dict) else ""


def _clipped(value: Any) -> Any:  # noqa: ANN401 - template data
    """Long texts, shortened; the pointer identifies the whole value."""
    long = isinstance(value, str) and len(value) > _LONGEST
    return f"{value[:_LONGEST]}…" if long else value


def _shown(value: Any) -> Any:  # noqa: ANN401 - template data
    """Plain data with functions rendered as text."""
    if isinstance(value, dict):
        is_function = len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))
        return text_of(value) if is_function else {key: _shown(item) for key, item in value.items()}
    return [_shown(item) for item in value] if isinstance(value, list) else value
