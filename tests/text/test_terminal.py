"""Untrusted text on a terminal and in the log of a CI system."""

import re

import pytest

from baseline.text.json_document import escape_in_json
from baseline.text.spreadsheet import cell_text
from baseline.text.terminal import terminal_line, terminal_text
from baseline.text.xml import xml_text

ESCAPES = {
    "clear the screen": "\x1b[2J",
    "title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;https://evil.example\x1b\\x\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "eight-bit sequence": "\x9b2J",
    "eight-bit title": "\x9d0;owned\x9c",
    "back over the question": "Deploy to prod? \x1b[1G\x1b[2KDeploy to test?",
    "carriage return": "Deploy to prod?\rDeploy to test?",
    "backspaces": "prod\b\b\b\btest",
    "delete": "prod\x7f\x7f",
    "bell": "\x07",
    "vertical tab": "a\vb",
    "form feed": "a\fb",
    "null": "a\0b",
    "shift out": "\x0eabc",
    "reordered": "abc\u202egnp.exe",
    "isolate": "\u2067abc\u2069",
    "mark": "a\u200fb\u061c",
    "line separator": "a\u2028::error::x",
    "next line": "a\x85::error::x",
    "surrogate": "a\udc9bb",
}
COMMANDS = {
    "error": "::error::owned",
    "error with properties": "::error file=a.py,line=1::owned",
    "warning after blanks": "  \t::warning::owned",
    "add mask": "x\n::add-mask::e",
    "stop commands": "x\n::stop-commands::t",
    "set output": "x\r\n::set-output name=a::b",
    "group": "::group::x",
    "legacy": "##[error]owned",
    "legacy in the middle": "a ##[set-env name=PATH;]x",
    "Azure": "##vso[task.setvariable variable=PATH]x",
    "Azure in the middle": "a##vso[task.logissue type=error]x",
    "TeamCity": "##teamcity[buildStatus status='SUCCESS']",
    "many marks": "####[error]x",
    "no-break space": "\u00a0::error::x",
    "ideographic space": "\u3000::error::x",
}


def is_command(line: str) -> bool:
    return line.strip().startswith("::") or re.search(r"##[A-Za-z]*\[", line) is not None


@pytest.mark.parametrize("text", [*ESCAPES.values(), *COMMANDS.values()], ids=[*ESCAPES, *COMMANDS])
def test_terminal_text_commands_nothing(text: str) -> None:
    for shown in (terminal_text(text), terminal_text(f"one: {text}\n{text}"), terminal_text(terminal_line(text))):
        assert shown.replace("\n", "").replace("\t", "").replace("\u00a0", " ").replace("\u3000", " ").isprintable()
        assert not any(is_command(line) for line in shown.splitlines())
        assert terminal_text(shown) == shown


@pytest.mark.parametrize("text", [*ESCAPES.values(), *COMMANDS.values()], ids=[*ESCAPES, *COMMANDS])
def test_terminal_line_is_one_line(text: str) -> None:
    assert len(f"{terminal_line(text)}.".splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    ["ok\n  two\n\tthree\n", "arn:aws:iam::111111111111:role/x", "a ::b", "# [x] ## x [y]", "→ é 生产 😀", "x:: y"],
)
def test_terminal_text_leaves_plain_text_alone(text: str) -> None:
    assert terminal_text(text) == text


@pytest.mark.parametrize("text", [*ESCAPES.values(), *COMMANDS.values()], ids=[*ESCAPES, *COMMANDS])
def test_json_and_xml_keep_unseen_characters_out(text: str) -> None:
    import json
    from xml.etree.ElementTree import Element, fromstring, tostring

    document = escape_in_json(json.dumps([text], ensure_ascii=False))
    assert not any(map(is_command, document.splitlines()))
    assert json.loads(document) == [text]
    element = Element("a", b=xml_text(text))
    element.text = xml_text(text)
    read = fromstring(tostring(element, encoding="unicode"))  # noqa: S314 - our own text
    assert read.text == read.get("b") == terminal_text(text)


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u00a0=1",
    "＝1",
    '=HYPERLINK("x")',
    "\u3000@x",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_cell_that_a_spreadsheet_would_calculate_is_text(text: str) -> None:
    assert cell_text(text).startswith(("'", "\\"))


@pytest.mark.parametrize("text", ["a=b", "1", "", "'x", "x-y", "true"])
def test_cell_without_a_formula_is_as_it_was(text: str) -> None:
    assert cell_text(text) == text
