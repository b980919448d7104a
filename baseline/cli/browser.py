"""Printing of a page as PDF with an installed browser."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from baseline.errors import OutputError

BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
"""Programs that print without a window, by name or path; each is Chromium or built on it."""

_SECONDS = 180


def printed(page: str) -> bytes:
    """The PDF of a self-contained page.

    Raises:
        OutputError: if no browser is installed, or it fails.
    """
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise OutputError(
            "no PDF: neither Chromium nor Google Chrome is installed",
            hint="install one, or leave out --format pdf, open the page in a browser, and print it",
        )
    with TemporaryDirectory(prefix="baseline-", ignore_cleanup_errors=True) as temporary:
        source, target = Path(temporary, "report.html"), Path(temporary, "report.pdf")
        source.write_text(page, encoding="utf-8")
        _run([browser, *_options(Path(temporary)), f"--print-to-pdf={target}", source.as_uri()])
        if not target.exists():
            raise OutputError(
                f"no PDF: {browser} did not write a file", hint="open the page in a browser, and print it"
            )
        return target.read_bytes()


def _options(temporary: Path) -> list[str]:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium has no sandbox for root, and refuses to start
    return [
        *("--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"),
        f"--user-data-dir={temporary / 'profile'}",
        *(["--no-sandbox"] if is_root else []),
    ]


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OutputError(f"no PDF: {command[0]}: {error}", hint="open the page in a browser, and print it") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise OutputError(
            f"no PDF: {command[0]}: exit code {done.returncode}: {last[0]}",
            hint="open the page in a browser, and print it",
        )
