"""The files of an output directory besides `plan.json`: their names, and the paths that baseline writes."""

import re
from collections.abc import Mapping

PLAN_FILE = "plan.json"
FORMAT = 2
"""Version of the plan's format, increased with every change that readers must handle; see `baseline.plan.schema`."""

GENERATOR = "baseline"
"""First word of `generator`, before the version."""

SUMS_FILE = "SHA256SUMS"
"""Lists every other file of an output with its digest, for `sha256sum -c`. Its content follows from `plan.json`."""

LARGEST_PLAN = 16 * 1024 * 1024
LARGEST_FILE = 64 * 1024 * 1024
"""Maximum bytes of any other file of an output. The report of an organization with 100 accounts has about 1 MB."""

_DIRECTORIES = frozenset({"policies", "report", "templates"})
_FILES = frozenset({"README.md"})
_PART = re.compile(r"[^./\\\s\x00-\x1f\x7f-\x9f][^/\\\x00-\x1f\x7f-\x9f]*")


def is_output_path(path: str) -> bool:
    """Whether baseline writes files at this path of an output directory, except `plan.json`.

    A `plan.json` that lists any other path (`.git/config`, `thesis.docx`, `../x`) was not written by baseline.
    """
    parts = path.split("/")
    return path in _FILES or (
        len(parts) > 1 and parts[0] in _DIRECTORIES and all(_PART.fullmatch(part) for part in parts)
    )


def sums_of(files: Mapping[str, str], plan: str) -> bytes:
    """The content of `SHA256SUMS`.

    Args:
        files: Path → SHA-256 of the files that the plan lists.
        plan: SHA-256 of `plan.json` itself.
    """
    return "".join(f"{digest}  {path}\n" for path, digest in sorted({**files, PLAN_FILE: plan}.items())).encode()
