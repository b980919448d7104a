"""The files of an export, with a page that explains them; written together or not at all."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

from baseline.errors import OutputError
from baseline.export.registry import TARGETS
from baseline.export.source import Source
from baseline.text.markdown import markdown_code, markdown_text


def export_files(source: Source, target: str) -> Mapping[str, bytes]:
    """Relative path → content of an export, its README.md included.

    Raises:
        ExportError: with everything that the target cannot carry.
    """
    export = TARGETS[target].export(source)
    digest = markdown_code(source.written.sha256)
    lines = [
        f"# {markdown_text(source.plan.organization)}: {TARGETS[target].title}",
        "",
        f"Made by `baseline export --to {target}` from the plan with the SHA-256 {digest}.",
        "Do not change the files: change the profile, generate, and export again.",
        "",
        "## Before the first run",
        "",
        *(f"- {step}" for step in export.steps),
        "",
        "## What is lost on the way",
        "",
        *(f"- {loss}" for loss in export.losses),
        "",
    ]
    return {**export.files, "README.md": "\n".join(lines).encode("utf-8")}


def write_export(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into a directory that does not exist, or is empty.

    They are written beside it, and take its place by renaming.

    Raises:
        OutputError: if the directory has files, or cannot be written.
    """
    place = directory.absolute()
    if place.is_symlink() or (place.exists() and (not place.is_dir() or any(place.iterdir()))):
        raise OutputError(
            f"{directory} not written: it is there already, and not an empty directory",
            hint="remove it, or choose another one with -o",
        )
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(mkdtemp(prefix=f".{place.name}.", dir=place.parent))
        try:
            for path, content in files.items():
                (beside / path).parent.mkdir(parents=True, exist_ok=True)
                (beside / path).write_bytes(content)
            beside.chmod(0o777 & ~_umask())
            beside.replace(place)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
            raise
    except OSError as error:
        raise OutputError(
            f"{directory} not written: {error.strerror or error} ({error.filename})",
            hint="check the directory's permissions and the space on the disk",
        ) from error


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
