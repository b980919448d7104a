"""The grammar of CloudWatch Logs metric filter patterns.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html. Three forms:
`{ … }` for JSON events, `[ … ]` for space-delimited events, and terms for plain text.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<selector>\$(?:\.[A-Za-z0-9_\-:@/]+|\.\*|\[(?:\d+|\*)\]|\[?"[^"]*"\]?)+)
    | (?P<logic>&&|\|\|)
    | (?P<compare>!=|<=|>=|=|<|>)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<regex>%[^%]+%)
    | (?P<word>[^\s()&|=<>!"{}]+)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True)
class _Token:
    kind: str
    text: str
    offset: int


class _RefusedError(Exception):
    """What is wrong with a pattern."""


def pattern_problem(pattern: str) -> str | None:
    """What is wrong with a pattern, or None."""
    text = pattern.strip()
    if text.startswith("{"):
        return _json_problem(text)
    if text.startswith("["):
        return None if text.endswith("]") and text.count("[") == text.count("]") else "the bracket [ is not closed"
    return "a quotation mark is not closed" if text.count('"') % 2 else None


def _json_problem(text: str) -> str | None:
    if not text.endswith("}"):
        return "the brace { is not closed"
    try:
        _parse(_tokens(text[1:-1]))
    except _RefusedError as refused:
        return str(refused)
    return None


def _parse(tokens: list[_Token]) -> None:
    rest = _any_of(tokens, 0)
    if rest < len(tokens):
        raise _RefusedError(f"{tokens[rest].text!r} is not expected here")


def _tokens(text: str) -> list[_Token]:
    tokens = []
    offset = 0
    text = text.rstrip()
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        if not found or found.lastgroup is None:
            raise _RefusedError(f"{text[offset : offset + 12]!r} cannot be read")
        tokens.append(_Token(kind=found.lastgroup, text=found[found.lastgroup], offset=offset))
        offset = found.end()
    return tokens


def _any_of(tokens: list[_Token], at: int) -> int:
    """Terms joined by `&&` and `||`, from `at`; returns where they end."""
    at = _term(tokens, at)
    while at < len(tokens) and tokens[at].kind == "logic":
        at = _term(tokens, at + 1)
    return at


def _term(tokens: list[_Token], at: int) -> int:
    token = _at(tokens, at)
    if token.kind == "open":
        at = _any_of(tokens, at + 1)
        if _at(tokens, at, "a parenthesis is not closed").kind != "close":
            raise _RefusedError(f"{tokens[at].text!r} stands where a closing parenthesis should")
        return at + 1
    if token.kind != "selector":
        raise _RefusedError(f"{token.text!r} stands where a selector such as $.eventName should")
    return _comparison(tokens, at + 1)


def _comparison(tokens: list[_Token], at: int) -> int:
    token = _at(tokens, at, "a selector is compared to nothing")
    if token.kind == "compare":
        value = _at(tokens, at + 1, "a comparison has no value")
        if value.kind not in {"string", "word", "regex"}:
            raise _RefusedError(f"{value.text!r} stands where a value should")
        return at + 2
    return _keywords(tokens, at, token)


def _keywords(tokens: list[_Token], at: int, token: _Token) -> int:
    words = [item.text.upper() for item in tokens[at : at + 2]]
    if words[:1] == ["EXISTS"]:
        return at + 1
    if words == ["NOT", "EXISTS"] or (words[:1] == ["IS"] and words[1:] in (["NULL"], ["TRUE"], ["FALSE"])):
        return at + 2
    raise _RefusedError(
        f"{token.text!r} is no comparison: it takes = != < <= > >=, IS NULL, IS TRUE, IS FALSE, EXISTS, NOT EXISTS"
    )


def _at(tokens: list[_Token], at: int, missing: str = "the pattern ends too early") -> _Token:
    if at >= len(tokens):
        raise _RefusedError(missing)
    return tokens[at]
