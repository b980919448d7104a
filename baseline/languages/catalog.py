"""Message catalogs: English text → the text in another language."""

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cache
from pathlib import Path

import tomli

from baseline.frozen import frozen

_DIRECTORY = Path(__file__).parent
_OWN = "en"

Say = Callable[[str], str]
"""Translates a fixed text."""


@frozen
class Catalog:
    """The texts of a language; a text without translation stays English."""

    code: str
    texts: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: str) -> str:
        """The text in this language."""
        return self.texts.get(text, text)


ENGLISH = Catalog(code=_OWN)


@cache
def languages() -> tuple[str, ...]:
    """Codes of the languages: English, and those with a file here."""
    return (_OWN, *sorted(file.stem for file in _DIRECTORY.glob("*.toml")))


@cache
def catalog(code: str) -> Catalog:
    """The catalog of a language.

    Raises:
        LookupError: if there is none.
    """
    if code == _OWN:
        return ENGLISH
    if code not in languages():
        raise LookupError(code)
    return Catalog(code=code, texts=tomli.loads((_DIRECTORY / f"{code}.toml").read_text(encoding="utf-8"))["texts"])
