"""Templates of one shape: entries that differ only in names, repeated any number of times.

Ten thousand accounts have hundreds of assignment stacks, and cfn-lint would return the same for each: its subjects
(types, properties, functions and references) are proved to be the same in all of them. Our own checks count entries
and text length.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from baseline.plan.model import Template

_SECTION = re.compile(r"^(?=[A-Za-z]+:)", re.MULTILINE)
_ENTRY = re.compile(r"^(?=  [A-Za-z0-9]+:)", re.MULTILINE)
_NAME = re.compile(r"  ([A-Za-z0-9]+):")
_WORD = re.compile(r"[A-Za-z0-9]+")
_PROSE = re.compile(r'^(\s*(?:Purpose|Description): )"(?:[^"\\]|\\.)*"$', re.MULTILINE)
_IMPORT = re.compile(r"(!ImportValue )[A-Za-z0-9:-]+$", re.MULTILINE)

MANY = 20
"""Templates of one kind from which on it is worth comparing them."""


def shape(text: str) -> frozenset[str]:
    """The set of entries of the text, without names, prose and repetitions.

    Two texts have the same shape if each entry of one, with its names replaced by the entries that they name, is an
    entry of the other. Unused names differ from used names. A text with a duplicate name has a unique shape.
    """
    sections = [_ENTRY.split(section) for section in _SECTION.split(text)]
    entries = [(section[0], entry) for section in sections for entry in section[1:]]
    said = Counter(_WORD.findall(text))
    names: dict[str, str] = {}
    for head, entry in entries:
        found = _NAME.match(entry)
        if found is None or found[1] in names:
            return frozenset({text})
        unused = "" if said[found[1]] > 1 else " that nothing uses"
        names[found[1]] = f"<{head.strip()}{unused}>"

    def plain(part: str) -> str:
        named = _WORD.sub(lambda word: names.get(word[0], word[0]), part)
        return _IMPORT.sub(r"\1<export>", _PROSE.sub(r"\1<text>", named)).rstrip()

    return frozenset(plain(part) for section in sections for part in section)


def representatives(templates: Sequence[Template]) -> Mapping[str, str]:
    """Text → the longest text of its shape, for kinds of templates with many instances."""
    kinds: dict[str, dict[str, None]] = defaultdict(dict)
    for template in templates:
        kinds[template.stack.template][template.text] = None
    found: dict[str, str] = {}
    for texts in kinds.values():
        if len(texts) < MANY:
            continue
        alike: dict[frozenset[str], list[str]] = defaultdict(list)
        for text in texts:
            alike[shape(text)].append(text)
        for group in alike.values():
            longest = max(group, key=len)
            found.update(dict.fromkeys(group, longest))
    return found
