import pytest

from baseline.text.wrap import wrapped

COMMAND = "  baseline generate profiles/northwind.yaml -o output/northwind --fail-on warning"
CODE = "```\ngit add profile.yaml profile.schema.json output && git commit -m 'Add it'\n```"

CASES = {
    "a short line stays": ("a b c", "a b c"),
    "a line breaks between words": ("word " * 12 + "end", f"{'word ' * 7}word\n{'word ' * 4}end"),
    "an indented line goes on deeper": (f"  {'word ' * 9}end", f"  {'word ' * 6}word\n    word word end"),
    "a long word stays whole": ("see " + "x" * 50, "see\n" + "x" * 50),
    "hyphens are no end of a word": ("the name " + "a-" * 20, "the name\n" + "a-" * 20),
    "a command stays": (COMMAND, COMMAND),
    "code stays": (CODE, CODE),
    "a row of a table stays": ("| " + "cell | " * 12, "| " + "cell | " * 12),
    "empty lines stay": ("a\n\nb\n", "a\n\nb\n"),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_long_lines_break_between_words(text: str, expected: str) -> None:
    assert wrapped(text, 40) == expected


def test_narrow_terminal_has_forty_columns() -> None:
    assert wrapped("word " * 12 + "end", 5) == wrapped("word " * 12 + "end", 40)
