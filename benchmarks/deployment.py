"""Deploying to a large organization: calls made and memory used, against the emulated organization of the tests."""

import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, Runner
from benchmarks.profiles import UNITS, Size, governed_regions, write_profile
from tests.emulator.server import Emulator

_BASELINE = Path(sys.executable).parent / "baseline"
_REGIONS = 4


def deploy(runner: Runner) -> Iterator[Row]:
    """500 accounts × 4 Regions beside 50 × 4: one operation reaches a unit, however many accounts are in it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    (few, _), (many, megabytes) = _deployed(runner, 50), _deployed(runner, 500)
    stacks = many["CreateStackSet"] + many["ExecuteChangeSet"]
    detail = f"{few.total()} and {many.total()} calls for {stacks} stacks and StackSets"
    yield Row(
        what="deploy, calls, 500 accounts × 4 Regions / 50 × 4",
        value=many.total() / few.total(),
        limit=3.0,
        detail=detail,
    )
    yield Row(what="deploy, 500 accounts × 4 Regions, peak memory in MB", value=megabytes, limit=500.0)


def _deployed(runner: Runner, accounts: int) -> tuple[Counter[str], float]:
    profile = write_profile(
        runner.directory / f"deploy-{accounts}.yaml", Size(accounts=accounts, regions=_REGIONS), adopted=True
    )
    output = f"deploy-{accounts}"
    runner.run([_BASELINE, "generate", profile, "-o", output, "--quiet", "--no-lint"])
    with Emulator() as emulator:
        emulator.gaps.enabled_regions = frozenset(governed_regions(_REGIONS))
        emulator.gaps.instance_region = governed_regions(_REGIONS)[0]
        organization = emulator.cloudformation.organization
        organization.management = "100000000000"
        os.environ |= {
            **organization.credentials(),
            "AWS_ENDPOINT_URL": emulator.url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        organization.found("o-synthetic00", "r-syn0")
        for unit, unit_id in UNITS.items():
            organization.unit(unit, unit_id)
        for number, name in enumerate(("log_archive", "security"), start=1):
            organization.account(f"{100_000_000_000 + number}", name, "Security")
        for number in range(accounts - 3):
            organization.account(f"{200_000_000_000 + number}", f"workload-{number}", "Workloads/Prod")
        sample = runner.run([_BASELINE, "deploy", output, "--yes", "--quiet", "--poll-interval", "0"])
        calls = Counter(call.operation for call in emulator.calls)
        emulator.reset()
    return calls, sample.megabytes
