"""The output of `baseline --version --verbose`: versions of everything that affects results."""

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from baseline import __version__

_PACKAGES = ("cfn-lint", "pydantic", "PyYAML", "Jinja2", "click", "rich", "boto3", "cryptography")


def versions() -> Iterator[str]:
    """Yield the program, Python, each dependency, and the date and source of each AWS data file."""
    from baseline.aws.facts import sources
    from baseline.releases import RELEASES

    yield f"baseline {__version__}"
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
