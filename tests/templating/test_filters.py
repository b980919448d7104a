from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from baseline.capabilities.landscape import Reference
from baseline.errors import RenderError
from baseline.plan.build import build_plan
from baseline.plan.model import Template
from baseline.policy.document import text_of
from baseline.templating.filters import block, dumped, literal, refuse_raw, scalar, token
from baseline.validate.subject import read_template
from tests.landscapes import make_landscape

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120)
KEY = TEXT.filter(lambda text: text != "Fn::Join")  # which `whole` carries out
AWKWARD = ["on", "no", "012345670123", "1e3", "0x1f", "2026-11-23", "!Ref A", "${AWS::Region}", "- a", "a: b", "a #b"]
AWKWARD += [
    "'",
    '"',
    "\\",
    "line\nbreak",
    "tab\t",
    "\u0085",
    "\u2028",
    "🔐",
    "",
    " ",
    "*x",
    "&x",
    "{a}",
    "null",
    "~",
    "=",
]


def read(text: str) -> object:
    """The value that CloudFormation reads from `key: text`."""
    template = f"Resources: {{A: {{Type: T, Properties: {{key: {text}}}}}}}"
    stack = next(iter(build_plan(make_landscape()).stacks))
    subject = read_template(Template(stack=stack, text=template))
    assert subject is not None
    return text_of(subject.resources[0].properties["key"])


def whole(value: Any) -> Any:
    """The value with `Fn::Join` resolved."""
    if isinstance(value, dict):
        joined = value.get("Fn::Join")
        return "".join(joined[1]) if joined else {key: whole(item) for key, item in value.items()}
    return [whole(item) for item in value] if isinstance(value, list) else value


@settings(deadline=None)
@given(TEXT)
def test_any_text_comes_back_from_scalar_as_the_same_text(text: str) -> None:
    assert read(scalar(text)) == text


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_text_comes_back_from_scalar_and_block_as_the_same_text(text: str) -> None:
    assert read(scalar(text)) == text
    assert whole(yaml.safe_load(f"key:\n  {block([text, {'k': text}], 2)}\n")) == {"key": [text, {"k": text}]}


@settings(deadline=None)
@given(st.recursive(TEXT | st.booleans() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(KEY, inner)))
def test_any_structure_comes_back_from_block_as_the_same_structure(value: object) -> None:
    assert whole(yaml.safe_load(f"key:\n    {block({'v': value}, 4)}\n")) == {"key": {"v": value}}


LEAF = (
    st.sampled_from([*(text for text in AWKWARD if "${" not in text), "k" * 127, "k" * 128, "logs:Put*", "it's"])
    | st.sampled_from([None, 1.5, True, False])
    | st.integers()
    | st.text(alphabet="ab -:#'\"\\\né$.*", max_size=8)
)
REFERENCE = st.sampled_from(["${AWS::Region}", "it's: #1", "", "a\nb", "é", " x"]).map(Reference)


@settings(deadline=None)
@given(
    st.recursive(
        LEAF | REFERENCE,
        lambda inner: st.lists(inner) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(LEAF, inner),
    )
)
def test_block_writes_what_pyyaml_would(value: object) -> None:
    assert block(value, 0) == dumped(value)


def test_numbers_and_booleans_stay_what_they_are() -> None:
    assert yaml.safe_load(f"[{scalar(True)}, {scalar(False)}, {scalar(7)}]") == [True, False, 7]


@pytest.mark.parametrize("value", [None, 1.5, ["a"], {"a": 1}])
def test_scalar_refuses_what_is_no_scalar(value: object) -> None:
    with pytest.raises(RenderError, match="scalar got"):
        scalar(value)


@pytest.mark.parametrize("text", ["", "a b", "a\n", "${AWS::Region}", "a:b", "#a", "-a", "é", "a'b", "a}"])
def test_token_refuses_what_could_be_more_than_a_name(text: str) -> None:
    with pytest.raises(RenderError, match="token got"):
        token(text)


def test_token_lets_a_reference_of_our_own_pass() -> None:
    assert token(Reference("${AWS::Region}")) == "${AWS::Region}"


def test_a_value_that_no_filter_vouched_for_is_refused() -> None:
    with pytest.raises(RenderError, match="without the scalar, block or token filter"):
        refuse_raw("plain")
    assert refuse_raw(scalar("plain")) == '"plain"'


def test_a_reference_in_a_structure_is_substituted() -> None:
    assert block({"a": Reference("${AWS::AccountId}")}, 0) == "a: !Sub '${AWS::AccountId}'"


def test_lines_of_a_literal_come_back_as_they_are() -> None:
    text = "def f():\n\n    return {'a': \"${x}\"}\n"
    assert yaml.safe_load(f"key: |\n{literal(text, 4)}") == {"key": text}


@pytest.mark.parametrize("text", [" a", "\na", "a\tb", "a\x00", "a\x85b"])
def test_literal_refuses_what_a_block_literal_would_change(text: str) -> None:
    with pytest.raises(RenderError):
        literal(text, 2)


def test_scalar_substitutes_in_a_reference() -> None:
    assert scalar(Reference('arn:${AWS::Partition}:s3:::"x"')) == '!Sub "arn:${AWS::Partition}:s3:::\\"x\\""'


def test_block_with_room_writes_what_fits_as_json_and_means_the_same() -> None:
    value = {"a": {"b": [1, True, "x: y"], "arn": Reference("arn:${AWS::Partition}:s3:::x")}, "long": {"t": ["z" * 30]}}
    text = block(value, 2, 80)
    assert text.splitlines() == [
        'a: {"b": [1, true, "x: y"], "arn": {"Fn::Sub": "arn:${AWS::Partition}:s3:::x"}}',
        f'  long: {{"t": ["{"z" * 30}"]}}',
    ]
    narrow = yaml.safe_load(block({"a": value["long"], "b": value["long"]}, 0, 40))
    assert narrow == {"a": value["long"], "b": value["long"]}
