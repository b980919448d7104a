"""The location of the packaged files: beside the package in a checkout, inside it in an installed wheel."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path


def _root(name: str) -> Path:
    packaged = Path(str(files("baseline"))) / "_packaged" / name
    return packaged if packaged.is_dir() else Path(str(files("baseline"))).parent / name


def templates_directory() -> Path:
    """The directory of the Jinja templates."""
    return _root("templates")


def main_templates() -> Mapping[str, Path]:
    """Template name, as in `StackSpec.template`, → file, for every template that renders a stack."""
    root = templates_directory()
    files = sorted(path for path in root.rglob("*.yaml.j2") if path.parent.name not in ("parts", "deliveries"))
    return {str(path.relative_to(root)).removesuffix(".yaml.j2"): path for path in files}


def docs_directory() -> Path:
    """The directory of the documentation."""
    return _root("docs")


def profiles_directory() -> Path:
    """The directory of the example profiles."""
    return _root("profiles")
