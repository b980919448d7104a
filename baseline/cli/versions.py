"""The output of `baseline --version`; with `--verbose`, versions of everything that affects results."""

import platform
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from baseline import __is_release__, __version__

_PACKAGES = ("cfn-lint", "pydantic", "PyYAML", "Jinja2", "click", "rich", "boto3", "cryptography")


def version_line() -> str:
    """The version, and whether the program has unreleased changes; in a checkout, with the commit."""
    if __is_release__:
        return f"baseline {__version__}"
    commit = _commit(Path(str(files("baseline"))).parent)
    return f"baseline {__version__} with unreleased changes{f' (commit {commit})' if commit else ''}"


def _commit(root: Path) -> str:
    """The commit of a checkout, with `-dirty` for files that differ from it; "" without a checkout or Git."""
    if not (root / ".git").exists():  # an installed copy may be inside the repository of another project
        return ""
    command = ["git", "-C", str(root), "-c", "core.fsmonitor=false", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip()


def versions() -> Iterator[str]:
    """Yield the program, Python, each dependency, and the date and source of each AWS data file."""
    from baseline.aws.facts import sources
    from baseline.releases import RELEASES

    yield version_line()
    yield f"Python {platform.python_version()} on {platform.system()} {platform.release()} ({platform.machine()})"
    for name in _PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} not installed"
    yield f"releases of defaults: {', '.join(RELEASES)}"
    yield "AWS data:"
    for name, (date, source) in sources().items():
        yield f"  {date}  {name} ({source.partition(';')[0][:70]})"
