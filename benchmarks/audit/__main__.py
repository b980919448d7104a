"""`python -m benchmarks.audit PYTHON`: writes `docs/audit.md`; 1 when something that does not pass is not explained.

PYTHON is the interpreter of an environment that has what `requirements-audit.txt` names.
"""

import contextlib
import io
import logging
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from benchmarks.audit.document import DOCUMENT, heading, render
from benchmarks.audit.findings import Row, complaints, read_caveats, read_reasons
from benchmarks.audit.organization import ACCOUNTS, HOME_REGION, deploy, found, shell
from benchmarks.audit.prowler import FRAMEWORKS, NONE, Prowler, Scan
from tests.emulator.server import Emulator

_AT_A_TIME = 2


def main(python: Path) -> int:
    """Scan, deploy, scan, write the page, and print what it does not explain."""
    logging.disable()  # moto logs a traceback for each call that it does not have
    with tempfile.TemporaryDirectory(prefix="baseline-audit-") as name, Emulator() as emulator:
        trusted = (ACCOUNTS["security"],)
        prowler = Prowler(python=python, region=HOME_REGION, trusted=trusted, directory=Path(name))
        with contextlib.redirect_stdout(io.StringIO()):  # moto and the deployed functions print what nobody asked for
            found(emulator)
            before = _scan(prowler, emulator, "before")
            print("deploying", file=sys.stderr)
            deploy(emulator, Path(name))
            after = _scan(prowler, emulator, "after")
        requirements = {framework: prowler.requirements(framework) for framework in FRAMEWORKS}
        head = heading(region=HOME_REGION, prowler=prowler.version(), moto=version("moto"))
    rows = [
        Row(
            framework=framework,
            requirement=requirement,
            check=check,
            before={account: states.get(check, NONE) for account, states in before.items()},
            after={account: states.get(check, NONE) for account, states in after.items()},
        )
        for framework, ours in requirements.items()
        for requirement, checks in ours.items()
        for check in checks
    ]
    reasons = read_reasons(list(ACCOUNTS))
    DOCUMENT.write_text(render(rows, reasons, read_caveats(), head), encoding="utf-8")
    said = list(complaints(rows, reasons))
    print("\n".join(said) or "everything passes or is explained; see docs/audit.md")
    return 1 if said else 0


def _scan(prowler: Prowler, emulator: Emulator, when: str) -> Mapping[str, Mapping[str, str]]:
    print(f"scanning {len(ACCOUNTS)} accounts {when} the deployment", file=sys.stderr)
    scans = [Scan(account=number, environment=shell(emulator, number)) for number in ACCOUNTS.values()]
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        return dict(zip(ACCOUNTS, pool.map(lambda scan: prowler.scan(scan, when), scans), strict=True))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
