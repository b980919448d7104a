"""Words and turns of phrase that the product's text does without: docs/glossary.md has the words for its ideas."""

import re
import subprocess

import pytest

from tests.conftest import CHECKOUT

BANNED = {
    r"nobody|somebody|whoever": "name the principal, person or resource",
    r"those of them that": "name the things",
    r"mends?|mended": "fix",
    r"hangs? on": "depends on",
    r"spare[sd]?": "exempts",
    r"hears?|heard": "receives, is notified",
    r"(is|are|was|were) told": "is reported, is notified",
    r"without a word": "silently",
    r"whom": "name who it is: who gets it, whose it is",
    r"as far as": "say what limits it",
    r"in order as it is": "valid",
    r"goes by itself": "is deployed automatically",
    r"to be had": "available",
    r"from afar": "remotely, remote",
}
"""Pattern → what to write instead."""
ALLOWED = (
    "spare parts",  # of hardware
    "role/Somebody",  # a name
)
PLACES = ("baseline", "templates", "docs", "profiles", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
EXCEPT = ("baseline/aws/data/", "baseline/validate/escalation.toml")


def files() -> list[str]:
    """Files of the checkout, those that git does not have yet included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *PLACES]
    listed = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if not name.startswith(EXCEPT)]


@pytest.mark.skipif(not (CHECKOUT / ".git").exists(), reason="not a checkout: the files are not listed")
def test_text_avoids_words_that_have_a_plainer_one() -> None:
    names = files()
    assert len(names) > 300
    pattern = re.compile("|".join(rf"\b(?:{words})\b" for words in BANNED), re.IGNORECASE)
    found = []
    for name in names:
        for number, line in enumerate((CHECKOUT / name).read_text(encoding="utf-8").splitlines(), start=1):
            text = line
            for allowed in ALLOWED:
                text = re.sub(re.escape(allowed), "", text, flags=re.IGNORECASE)
            match = pattern.search(text)
            if match:
                better = next(hint for words, hint in BANNED.items() if re.fullmatch(words, match[0], re.IGNORECASE))
                found.append(f"{name}:{number}: {match[0]!r}: {better}")
    hint = "in generated tables, correct the text that they are made of, and make golden"
    assert not found, "\n".join([hint, *found])
