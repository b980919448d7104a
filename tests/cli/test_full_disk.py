"""A full disk gives one clear error with every command."""

import subprocess
import sys
from pathlib import Path

import pytest

from baseline.cli.main import _COMMANDS
from tests.conftest import CHECKOUT

FULL = Path("/dev/full")
_MAIN = "from baseline.cli.main import main; main()"

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.mark.parametrize(
    "words",
    [*(pytest.param([name, "--help"], id=name) for name in _COMMANDS), ["verify", str(CHECKOUT / "output/northwind")]],
)
def test_full_disk_is_an_error_without_a_traceback(words: list[str]) -> None:
    with FULL.open("w") as full:
        run = subprocess.run(
            [sys.executable, "-c", _MAIN, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert run.returncode == 6
    assert run.stderr.startswith("Error: the output cannot be written: No space left on device.")
    assert "Traceback" not in run.stderr
