"""Synthetic profiles of any size."""

from pathlib import Path

from baseline.aws.regions import REGIONS

_STANDARD = [name for name, region in REGIONS.items() if region.partition == "aws" and not region.opt_in]


UNITS = {
    "Security": "ou-syn0-11111111",
    "Workloads": "ou-syn0-22222222",
    "Workloads/Prod": "ou-syn0-33333333",
    "Workloads/Dev": "ou-syn0-44444444",
    "Suspended": "ou-syn0-55555555",
}


def governed_regions(count: int) -> list[str]:
    """The home Region and others that need no opt-in."""
    home = "us-east-1"
    governed = [home, *(name for name in _STANDARD if name != home)][:count]
    if len(governed) < count:
        raise ValueError(f"there are only {len(governed)} Regions that need no opt-in")
    return governed


def write_profile(path: Path, *, accounts: int, regions: int, units: int = 0, adopted: bool = False) -> Path:
    """A profile with that many accounts, governed Regions and further units; an `adopted` organization exists."""
    governed = governed_regions(regions)
    lines = [
        "version: 1",
        "organization:",
        "  name: Synthetic",
        "  prefix: syn",
        f"  home_region: {governed[0]}",
        f"  regions: [{', '.join(governed)}]",
        "  alerts: [alerts@synthetic.example]",
        *(["  id: o-synthetic00", "  root_id: r-syn0"] if adopted else []),
        "organizational_units:",
        *(f"  - {{path: {unit}{f', id: {unit_id}' if adopted else ''}}}" for unit, unit_id in UNITS.items()),
        *(f"  - Workloads/Team{n}" for n in range(units)),
        "accounts:",
        '  management: {id: "100000000000", email: aws@synthetic.example}',
        '  log_archive: {id: "100000000001", email: aws-logs@synthetic.example, ou: Security}',
        '  security: {id: "100000000002", email: aws-security@synthetic.example, ou: Security}',
        *(
            f'  workload-{n}: {{id: "{200_000_000_000 + n}", email: aws-{n}@synthetic.example, ou: Workloads/Prod}}'
            for n in range(accounts - 3)
        ),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
