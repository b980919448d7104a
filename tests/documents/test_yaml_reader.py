"""YAML with places, and templates as data."""

import pytest

from baseline.documents.template import NotATemplateError, place_in, read_data
from baseline.documents.yaml_reader import NotYamlError, ScalarEvent, events, position_of, top_node


def test_events_have_positions_from_one() -> None:
    found = {event.value: position_of(event) for event in events("a:\n  - b\n") if isinstance(event, ScalarEvent)}
    assert found == {"a": (1, 1), "b": (2, 5)}


@pytest.mark.parametrize(
    ("text", "line", "column"), [("a: b: c\n", 1, 5), ("a: [1\nb: 2\n", 2, 2), ("a: \x01\n", 1, 1)]
)
def test_a_syntax_error_has_its_position(text: str, line: int, column: int) -> None:
    with pytest.raises(NotYamlError) as by_events:
        list(events(text))
    with pytest.raises(NotYamlError) as by_nodes:
        top_node(text)
    assert by_events.value.position == by_nodes.value.position == (line, column)
    assert by_events.value.problem
    assert by_events.value.problem in str(by_events.value)


def test_short_functions_become_long_forms_at_their_places() -> None:
    data, spots = read_data("A:\n  B: !GetAtt X.Y.Z\n  C: !If [no, !Ref D, 012]\n")
    assert data == {"A": {"B": {"Fn::GetAtt": ["X", "Y.Z"]}, "C": {"Fn::If": [False, {"Ref": "D"}, 10]}}}
    assert place_in(spots, ("A", "C", "Fn::If", 1)) == (3, 15)
    assert place_in(spots, ("A", "C", "nowhere")) == (3, 3)


@pytest.mark.parametrize("text", ["a: [", "[" * 5_000, f"a: {'9' * 5_000}"], ids=["open", "deep", "long number"])
def test_what_cannot_be_read_has_a_reason_on_one_line(text: str) -> None:
    with pytest.raises(NotATemplateError) as raised:
        read_data(text)
    assert len(str(raised.value).splitlines()) == 1
    assert raised.value.start[:2] == (1, 1)


def test_an_empty_text_has_no_data() -> None:
    assert read_data("# nothing\n") == (None, (1, 1, {}))
