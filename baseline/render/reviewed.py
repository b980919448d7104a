"""BL133: a template whose text nobody has reviewed.

`templates/reviewed.sha256` lists the digest of every file there, as `sha256sum` writes it. It is a seal and no proof:
the other checks say what a template does. The seal does not depend on the profile, so it can reject no valid one.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from baseline.findings import Finding, Location, Severity
from baseline.plan.model import Template
from baseline.render.render import render_stack
from baseline.resources import templates_directory

RECORD = "reviewed.sha256"
_ID = "BL133"
_SOURCE = "https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final"
_FIX = "restore the file; after an intended change review its diff and record it with `make reviewed`"


def digests(directory: Path) -> Mapping[str, str]:
    """Relative path → SHA-256 of every template and function in a directory of templates."""
    files = sorted(path for path in directory.rglob("*") if path.suffix in (".j2", ".py"))
    return {path.relative_to(directory).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def record_of(found: Mapping[str, str]) -> str:
    """The record as `sha256sum --check` reads it."""
    return "".join(f"{digest}  {name}\n" for name, digest in found.items())


def unreviewed(templates: Iterable[Template]) -> Iterator[Finding]:
    """One error per file that differs from its recorded digest, and per template that its source does not render.

    The second rendering closes the way between the reviewed files and the text that is checked and written.
    """
    yield from _changed_files(templates_directory())
    for template in templates:
        line = _first_difference(template.text, render_stack(template.stack).text)
        if line:
            message = f"line {line} is not what {template.stack.template}.yaml.j2 renders for this stack"
            yield _finding(template.stack.file, message, line)


def _changed_files(directory: Path) -> Iterator[Finding]:
    recorded, found = _recorded(directory), digests(directory)
    for name in sorted(recorded.keys() | found.keys()):
        if recorded.get(name) != found.get(name):
            problem = "is missing" if name not in found else "is not the text that was reviewed"
            yield _finding(f"templates/{name}", f"templates/{name} {problem}")


def _recorded(directory: Path) -> dict[str, str]:
    file = directory / RECORD
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _first_difference(text: str, expected: str) -> int:
    """The first line that differs, from 1; 0 where the texts are the same."""
    if text == expected:
        return 0
    pairs = zip(text.splitlines(), expected.splitlines(), strict=False)
    return next((line for line, (one, other) in enumerate(pairs, start=1) if one != other), len(text.splitlines()))


def _finding(file: str, message: str, line: int = 0) -> Finding:
    return Finding(
        id=_ID,
        severity=Severity.ERROR,
        message=message,
        location=Location(file=file, line=line, column=1 if line else 0),
        fix=_FIX,
        source=_SOURCE,
    )


if __name__ == "__main__":
    directory = templates_directory()
    (directory / RECORD).write_text(record_of(digests(directory)), encoding="utf-8")
