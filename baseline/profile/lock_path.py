"""The path of a profile's lock file; a separate module, as an unchanged run loads nothing else."""

from pathlib import Path


def lock_beside(profile: Path) -> Path | None:
    """The profile's own lock file, `<profile>.lock.json` in the same directory, if it exists."""
    beside = profile.with_name(f"{profile.stem}.lock.json") if profile.name else profile
    return beside if beside.name.endswith(".lock.json") and beside.is_file() else None
