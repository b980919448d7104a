"""Errors of the YAML parser in words that name the mistake."""

from collections.abc import Mapping

from baseline.documents.yaml_reader import NotYamlError
from baseline.findings import Finding
from baseline.profile.problem_ids import problem
from baseline.profile.tree import Place

# A part of libyaml's message → what it means to the person who wrote the line.
_MEANINGS: Mapping[str, str] = {
    "mapping values are not allowed": "a second `:` on the line, or a line indented under a value; "
    "text that contains `: ` needs quotes",
    "did not find expected key": "indentation that fits no key above, or text after a closing quote or bracket",
    "could not find expected ':'": "a key without `:`; a space belongs after the colon",
    "did not find expected ',' or ']'": "a list in brackets that is not closed, or lacks a comma",
    "expected ',' or ']'": "a list in brackets that is not closed, or lacks a comma",
    "did not find expected ',' or '}'": "a mapping in braces that is not closed, or lacks a comma",
    "expected ',' or '}'": "a mapping in braces that is not closed, or lacks a comma",
    "unexpected end of stream": "a quote that is never closed",
    "found unknown escape character": 'a backslash in double quotes; use single quotes, or write "\\\\"',
    "did not find expected '-' indicator": "a list item that is not indented like the others",
    "expected <block end>": "a line that is not indented like the others",
    "block sequence entries are not allowed": "a list item on the line of its key; begin it on the next line",
    "cannot start any token": "a character that must be quoted, such as `@`, `%` or a backtick",
    "did not find expected node content": "a value missing after `:`, `,` or `-`",
    "did not find expected alphabetic or numeric": "`*` or `&` without a name; text that begins with them needs quotes",
    "found undefined tag handle": "a `!` tag with an undeclared prefix; text that begins with `!` needs quotes",
}
_TABS = "tab in the indentation: YAML indents with spaces only"


def syntax_problem(error: NotYamlError, text: str, file: str) -> Finding:
    """The finding for text that the YAML parser rejected."""
    place = Place(file, *error.position)
    tab = _tab(text, place)
    if tab is not None:
        return problem("profile-tabs", tab, (), _TABS)
    said = error.problem
    if _is_second_colon(text, place):
        said = "mapping values are not allowed"
    meaning = next((words for part, words in _MEANINGS.items() if part in said), said)
    return problem("profile-syntax", place, (), f"not YAML: {meaning}")


def _is_second_colon(text: str, place: Place) -> bool:
    """Whether the parser stopped at a `: ` in unquoted text."""
    lines = text.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    return line[place.column - 1 :].startswith(": ") and ": " in line[: place.column - 1]


def _tab(text: str, place: Place) -> Place | None:
    lines = text.split("\n")
    for number in (place.line, place.line - 1):
        line = lines[number - 1] if 0 < number <= len(lines) else ""
        indentation = line[: len(line) - len(line.lstrip())]
        if "\t" in indentation and line.strip():
            return Place(place.file, number, indentation.index("\t") + 1)
    return None
