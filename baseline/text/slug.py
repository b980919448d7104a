"""Any text as a name of lower-case ASCII letters, digits and hyphens."""

import re
import unicodedata
from collections.abc import Mapping

_LETTERS: Mapping[str, str] = {
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe", "ð": "d", "þ": "th",
    "ł": "l", "đ": "d", "ı": "i",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "і": "i", "ї": "i", "є": "ie", "ґ": "g", "ў": "u",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip


def slug(text: str) -> str:
    """Return the text in lower-case ASCII letters, digits and single hyphens; empty if no character remains.

    Latin letters lose their accents, German, Nordic, Cyrillic and Greek letters are transliterated. Characters of
    other scripts are removed: no transliteration is right for every language.
    """
    composed = unicodedata.normalize("NFC", text.lower())
    spelled = "".join(_LETTERS.get(character, character) for character in composed)
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    plain = "".join(_LETTERS.get(character, character) for character in plain)
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
