"""A period or length in the text of a control is pinned by one of its assertions."""

import json
import re
from collections.abc import Iterator

import pytest

from baseline.controls.assertion import Assertion, assertions
from baseline.controls.control import controls
from baseline.controls.framework import frameworks

_WORDS = dict.fromkeys(("a", "an", "one"), 1) | {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "ten": 10,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}
_NOT_COUNTED = {("a", "password"), ("a", "character"), ("a", "day")}
"""Articles rather than numbers; rules of AWS Config that have no event run once a day."""
_UNITS = {"year": 365, "week": 7, "day": 1, "hour": 1, "minute": 1, "character": 1, "password": 1}
_QUANTITY = re.compile(
    rf"\b(\d[\d,]*|{'|'.join(_WORDS)})(?: mixed| remembered)? ({'|'.join(_UNITS)})s?\b|\bthe last (\d+)\b",
    re.IGNORECASE,
)
_FACTS = {
    (
        "security-hub-fsbp",
        "IAM.3 requires access keys to be less than 90 days old, even where the rule is not available.",
    ),
    ("guardrail-secret-deletion", "A secret that is deleted can be restored for a week."),
    (
        "guardrail-secret-deletion",
        "If enabled, a deleted secret can be restored for a week. It applies to member accounts.",
    ),
}
"""Texts about periods that AWS sets, not the templates."""


def quantities(text: str) -> Iterator[tuple[int, str]]:
    for number, unit, last in _QUANTITY.findall(text):
        if (number.lower(), unit.lower()) in _NOT_COUNTED:
            continue
        count = int(last or _WORDS.get(number.lower()) or number.replace(",", ""))
        yield count * _UNITS.get(unit.lower(), 1), unit.lower()


def pins(assertion: Assertion, number: int, unit: str) -> bool:
    """Whether the assertion fails for a value just beyond the number."""
    numbers = {number, *((3600 * number, 3_600_000 * number) if unit == "hour" else ())}
    expected = assertion.expected
    if assertion.comparison == "matches":
        return any(changes_at(expected, value) for value in numbers)
    text = expected if isinstance(expected, str) else json.dumps(expected)
    words = {word.upper() for word, value in _WORDS.items() if value in numbers}
    found = set(re.findall(r"\d+", text)) | set(re.findall(r"[A-Z]+", text))
    return not found.isdisjoint({*map(str, numbers), *words})


def changes_at(pattern: str, number: int) -> bool:
    """Whether the pattern takes the number, in some form, and not the one before or after."""
    forms = ("{}", "PT{}H")
    for form in forms:
        before, here, after = (bool(re.search(pattern, form.format(number + step))) for step in (-1, 0, 1))
        if here and not (before and after):
            return True
    return False


def texts() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(control, text, other controls that must be deployed as well)."""
    for control in controls().values():
        yield control.id, control.statement, control.needs
    for framework in frameworks().values():
        for requirement in framework.requirements.values():
            for item in requirement.controls:
                yield item.control, item.reason, (*controls()[item.control].needs, *item.needs)


def test_every_period_and_length_in_a_text_is_pinned_by_an_assertion() -> None:
    loose = {
        (control, text)
        for control, text, needs in texts()
        for number, unit in quantities(text)
        if not any(pins(item, number, unit) for name in (control, *needs) for item in assertions()[name])
    }
    assert loose - _FACTS == set()
    assert loose >= _FACTS


@pytest.mark.parametrize(
    ("control", "text", "pinned"),
    [
        ("log-archive-object-lock", "Logs are locked for six years.", False),
        ("cloudtrail-log-group-retention", "A year of events can be queried.", True),
        ("cloudtrail-log-group-retention", "Two years of events can be queried.", False),
        ("config-rule-access-keys-rotated", "Keys older than 90 days are found.", True),
        ("config-rule-access-keys-rotated", "Keys older than 60 days are found.", False),
        ("administrator-session", "Sessions end after an hour.", True),
        ("password-policy", "Passwords have 14 characters.", True),
        ("password-policy", "Passwords have 16 characters.", False),
    ],
)
def test_a_number_is_pinned_only_by_a_value_at_its_limit(control: str, text: str, *, pinned: bool) -> None:
    ((number, unit),) = quantities(text)
    assert any(pins(item, number, unit) for item in assertions()[control]) is pinned
