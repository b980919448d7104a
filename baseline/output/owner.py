"""The owner of an output directory, and the links to it that are followed."""

from collections.abc import Mapping
from pathlib import Path

from baseline.errors import OutputError
from baseline.files import UnreadableError, parse_json, read_file
from baseline.plan.document import LARGEST_PLAN, PLAN_FILE


def require_same_organization(place: Path, shown: Path, files: Mapping[str, bytes]) -> None:
    """Refuse to replace another organization's output: two names can resolve to the same directory.

    Args:
        place: The output directory.
        shown: Its name in messages.
        files: The files to write.

    Raises:
        OutputError: if the directory's plan has another name or prefix.
    """
    try:
        before = _owner(read_file(place / PLAN_FILE, limit=LARGEST_PLAN, follow_links=False))
    except UnreadableError:
        return
    after = _owner(files.get(PLAN_FILE, b""))
    if before and after and before != after:
        raise OutputError(
            f"{shown} not written: it holds the output of {before[0]} (prefix {before[1]}), this is {after[0]} "
            f"(prefix {after[1]})",
            hint="choose another directory with -o, or replace that output with --force",
        )


def _owner(plan: bytes) -> tuple[str, str] | None:
    try:
        document = parse_json(plan)
    except UnreadableError:
        return None
    named = (document.get("organization"), document.get("prefix")) if isinstance(document, dict) else ()
    return (str(named[0]), str(named[1])) if len(named) == 2 and all(isinstance(item, str) for item in named) else None


def resolved_in_working_tree(place: Path) -> Path:
    """The directory that a link leads to, if both are in the working tree; otherwise `place`.

    The working tree is the Git repository of the working directory, or the working directory itself.
    """
    if not place.is_symlink():
        return place
    try:
        target = place.resolve(strict=True)
    except (OSError, RuntimeError):  # it leads nowhere, or in a circle
        return place
    here = Path.cwd().resolve()
    tree = next((item for item in (here, *here.parents) if (item / ".git").exists()), here)
    inside = target.is_relative_to(tree) and place.parent.resolve().is_relative_to(tree)
    return target if inside and target.is_dir() and target != tree else place
