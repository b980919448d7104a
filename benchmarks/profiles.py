"""Synthetic profiles of any size."""

from collections.abc import Iterator
from dataclasses import dataclass
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


_SETS = ("Administrator", "PowerUser", "Developer", "SecurityAudit", "ReadOnly", "Network")


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a synthetic organization is.

    Attributes:
        accounts: All accounts.
        regions: Governed Regions.
        suspended: Accounts in the suspended unit.
        units: Units below `Workloads` besides the usual ones; the accounts take turns in them.
        groups: Groups, at most six, each of which is assigned to every account of these units.
    """

    accounts: int
    regions: int
    suspended: int = 0
    units: int = 0
    groups: int = 0


def write_profile(path: Path, size: Size, *, adopted: bool = False) -> Path:
    """A profile of that size; an `adopted` organization exists."""
    governed = governed_regions(size.regions)
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
        *(f"  - Workloads/Team{n}" for n in range(size.units)),
        "accounts:",
        '  management: {id: "100000000000", email: aws@synthetic.example}',
        '  log_archive: {id: "100000000001", email: aws-logs@synthetic.example, ou: Security}',
        '  security: {id: "100000000002", email: aws-security@synthetic.example, ou: Security}',
        *(
            f'  workload-{n}: {{id: "{200_000_000_000 + n}", email: aws-{n}@synthetic.example, ou: {_unit(n, size)}}}'
            for n in range(size.accounts - 3)
        ),
        *(_assignments(size) if size.groups else ()),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _unit(number: int, size: Size) -> str:
    if number < size.suspended:
        return "Suspended"
    return f"Workloads/Team{number % size.units}" if size.groups else "Workloads/Prod"


def _assignments(size: Size) -> Iterator[str]:
    yield from ("capabilities:", "  identity_center:", "    groups:")
    yield from (f"      group-{n}: {{}}" for n in range(size.groups))
    yield "    assignments:"
    units = ", ".join(f"Workloads/Team{n}" for n in range(size.units))
    yield from (f"      - {{group: group-{n}, permission_set: {_SETS[n]}, to: [{units}]}}" for n in range(size.groups))
