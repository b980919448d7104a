"""Where the packaged files are: beside the package in a checkout, inside it in an installed wheel."""

from importlib.resources import files
from pathlib import Path


def _root(name: str) -> Path:
    packaged = Path(str(files("baseline"))) / "_packaged" / name
    return packaged if packaged.is_dir() else Path(str(files("baseline"))).parent / name


def templates_directory() -> Path:
    """The directory of the Jinja templates."""
    return _root("templates")


def profiles_directory() -> Path:
    """The directory of the example profiles."""
    return _root("profiles")
