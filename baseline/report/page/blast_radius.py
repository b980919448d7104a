"""The effects of a mistake in a capability, from the section `Blast radius` of its page in the documentation."""

import re

from baseline.resources import docs_directory

_SECTION = re.compile(r"^## Blast radius\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_BULLET = re.compile(r"^[-*] ", re.MULTILINE)
_FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blast_radius(capability: str) -> tuple[str, ...]:
    """The paragraphs without links and emphasis; names in backticks stay. Empty if the page has no such section."""
    page = docs_directory() / "capabilities" / f"{capability}.md"
    found = _SECTION.search(page.read_text(encoding="utf-8"))
    text = _BULLET.sub("\n", found.group(1)) if found else ""
    text = _FENCED.sub(lambda block: "".join(f"\n`{line}`\n" for line in block.group(1).splitlines()), text)
    plain = _LINK.sub(r"\1", text).replace("**", "")
    return tuple(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", plain) if paragraph.strip())
