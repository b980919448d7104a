"""The grammar of CloudWatch Logs metric filter patterns.

Sources: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html and
FilterAndPatternSyntax.html. Three forms: `{ … }` for JSON events, `[ … ]` for space-delimited events, and terms for
plain text.
"""

import re

from baseline.frozen import frozen

_VALUES = r"""
    | (?P<logic>&&|\|\|)
    | (?P<compare>!=|<=|>=|=|<|>)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<regex>%[^%]+%)
"""
_JSON = re.compile(
    rf"""\s*(?: (?P<selector>\$(?:\.[A-Za-z0-9_\-:@/]+|\.\*|\[(?:\d+|\*)\]|\.?\['[^']+'\])+) {_VALUES}
    | (?P<word>[^\s()&|=<>!"{{}}]+) )""",
    re.VERBOSE,
)
_DELIMITED = re.compile(
    rf"""\s*(?: (?P<ellipsis>\.\.\.) | (?P<comma>,) {_VALUES} | (?P<word>[^\s()&|=<>!",\[\]]+) )""", re.VERBOSE
)
_TERMS = re.compile(r"\s*(?P<term>[?-]?(?:\"(?:[^\"\\]|\\.)*\"|%[^%]+%|[A-Za-z0-9_]+))(?=\s|\Z)")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z")

_DEEPEST = 50
"""Maximum depth of nested parentheses, because the parser is recursive."""

_MOST_EXPRESSIONS = 2
"""Regular expressions in a JSON or space-delimited pattern."""


@frozen
class _Token:
    kind: str
    text: str


class _RefusedError(Exception):
    """The problem of a pattern."""


def pattern_problem(pattern: str) -> str | None:
    """The problem of a pattern, or None."""
    text = pattern.strip()
    try:
        if text.startswith("{"):
            _check_json(text)
        elif text.startswith("["):
            _check_delimited(text)
        else:
            _check_terms(text)
    except _RefusedError as refused:
        return str(refused)
    return None


def _check_json(text: str) -> None:
    if not text.endswith("}"):
        raise _RefusedError("the brace { is not closed")
    _Reader(_tokens(_JSON, text[1:-1]), "selector", "a selector such as $.eventName").read()


def _check_delimited(text: str) -> None:
    if not text.endswith("]"):
        raise _RefusedError("the bracket [ is not closed")
    fields: list[list[_Token]] = [[]]
    for token in _tokens(_DELIMITED, text[1:-1]):
        if token.kind == "comma":
            fields.append([])
        else:
            fields[-1].append(token)
    for field in fields:
        if [token.kind for token in field] != ["ellipsis"]:
            _Reader(field, "word", "a field's name").read()


def _check_terms(text: str) -> None:
    offset = 0
    while offset < len(text):
        found = _TERMS.match(text, offset)
        if not found:
            term = text[offset:].split(maxsplit=1)[0]
            raise _RefusedError(
                f"{term!r} is not a term: put text with characters other than letters, digits and _ in quotation marks"
            )
        offset = found.end()


def _tokens(grammar: re.Pattern[str], text: str) -> list[_Token]:
    tokens: list[_Token] = []
    offset = 0
    text = text.rstrip()
    while offset < len(text):
        found = grammar.match(text, offset)
        if not found or found.lastgroup is None:
            raise _RefusedError(f"{text[offset : offset + 12].strip()!r} cannot be read")
        tokens.append(_Token(kind=found.lastgroup, text=found[found.lastgroup]))
        offset = found.end()
    expressions = [token.text for token in tokens if token.kind == "regex"]
    if len(expressions) > _MOST_EXPRESSIONS:
        raise _RefusedError(f"it has {len(expressions)} regular expressions: a pattern allows {_MOST_EXPRESSIONS}")
    for expression in expressions:
        if "(" in expression or ")" in expression:
            raise _RefusedError(f"{expression} has parentheses, which regular expressions do not support here")
    return tokens


class _Reader:
    """Reads comparisons joined by `&&`, `||` and parentheses; `subject` is the kind of token that begins each."""

    def __init__(self, tokens: list[_Token], subject: str, wanted: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._subject = subject
        self._wanted = wanted

    def read(self) -> None:
        """Read everything.

        Raises:
            _RefusedError: if the pattern has a syntax error.
        """
        self._any_of(0)
        if self._at < len(self._tokens):
            raise _RefusedError(f"{self._tokens[self._at].text!r} is not expected here")

    def _any_of(self, depth: int) -> None:
        self._term(depth)
        while self._kind() == "logic":
            self._at += 1
            self._term(depth)

    def _term(self, depth: int) -> None:
        token = self._next("the pattern ends too early")
        if token.kind == "open":
            if depth == _DEEPEST:
                raise _RefusedError(f"parentheses are nested more than {_DEEPEST} deep")
            self._any_of(depth + 1)
            closing = self._next("a parenthesis is not closed")
            if closing.kind != "close":
                raise _RefusedError(f"{closing.text!r} is where a closing parenthesis should be")
        elif token.kind == self._subject:
            self._comparison()
        else:
            raise _RefusedError(f"{token.text!r} is where {self._wanted} should be")

    def _comparison(self) -> None:
        if self._kind() == "compare":
            operator = self._next().text
            value = self._next("a comparison has no value")
            if value.kind not in {"string", "word", "regex"}:
                raise _RefusedError(f"{value.text!r} is where a value should be")
            if operator not in {"=", "!="} and not _NUMBER.match(value.text):
                raise _RefusedError(f"{operator} compares numbers, but {value.text} is not a number")
        elif self._subject == "selector":
            self._keywords()

    def _keywords(self) -> None:
        words = [item.text.upper() for item in self._tokens[self._at : self._at + 2]]
        if not words:
            raise _RefusedError("a selector is compared to nothing")
        if words[0] == "EXISTS":
            self._at += 1
        elif words == ["NOT", "EXISTS"] or (words[0] == "IS" and words[1:] in (["NULL"], ["TRUE"], ["FALSE"])):
            self._at += 2
        else:
            raise _RefusedError(
                f"{self._tokens[self._at].text!r} is not a comparison: use = != < <= > >=, IS NULL, IS TRUE, IS "
                "FALSE, EXISTS, NOT EXISTS"
            )

    def _kind(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _next(self, missing: str = "") -> _Token:
        if self._at >= len(self._tokens):
            raise _RefusedError(missing)
        self._at += 1
        return self._tokens[self._at - 1]
